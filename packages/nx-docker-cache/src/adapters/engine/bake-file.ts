/**
 * The arguments of `docker buildx build` as a target of a bake file, so that one plan serves both.
 * https://docs.docker.com/build/bake/reference/
 */
import { InternalError } from '../../errors';

type Value = string | boolean | string[] | Record<string, string>;
export type BakeTarget = Readonly<Record<string, Value>>;

/** Flags that hold one value, a list, or `name=value` pairs, with their names in a bake file. */
const SINGLE: Readonly<Record<string, string>> = {
  '--file': 'dockerfile',
  '--target': 'target',
  '--network': 'network',
  '--shm-size': 'shm-size',
};
const LISTS: Readonly<Record<string, string>> = {
  '--tag': 'tags',
  '--annotation': 'annotations',
  '--secret': 'secret',
  '--ssh': 'ssh',
  '--ulimit': 'ulimits',
  '--allow': 'entitlements',
  '--no-cache-filter': 'no-cache-filter',
  '--cache-from': 'cache-from',
  '--cache-to': 'cache-to',
  '--output': 'output',
};
const PAIRS: Readonly<Record<string, string>> = {
  '--build-arg': 'args',
  '--label': 'labels',
  '--build-context': 'contexts',
};
const SWITCHES: Readonly<Record<string, string>> = { '--pull': 'pull', '--no-cache': 'no-cache' };
const ATTESTATIONS = ['provenance', 'sbom'];

/**
 * @param argv `buildx build … <context>` as the plan has it
 * @param bases places of the targets whose images it reads, by reference in its familiar form, as BuildKit looks it up
 * @throws InternalError for a flag that this table does not know: a plan must mean the same in both forms
 */
export function bakeTarget(
  argv: readonly string[],
  bases: ReadonlyMap<string, number> = new Map(),
): BakeTarget {
  const words = argv.slice(2, -1);
  const target: Record<string, Value> = { context: literal(argv.at(-1) ?? '.') };
  const push = (key: string, value: string): void => {
    target[key] = [...((target[key] as string[] | undefined) ?? []), literal(value)];
  };
  while (words.length > 0) {
    const word = words.shift()!;
    if (SWITCHES[word] !== undefined) target[SWITCHES[word]] = true;
    else if (word.startsWith('--') && word.includes('=')) attest(word, push);
    else take(word, words.shift() ?? '', target, push);
  }
  if (bases.size === 0) return target;
  const wired = [...bases].map(([reference, place]) => [reference, `target:t${place}`] as const);
  return {
    ...target,
    contexts: { ...(target['contexts'] as Record<string, string>), ...Object.fromEntries(wired) },
  };
}

function take(
  flag: string,
  value: string,
  target: Record<string, Value>,
  push: (key: string, value: string) => void,
): void {
  const pairs = PAIRS[flag];
  if (SINGLE[flag] !== undefined) target[SINGLE[flag]] = literal(value);
  else if (LISTS[flag] !== undefined) push(LISTS[flag], value);
  else if (flag === '--platform') value.split(',').forEach((platform) => push('platforms', platform));
  else if (pairs !== undefined)
    target[pairs] = { ...(target[pairs] as Record<string, string>), ...pair(value) };
  else if (flag === '--add-host')
    target['extra-hosts'] = { ...(target['extra-hosts'] as Record<string, string>), ...pair(value, /[:=]/) };
  // One builder serves all targets, so its flag is the command's.
  else if (flag !== '--builder') throw new InternalError(`bake knows no ${flag}`);
}

function attest(word: string, push: (key: string, value: string) => void): void {
  const [, type = '', value = ''] = /^--([a-z]+)=(.*)$/s.exec(word) ?? [];
  if (!ATTESTATIONS.includes(type)) throw new InternalError(`bake knows no ${word}`);
  const rest = value === 'true' ? '' : value === 'false' ? ',disabled=true' : `,${value}`;
  push('attest', `type=${type}${rest}`);
}

function pair(text: string, separator = /=/): Record<string, string> {
  const at = text.search(separator);
  // Names are not templates in a bake file, values are.
  return { [text.slice(0, at)]: literal(text.slice(at + 1)) };
}

/** Bake reads strings as HCL templates, in JSON too. */
function literal(text: string): string {
  return text.replace(/([$%])\{/g, (_, sign: string) => `${sign}${sign}{`);
}

/** true where an entry of a cache holds what only its bucket or service should see: buildx takes it no other way. */
export function holdsCredential(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      /^--cache-(?:from|to)$/.test(argv[index - 1] ?? '') &&
      /(?:^|,)"?(?:access_key_id|secret_access_key|session_token|token|ghtoken)=/i.test(word),
  );
}

/** What the options allow, and the builder, which are the command's in a bake. */
export function bakeFlags(argvs: readonly (readonly string[])[]): string[] {
  const valuesOf = (flag: string): string[] =>
    argvs.flatMap((argv) => argv.filter((_, index) => argv[index - 1] === flag));
  const ssh = valuesOf('--ssh').length > 0 ? ['ssh'] : [];
  const allowed = [...new Set([...valuesOf('--allow'), ...ssh])];
  const [builder] = valuesOf('--builder');
  return [
    ...(builder === undefined ? [] : ['--builder', builder]),
    ...allowed.flatMap((word) => ['--allow', word]),
  ];
}
