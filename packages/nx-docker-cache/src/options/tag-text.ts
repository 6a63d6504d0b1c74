/** The short form of rules: `type=semver,pattern={{version}}`, as docker/metadata-action has it. */
import type { Problem } from './problems';

const NUMBERS = ['priority'];
const BOOLEANS = ['latest', 'onlatest'];

/** Text → the object that it stands for, unchecked. A text without `=` is a template of its own: a raw rule. */
export function readTagText(text: string): Record<string, unknown> {
  const entries = fieldsOf(text).map(entryOf);
  const found = Object.fromEntries(entries);
  return 'type' in found ? found : { type: 'raw', ...found };
}

/** Texts of a flavour, `latest=auto` or `prefix=v,onlatest=true`, as one object. */
export function readFlavorTexts(texts: readonly string[], problems: Problem[]): Record<string, unknown> {
  const flavor: Record<string, unknown> = {};
  for (const text of texts) {
    const { onlatest, ...fields } = Object.fromEntries(fieldsOf(text).map(entryOf));
    const names = Object.keys(fields);
    Object.assign(flavor, fields);
    if (onlatest === undefined) continue;
    if (fields['prefix'] === undefined && fields['suffix'] === undefined) {
      problems.push({ path: 'flavor', message: `onlatest belongs to a prefix or a suffix; found ${text}` });
    }
    for (const name of names) if (name !== 'latest') flavor[`${name}OnLatest`] = onlatest;
  }
  return flavor;
}

/** Split at commas, but for those in braces and in double quotes; a field may be quoted as a whole, as in CSV. */
function fieldsOf(text: string): string[] {
  const fields: string[] = [];
  let [field, depth, quoted] = ['', 0, false];
  for (const char of text) {
    if (char === '"' && depth === 0 && (quoted || field.trim() === '')) quoted = !quoted;
    else if (char === ',' && depth === 0 && !quoted) {
      fields.push(field);
      field = '';
      continue;
    } else field += char;
    if (quoted) continue;
    if (char === '{') depth += 1;
    if (char === '}') depth = Math.max(0, depth - 1);
  }
  return [...fields, field].map((part) => part.trim()).filter((part) => part !== '');
}

function entryOf(field: string): [string, unknown] {
  const equals = field.search(/=/);
  // `nightly-{{date "YYYY" tz="UTC"}}` has its equals sign in braces.
  if (equals < 0 || field.slice(0, equals).includes('{')) return ['value', field];
  const name = field.slice(0, equals).trim().toLowerCase();
  const value = field.slice(equals + 1).trim();
  if (NUMBERS.includes(name) && /^-?\d+$/.test(value)) return [name, Number(value)];
  if (BOOLEANS.includes(name) && /^(true|false)$/.test(value)) return [name, value === 'true'];
  return [name, value];
}
