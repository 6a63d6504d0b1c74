export type Json = Readonly<Record<string, unknown>>;

/** A JSON object, comments and trailing commas allowed; undefined for anything else: who wrote it, reports it. */
export function parseJsonObject(text: string): Json | undefined {
  return parseObject(text) ?? parseObject(withoutComments(text));
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
