import { PROJECTS } from './agent.mjs';
import { paint, seconds, table } from './screen.mjs';

const COUNTS = ['executed', 'fetched', 'cached'];
const STYLES = { executed: 'yellow', fetched: 'cyan', cached: 'green' };

/** What one agent did: steps by project, and the caches. */
export function agentTable(receipts) {
  const rows = PROJECTS.map((project) => {
    const { status, steps, seconds: took, digest } = receipts[project];
    const counts = COUNTS.map((name) => paint(STYLES[name], String(steps[name])));
    return [project, status, ...counts, seconds(took), digest.slice(0, 19)];
  });
  const caches = PROJECTS.flatMap((project) => receipts[project].caches.map(cacheRow));
  return [
    ...table([['project', 'status', ...COUNTS, 'took', 'image'], ...rows], [2, 3, 4, 5]),
    ...(caches.length === 0 ? [] : ['', ...table([['cache', 'ref', 'result', 'why'], ...caches])]),
  ];
}

function cacheRow({ direction, ref, result, reason }) {
  return [direction === 'from' ? 'read' : 'write', ref, result, reason];
}

/** project × agent. @param {[string, Record<string, any>][]} agents receipts by agent */
export function summaryTable(agents) {
  const cell = ({ status, steps, seconds: took }) => {
    const counts = COUNTS.map((name) =>
      steps[name] > 0 ? paint(STYLES[name], String(steps[name])) : '0',
    ).join('/');
    return `${status === 'skipped' ? paint('green', 'skipped') : counts} ${paint('dim', seconds(took))}`;
  };
  return table([
    ['', ...agents.map(([name]) => name)],
    ...PROJECTS.map((project) => [project, ...agents.map(([, receipts]) => cell(receipts[project]))]),
  ]);
}
