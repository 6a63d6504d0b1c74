export type Json = Readonly<Record<string, unknown>>;

/** As Windows' editors begin a file; JSON has none. https://www.rfc-editor.org/rfc/rfc8259#section-8.1 */
const BOM = '\uFEFF';

/** The text without the byte order mark that it may begin with. */
export function withoutBom(text: string): string {
  return text.startsWith(BOM) ? text.slice(BOM.length) : text;
}

/** A JSON object, comments and trailing commas allowed; undefined for anything else: who wrote it, reports it. */
export function parseJsonObject(text: string): Json | undefined {
  const json = withoutBom(text);
  return parseObject(json) ?? parseObject(withoutComments(json));
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** Strings first, so that `"https://…"` is no comment. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (_, string?: string) => string ?? '')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? '');
}
