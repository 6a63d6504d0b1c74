import { costOf } from './graph.mjs';
import { table, targetTable } from './markdown.mjs';
import { median } from './stats.mjs';
import { judgeGraph } from './targets.mjs';

const KINDS = ['cold', 'warm'];
const ROWS = {
  none: 'without a plugin',
  ours: '**nx-docker-cache**',
  peer: '@nx/docker',
};

/** What a graph costs with plugins, as markdown. */
export function graphMarkdown({ date, machine, node, npm, graph }) {
  const { nx, times, edges, load } = graph;
  const judged = judgeGraph((kind, name, unit) => costOf(times[kind], name, unit), graph);
  return [
    `Measured on ${date}: ${machine}. nx and @nx/docker ${nx}, node ${node}, npm ${npm}. ${turns(times)}; load of the machine ${load.map((value) => value.toFixed(1)).join(' before, ')} after.`,
    '',
    'Seconds, medians; in brackets over none; then the same of CPU time:',
    '',
    ...table([
      ['', ...KINDS.flatMap((kind) => [kind, `${kind}, CPU`])],
      ...Object.entries(ROWS).map(([name, title]) => [
        title,
        ...KINDS.flatMap((kind) => ['ms', 'cpuMs'].map((unit) => cell(times[kind], name, unit))),
      ]),
    ]),
    '',
    ...targetTable(judged),
    '',
    `Edges of the graph: ${edges.none} without a plugin, ${edges.ours} with ours, ${edges.peer} with @nx/docker.`,
  ].join('\n');
}

function turns(times) {
  return KINDS.map((kind) => `${times[kind].none.length} turns ${kind}`).join(', ');
}

function cell(times, name, unit) {
  const seconds = (ms) => (ms / 1000).toFixed(2);
  const middle = seconds(median(times[name].map((time) => time[unit])));
  return name === 'none' ? middle : `${middle} (+${seconds(costOf(times, name, unit))})`;
}
