import type { CacheOutcome } from '../model/outcome';
import type { BuildPlan, CacheSource, Warning } from '../model/plan';
import type { ChosenCaches } from './caches';
import type { VertexView } from './steps';

const IMPORT = 'importing cache manifest from ';

/** How BuildKit's steps call the exporters. Kinds that are not here share all exports. */
const EXPORTS: Readonly<Record<string, RegExp>> = {
  registry: /^exporting cache to registry/,
  local: /^exporting cache to client directory/,
  gha: /^exporting cache to GitHub/i,
  s3: /^exporting cache to .*S3/i,
  azblob: /^exporting cache to Azure/i,
};

/** What BuildKit's own steps say of the caches that it was given, in the order of the plan. */
export function cacheOutcomes(
  plan: BuildPlan,
  chosen: ChosenCaches,
  vertexes: readonly VertexView[],
  ok: boolean,
): CacheOutcome[] {
  const outcomes = [
    ...chosen.from.map((source) => readOutcome(source, chosen, vertexes, ok)),
    ...chosen.to.map((target) => writeOutcome(target, chosen, vertexes, ok)),
    ...chosen.dropped,
  ];
  const place = ({ direction, ref }: CacheOutcome): number =>
    plan.cache[direction].findIndex((planned) => planned.ref === ref) +
    (direction === 'to' ? plan.cache.from.length : 0);
  return outcomes.sort((left, right) => place(left) - place(right));
}

/** BuildKit says "not found" of garbage too: what the registry said it has, and BuildKit cannot read, is lost. */
function readOutcome(
  source: CacheSource,
  chosen: ChosenCaches,
  vertexes: readonly VertexView[],
  ok: boolean,
): CacheOutcome {
  const step = vertexes.find(({ name }) => name === `${IMPORT}${source.ref}`);
  if (step === undefined && !ok && vertexes.every(({ name }) => !name.startsWith(IMPORT)))
    return outcome('from', source, 'lost', 'the build ended before it was read');
  const error = step?.error;
  if (error === undefined) return outcome('from', source, 'used', undefined);
  const missing = /not found/i.test(error) && !chosen.seen.has(source.ref);
  return outcome('from', source, missing ? 'missing' : 'lost', error);
}

/** Exports of one kind have one name; a failed one names the repository in its error, mostly. */
function writeOutcome(
  target: CacheSource,
  chosen: ChosenCaches,
  vertexes: readonly VertexView[],
  ok: boolean,
): CacheOutcome {
  if (target.kind === 'inline') return outcome('to', target, ok ? 'written' : 'lost', undefined);
  const pattern = EXPORTS[kindOf(target)] ?? /^exporting cache/;
  const exports = vertexes.filter(({ name }) => pattern.test(name));
  if (exports.length === 0) return outcome('to', target, 'lost', 'the build ended before the export');
  const rivals = chosen.to.filter((other) => kindOf(other) === kindOf(target)).map(placeOf);
  const error = exports.find(
    (vertex) =>
      vertex.error !== undefined &&
      (vertex.error.includes(placeOf(target)) || !rivals.some((place) => vertex.error?.includes(place))),
  )?.error;
  return outcome('to', target, error === undefined ? 'written' : 'lost', error);
}

/** Answers to a manifest that say what it is, and not who asks or when: another try gets the same one. */
const NOT_TAKEN =
  /\/manifests\/\S+: (?:400|405|406|415|422)\b|\bMANIFEST_INVALID\b|\bunsupported (?:manifest )?media ?type\b/i;

/** A registry that takes images and no cache manifests: each build would find it out anew, and cache nothing. */
export function cacheWarnings(
  caches: readonly CacheOutcome[],
  { cache }: Pick<BuildPlan, 'cache'>,
): Warning[] {
  return caches
    .filter(
      ({ direction, result, message }) =>
        direction === 'to' && result === 'lost' && NOT_TAKEN.test(message ?? ''),
    )
    .map(({ ref }) => ({
      code: 'CACHE_REFUSED',
      message: `the registry takes no cache manifests: ${ref} was not written, and no build will find it`,
      hint:
        cache.refusal === undefined
          ? 'Set `cache.kind` to "inline", which keeps the cache inside images, or name another registry in `cache.repository`.'
          : 'Where it never took one, later builds keep the cache inside their images. To say so at once, set `cache.kind` to "inline"; to cache more, name another registry in `cache.repository`.',
    }));
}

function kindOf({ kind, entry }: CacheSource): string {
  return kind === 'raw' ? (/(?:^|,)type=([a-z0-9]+)/.exec(entry)?.[1] ?? 'raw') : kind;
}

/** What a URL of the registry's API holds of a reference: `host/path` becomes `host/v2/path`. */
export function placeOf({ ref }: CacheSource): string {
  const [host = '', ...path] = ref.replace(/(?::[^:/]+)?(?:@.*)?$/, '').split('/');
  return path.length === 0 ? host : `${host}/v2/${path.join('/')}/`;
}

export function outcome(
  direction: 'from' | 'to',
  source: CacheSource,
  result: CacheOutcome['result'],
  message: string | undefined,
): CacheOutcome {
  return { direction, ref: source.ref, scope: source.scope, reason: source.reason, result, message };
}
