import type { CreateNodesResultArray, CreateNodesV2 } from '@nx/devkit';
import { WATCHED_GLOB } from '../layout/dockerfile-names';
import { recall } from './recall';
import { handOver, Snapshot } from './snapshot';
import { findTargets, type TargetsQuestion } from './targets';

/** A Dockerfile in a project gives the project a target that builds it. */
export const createNodes: CreateNodesV2 = [
  WATCHED_GLOB,
  (files, options, { workspaceRoot, nxJsonConfiguration }) => {
    const snapshot = new Snapshot(workspaceRoot);
    const question: TargetsQuestion = {
      files: [...files].sort(),
      options,
      hasProduction: nxJsonConfiguration.namedInputs?.['production'] !== undefined,
    };
    const memory = { workspaceRoot, name: 'targets', disk: snapshot.disk };
    const { targets, problems } = recall(memory, question, (asked, disk) => {
      const found = findTargets(asked, disk, snapshot.store);
      if (process.env['NX_VERBOSE_LOGGING'] === 'true') say(snapshot.store.statistic);
      return found;
    });
    handOver(snapshot);
    // An error instead would fail every command of the workspace.
    problems.forEach(say);
    return targets.map(({ source, root, name, target }): CreateNodesResultArray[number] => [
      source,
      { projects: { [root]: { root, targets: { [name]: target } } } },
    ]);
  },
];

/** Nx 21 asks for this name. */
export const createNodesV2 = createNodes;

/** On stderr: stdout may be JSON that somebody reads. */
function say(text: string): void {
  process.stderr.write(`nx-docker-cache: ${text}\n`);
}
