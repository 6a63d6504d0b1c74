import { suggest } from '../errors';

export interface RawMount {
  readonly type: string;
  readonly from: string | undefined;
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly id: string | undefined;
  readonly required: boolean;
  /** Why BuildKit would refuse it where its stage is built; undefined where it would not. */
  readonly problem: string | undefined;
}

const SWITCHES = ['readonly', 'ro', 'readwrite', 'rw', 'required'];
const KEYS = [
  ...['type', 'from', 'source', 'src', 'target', 'dst', 'destination', 'id', 'sharing', 'mode', 'uid', 'gid'],
  ...['size', 'env', ...SWITCHES],
];

/** One `--mount=…` value, variables not expanded yet. BuildKit judges it only where it runs, so problems are data. */
export function parseMount(value: string): RawMount {
  let problem: string | undefined;
  const fields = new Map<string, string>();
  const words = csvFields(value);
  if (words === undefined) problem = 'a " has no partner';
  for (const field of words ?? []) {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    if (!KEYS.includes(key)) {
      const near = suggest(key, KEYS);
      problem ??= `"${key}" is not a key of a mount${near === undefined ? '' : `; did you mean ${near}?`}`;
    } else if (equals < 0 && !SWITCHES.includes(key)) problem ??= `"${key}" needs a value`;
    else fields.set(key, equals < 0 ? 'true' : field.slice(equals + 1));
  }
  return {
    type: fields.get('type') ?? 'bind',
    from: fields.get('from') || undefined,
    source: fields.get('source') ?? fields.get('src'),
    target: fields.get('target') ?? fields.get('dst') ?? fields.get('destination'),
    id: fields.get('id'),
    required: /^(1|t|true)$/i.test(fields.get('required') ?? ''),
    problem,
  };
}

/** One record of CSV, RFC 4180: a field in double quotes may hold commas. undefined where it is malformed. */
function csvFields(value: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ; at++) {
    let end = value.indexOf(',', at);
    if (end < 0) end = value.length;
    if (value[at] !== '"') fields.push(value.slice(at, end));
    else {
      const quoted = /"((?:[^"]|"")*)"(?=,|$)/y;
      quoted.lastIndex = at;
      const match = quoted.exec(value);
      if (match === null) return undefined;
      fields.push(match[1]!.replaceAll('""', '"'));
      end = quoted.lastIndex;
    }
    if (end >= value.length) return fields;
    at = end;
  }
}
