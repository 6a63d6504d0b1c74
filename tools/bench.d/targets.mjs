import { NOTES } from './notes.mjs';

const WORDS = { cold: 'cold', changed: 'source changed', unchanged: 'nothing changed' };
const THEIRS = ['blog1', 'blog2', 'buildx', 'nx-container'];

/**
 * What is to be reached, and what was.
 * @param {(peer: string, scenario: string) => number | undefined} seconds median
 * @returns rows `{id, what, target, reached, ok, note}`; reached is undefined where nothing was measured
 */
export function judge(seconds, small) {
  const best = (scenario) => Math.min(...THEIRS.map((peer) => seconds(peer, scenario) ?? Infinity));
  const ratio = (mine, theirs) =>
    mine === undefined || !Number.isFinite(theirs ?? Infinity) ? undefined : mine / theirs;
  const difference = small.overhead && small.overhead.ours - small.overhead.docker;
  return [
    row(
      'unchanged',
      'nothing changed, against the best of the others',
      0.25,
      ratio(seconds('ours', 'unchanged'), best('unchanged')),
    ),
    row(
      'changed',
      'source changed, against the best of the others',
      0.95,
      ratio(seconds('ours', 'changed'), best('changed')),
    ),
    row(
      'cold',
      'cold, against `--push` without any cache',
      1.1,
      ratio(seconds('ours', 'cold'), seconds('plain', 'cold')),
    ),
    row(
      'link',
      '`COPY --link` (`gateway`), source changed, against the best of the others on two stages',
      0.15,
      ratio(seconds('link-gateway', 'changed'), best('changed')),
    ),
    ...[
      ['cold', 0.8],
      ['changed', 0.6],
      ['unchanged', 0.2],
    ].map(([scenario, target]) =>
      row(
        `tasks-${scenario}`,
        `stages, three tasks and publishing, ${WORDS[scenario]}, against script 2 with the same`,
        target,
        ratio(seconds('ours-tasks', scenario), seconds('blog2-tasks', scenario)),
      ),
    ),
    row('overhead', 'our process over the same buildx call', 150, difference, 'ms'),
    row('help', '`nx-docker-cache --help`', 150, small.help, 'ms'),
    row(
      'memory',
      'peak memory of our process',
      120,
      small.overhead && Math.max(small.overhead.peakMb, small.peakMb ?? 0),
      'MB',
    ),
  ];
}

/** @param {(kind: string, name: string, unit: 'ms' | 'cpuMs') => number} cost what a plugin costs over none */
export function judgeGraph(cost, { parsed, projects }) {
  const ratio = (kind, unit) => cost(kind, 'ours', unit) / cost(kind, 'peer', unit);
  return [
    row('graph-cold', 'cold, ours against @nx/docker', 0.5, ratio('cold', 'ms')),
    row('graph-cold', 'the same in CPU time', 0.5, ratio('cold', 'cpuMs')),
    row('graph-warm', 'warm, ours against @nx/docker', 0.5, ratio('warm', 'ms')),
    row('graph-warm', 'the same in CPU time', 0.5, ratio('warm', 'cpuMs')),
    row('graph-one', `Dockerfiles parsed after one of ${projects} has changed`, 1, parsed.anew, 'Dockerfile'),
  ];
}

function row(id, what, target, reached, unit) {
  const ok = reached === undefined ? undefined : reached <= target;
  return { id, what, target, reached, unit, ok, note: ok === false ? NOTES[id] : undefined };
}
