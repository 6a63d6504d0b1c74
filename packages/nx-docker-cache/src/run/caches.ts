import type { CacheOutcome } from '../model/outcome';
import type { BuildPlan, CacheSource } from '../model/plan';
import type { ProbePort, ProbeResult } from '../ports/probe';
import type { LocalCachePort } from '../ports/files';
import type { VertexView } from './steps';

/** The caches that a run will use, and what is already known of those that it will not. */
export interface ChosenCaches {
  readonly from: readonly CacheSource[];
  readonly to: readonly CacheSource[];
  readonly dropped: readonly CacheOutcome[];
}

export interface CachePorts {
  readonly probe: ProbePort;
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

async function askOne(source: CacheSource, ports: CachePorts, root: string): Promise<ProbeResult> {
  switch (source.kind) {
    case 'registry':
    case 'inline':
      return ports.probe.probe(source.ref);
    case 'local':
      return (await ports.localCache.exists(`${root}/${source.ref}`))
        ? { state: 'present', digest: undefined }
        : { state: 'missing' };
    default:
      return { state: 'unknown', message: 'not asked' };
  }
}

/** What BuildKit's own steps say of the caches that it was given, in the order of the plan. */
export function cacheOutcomes(
  plan: BuildPlan,
  chosen: ChosenCaches,
  vertexes: readonly VertexView[],
  ok: boolean,
): CacheOutcome[] {
  const imports = vertexes.filter(({ name }) => name.startsWith('importing cache manifest from '));
  const exported = vertexes.find(({ name }) => name.startsWith('exporting cache'));
  const outcomes = [
    ...chosen.from.map((source) => {
      const vertex = imports.find(({ name }) => name.endsWith(` ${source.ref}`));
      if (vertex?.error === undefined) return outcome('from', source, 'used', undefined);
      return outcome('from', source, /not found/i.test(vertex.error) ? 'missing' : 'lost', vertex.error);
    }),
    ...chosen.to.map((target) => {
      if (target.kind === 'inline') return outcome('to', target, ok ? 'written' : 'lost', undefined);
      if (exported !== undefined && exported.error === undefined)
        return outcome('to', target, 'written', undefined);
      return outcome('to', target, 'lost', exported?.error ?? 'the build ended before the export');
    }),
    ...chosen.dropped,
  ];
  const place = ({ direction, ref }: CacheOutcome): number =>
    plan.cache[direction].findIndex((planned) => planned.ref === ref) +
    (direction === 'to' ? plan.cache.from.length : 0);
  return outcomes.sort((left, right) => place(left) - place(right));
}

/** The same caches without those that a failed run died of. */
export function withoutCaches(
  chosen: ChosenCaches,
  broken: readonly string[],
  message: string,
): ChosenCaches {
  const isBroken = (source: CacheSource): boolean => broken.includes(source.ref);
  return {
    from: chosen.from.filter((source) => !isBroken(source)),
    to: chosen.to.filter((target) => !isBroken(target)),
    dropped: [
      ...chosen.dropped,
      ...chosen.from.filter(isBroken).map((source) => outcome('from', source, 'lost', message)),
      ...chosen.to.filter(isBroken).map((target) => outcome('to', target, 'lost', message)),
    ],
  };
}

function outcome(
  direction: 'from' | 'to',
  source: CacheSource,
  result: CacheOutcome['result'],
  message: string | undefined,
): CacheOutcome {
  return { direction, ref: source.ref, scope: source.scope, reason: source.reason, result, message };
}

function messageOf(result: ProbeResult): string | undefined {
  return 'message' in result ? result.message : undefined;
}

function hostOf(ref: string): string {
  return ref.slice(0, Math.max(0, ref.indexOf('/')));
}
