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
      'start',
      'a stage task over `docker run`',
      300,
      small.start && small.start.ours - small.start.docker,
      'ms',
    ),
    row(
      'publish-one',
      '`publish` of one project, the process over `--help`',
      100,
      overHelp(small, 'one'),
      'ms',
    ),
    row('publish-many', '`publish` of 50 projects, the whole process', 1500, small.publish?.many, 'ms'),
    row(
      'memory',
      'peak memory of our process',
      120,
      small.overhead && Math.max(small.overhead.peakMb, small.peakMb ?? 0),
      'MB',
    ),
  ];
}

/** What Node and our file take to start is in every command. */
function overHelp({ publish, help }, which) {
  return publish === undefined || help === undefined ? undefined : publish[which] - help;
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

/**
 * Targets by the share of a peer's time, for 1, 5 and all changed.
 * @type {[ours: string, theirs: string, what: string, targets: [number, number, number]][]}
 */
const MANY = [
  ['ours-affected', 'peer-affected', 'ours against nx-container, both `nx affected`', [0.9, 0.7, 0.9]],
  ['ours-many', 'peer-many', 'ours against nx-container, both `nx run-many`', [0.1, 0.2, 0.9]],
  ['ours-affected', 'script', 'ours (`nx affected`) against script 2 in a loop', [0.05, 0.1, 0.5]],
  ['ours-affected', 'bake', 'ours (`nx affected`) against one bake file of all', [0.2, 0.4, 1]],
  [
    'ours-link',
    'peer-affected',
    '`COPY --link` against nx-container, both `nx affected`',
    [0.25, 0.25, 0.25],
  ],
];

/** @param {(peer: string, changed: number) => number | undefined} seconds @param {number[]} columns how many changed */
export function judgeServices(seconds, columns, samples) {
  const rows = MANY.flatMap(([ours, theirs, what, targets]) =>
    columns.map((changed, index) => {
      const [mine, other] = [seconds(ours, changed), seconds(theirs, changed)];
      const reached = mine === undefined || other === undefined ? undefined : mine / other;
      return row(`many-${ours}-${theirs}`, `${what}, ${changed} changed`, targets[index], reached);
    }),
  );
  const peaks = samples.flatMap(({ peakMb }) => peakMb ?? []);
  const peak = peaks.length === 0 ? undefined : Math.max(...peaks);
  return [...rows, row('many-memory', 'peak memory of our process', 250, peak, 'MB')];
}

export function judgeGrowth({ sizes, nx }) {
  const [least, most] = [sizes[0], sizes.at(-1)];
  const each = (most.ms - least.ms) / (most.projects - least.projects);
  return [
    row('growth-each', 'each further project, nothing changed', 8, each, 'ms'),
    row('growth-nx', `${nx.projects} projects over Nx's own time`, 6000, nx.ms - nx.noopMs, 'ms'),
  ];
}

function row(id, what, target, reached, unit) {
  const ok = reached === undefined ? undefined : reached <= target;
  return { id, what, target, reached, unit, ok, note: ok === false ? NOTES[id] : undefined };
}
