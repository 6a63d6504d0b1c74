import type { CacheOutcome } from '../model/outcome';
import type { BuildPlan, CacheSource } from '../model/plan';
import type { ProbePort, ProbeResult } from '../ports/probe';
import type { LocalCachePort } from '../ports/files';
import { outcome } from './cache-outcomes';

/** The caches that a run will use, and what is already known of those that it will not. */
export interface ChosenCaches {
  readonly from: readonly CacheSource[];
  readonly to: readonly CacheSource[];
  readonly dropped: readonly CacheOutcome[];
  /** References that the registry has, or at least did not deny to have: what BuildKit does not find of them is lost. */
  readonly seen: ReadonlySet<string>;
}

export interface CachePorts {
  readonly probe: Pick<ProbePort, 'probeCache'>;
  readonly localCache: LocalCachePort;
}

/**
 * Asks for each planned cache whether it is there, all at once. Only a clear answer drops one: a reference
 * that the registry does not have, or a registry too slow to be worth waiting for. What this machine may not
 * see, the builder may: it is left in, and BuildKit goes on without it.
 */
export async function chooseCaches(plan: BuildPlan, ports: CachePorts): Promise<ChosenCaches> {
  const local = plan.engine.driver === 'docker';
  const probes = new Map<string, Promise<ProbeResult>>();
  const ask = (source: CacheSource): Promise<ProbeResult> => {
    const known = probes.get(source.ref) ?? askOne(source, ports, plan.workspaceRoot);
    probes.set(source.ref, known);
    return known;
  };
  const from = await Promise.all(
    plan.cache.from.map(async (source) => ({ source, result: await ask(source) })),
  );
  const slow = new Map(
    from.flatMap(({ source, result }) =>
      result.state === 'slow' ? [[hostOf(source.ref), result.message] as const] : [],
    ),
  );
  const keep = from.filter(({ result }) => result.state !== 'slow' && !(result.state === 'missing' && local));
  const gone = from.filter((entry) => !keep.includes(entry));
  const to = plan.cache.to.filter(({ ref, kind }) => kind !== 'registry' || !slow.has(hostOf(ref)));
  return {
    from: keep.map(({ source }) => source),
    to,
    seen: new Set(
      keep.filter((entry) => isSeen(entry.source, entry.result, local)).map(({ source }) => source.ref),
    ),
    dropped: [
      ...gone.map(({ source, result }) =>
        outcome('from', source, result.state === 'slow' ? 'lost' : 'missing', messageOf(result)),
      ),
      ...plan.cache.to
        .filter((target) => !to.includes(target))
        .map((target) => outcome('to', target, 'lost', slow.get(hostOf(target.ref)))),
    ],
  };
}

/** A local engine sees the registry that we see, and what it does not have was left out already. */
function isSeen({ kind }: CacheSource, { state }: ProbeResult, local: boolean): boolean {
  return state === 'present' || (local && state === 'unknown' && (kind === 'registry' || kind === 'inline'));
}

async function askOne(source: CacheSource, ports: CachePorts, root: string): Promise<ProbeResult> {
  switch (source.kind) {
    case 'registry':
    case 'inline':
      return ports.probe.probeCache(source.ref);
    case 'local':
      return (await ports.localCache.exists(`${root}/${source.ref}`))
        ? { state: 'present', digest: undefined }
        : { state: 'missing' };
    default:
      return { state: 'unknown', message: 'not asked' };
  }
}

/** Caches that a failed run may have died of. */
export interface SuspectCaches {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/**
 * The same caches without those that a failed run died of. One that could not be read is still written: that
 * is what mends it for the next build.
 */
export function withoutCaches(chosen: ChosenCaches, suspects: SuspectCaches, message: string): ChosenCaches {
  const [badFrom, goodFrom] = split(chosen.from, suspects.from);
  const [badTo, goodTo] = split(chosen.to, suspects.to);
  return {
    ...chosen,
    from: goodFrom,
    to: goodTo,
    dropped: [
      ...chosen.dropped,
      ...badFrom.map((source) => outcome('from', source, 'lost', message)),
      ...badTo.map((target) => outcome('to', target, 'lost', message)),
    ],
  };
}

function split(sources: readonly CacheSource[], refs: readonly string[]): [CacheSource[], CacheSource[]] {
  const isBad = ({ ref }: CacheSource): boolean => refs.includes(ref);
  return [sources.filter(isBad), sources.filter((source) => !isBad(source))];
}

function messageOf(result: ProbeResult): string | undefined {
  return 'message' in result ? result.message : undefined;
}

function hostOf(ref: string): string {
  return ref.slice(0, Math.max(0, ref.indexOf('/')));
}
