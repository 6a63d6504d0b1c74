import { fingerprint } from './registry.mjs';
import { PROJECTS } from './agent.mjs';

/**
 * How many steps of each Dockerfile stand at or after the changed file's COPY. A `COPY --link` is two steps: the
 * layer, and its place above the others.
 */
const AFTER = {
  C: { api: 4, gateway: 0, worker: 0 },
  D: { api: 7, gateway: 4, worker: 0 },
};

/**
 * What must hold, as a list of `{holds, text}`.
 * @param {Record<string, Record<string, any>>} receipts by agent and project
 */
export function promises(receipts, mainBefore, mainAfter) {
  const { A, B, C, D } = receipts;
  const every = (agent, test) => PROJECTS.every((project) => test(agent[project], project));
  const within = (agent, name) =>
    every(agent, ({ steps }, project) => steps.executed <= AFTER[name][project]);
  const caches = (agent, direction) =>
    PROJECTS.flatMap((project) => agent[project].caches).filter((cache) => cache.direction === direction);
  return [
    { text: 'A, which found nothing, executed steps', holds: every(A, ({ steps }) => steps.executed > 0) },
    { text: 'B executed nothing', holds: every(B, ({ steps }) => steps.executed === 0) },
    {
      text: 'B made the same images as A, to the byte',
      holds: every(B, ({ digest }, project) => digest === A[project].digest),
    },
    {
      text: 'C executed the steps after the change, and no other',
      holds: within(C, 'C') && C.api.steps.executed > 0,
    },
    {
      text: 'D executed the steps after the change, and no other',
      holds: within(D, 'D') && D.api.steps.executed > 0 && D.gateway.steps.executed > 0,
    },
    {
      text: "D read main's cache",
      holds: caches(D, 'from').some(({ scope, result }) => scope === 'main' && result === 'used'),
    },
    {
      text: 'D wrote a cache of its own, and no other',
      holds:
        caches(D, 'to').length > 0 &&
        caches(D, 'to').every(({ scope, result }) => scope !== 'main' && result === 'written'),
    },
    {
      text: "D left main's cache refs as they were, to the byte",
      holds:
        mainBefore.size === PROJECTS.length &&
        [...mainBefore].every(([ref, print]) => print !== undefined && mainAfter.get(ref) === print),
    },
  ];
}

/** @returns fingerprints of main's cache refs, by reference */
export async function fingerprintsOfMain(receipts) {
  const refs = PROJECTS.map(
    (project) =>
      receipts[project].caches.find(({ direction, scope }) => direction === 'to' && scope === 'main').ref,
  );
  return new Map(await Promise.all(refs.map(async (ref) => [ref, await fingerprint(ref)])));
}
