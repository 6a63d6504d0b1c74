import { syntaxError } from './syntax-error';
import { suggest } from './suggest';

export interface RawMount {
  readonly type: string;
  readonly from: string | undefined;
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly id: string | undefined;
  readonly required: boolean;
}

const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
const SWITCHES = new Set(['readonly', 'ro', 'readwrite', 'rw', 'required']);
const KEYS = [
  ...['type', 'from', 'source', 'src', 'target', 'dst', 'destination', 'id', 'sharing', 'mode', 'uid', 'gid'],
  ...['size', 'env', ...SWITCHES],
];

/** One `--mount=…` value. @throws DockerCacheError DOCKERFILE_SYNTAX for what BuildKit refuses. */
export function parseMount(value: string, line: number, text: string): RawMount {
  const refuse = (problem: string, hint?: string): never => {
    throw syntaxError({ line, text, problem: `--mount=${value}: ${problem}`, hint });
  };
  const fields = new Map<string, string>();
  for (const field of csvFields(value) ?? refuse('a " has no partner')) {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    if (!KEYS.includes(key)) {
      const near = suggest(key, KEYS);
      refuse(`"${key}" is not a key of a mount`, near === undefined ? undefined : `Did you mean ${near}?`);
    }
    if (equals < 0 && !SWITCHES.has(key)) refuse(`"${key}" needs a value`, `Write ${key}=….`);
    fields.set(key, equals < 0 ? 'true' : field.slice(equals + 1));
  }
  const type = (fields.get('type') ?? 'bind').toLowerCase();
  if (!type.includes('$') && !TYPES.includes(type))
    refuse(`"${type}" is not a type of mount`, `Known: ${TYPES.join(', ')}.`);
  return {
    type,
    from: fields.get('from') || undefined,
    source: fields.get('source') ?? fields.get('src'),
    target: fields.get('target') ?? fields.get('dst') ?? fields.get('destination'),
    id: fields.get('id'),
    required: /^(1|t|true)$/i.test(fields.get('required') ?? ''),
  };
}

/** One record of CSV, RFC 4180: a field in double quotes may hold commas. undefined where it is malformed. */
function csvFields(value: string): string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (value[at] === '"') {
      let field = '';
      for (at++; ; at++) {
        if (at >= value.length) return undefined;
        if (value[at] !== '"') field += value[at];
        else if (value[at + 1] === '"') field += value[at++];
        else break;
      }
      fields.push(field);
      at++;
      if (at < value.length && value[at] !== ',') return undefined;
    } else {
      const comma = value.indexOf(',', at);
      fields.push(value.slice(at, comma < 0 ? undefined : comma));
      at = comma < 0 ? value.length : comma;
    }
    if (at >= value.length) return fields;
    at++;
  }
}
