import type { CreateNodesV2 } from '@nx/devkit';
import { ImageIndex } from '../layout/image-index';
import { findBuilds, type ImageBuild } from './builds';
import { Disk } from './disk';
import { WATCHED_GLOB } from '../layout/dockerfile-names';
import { Sources } from '../layout/git-sources';
import { readPluginOptions } from './plugin-options';
import { Projects } from './projects';
import { handOver, SummaryStore } from './store';
import { targetOf, type Surroundings } from './target';

/** A Dockerfile in a project gives the project a target that builds it. */
export const createNodes: CreateNodesV2 = [
  WATCHED_GLOB,
  (files, options, { workspaceRoot: root, nxJsonConfiguration }) => {
    const shared = readPluginOptions(options);
    const store = new SummaryStore(root);
    const workspace = { root, shared, store, projects: new Projects(root, files) };
    const builds = findBuilds(files, workspace);
    const disk = new Disk(root);
    const around: Surroundings = {
      ...workspace,
      ...{ disk, sources: new Sources(disk), images: new ImageIndex(builds) },
      ofDependencies:
        nxJsonConfiguration.namedInputs?.['production'] === undefined ? 'default' : 'production',
    };
    const nodes = builds.map((build) => {
      const { root: projectRoot } = build.project;
      const targets = { [build.targetName]: targetOf(build, around) };
      return [build.source, { projects: { [projectRoot]: { root: projectRoot, targets } } }] as const;
    });
    warnOfBroken(builds);
    store.save();
    handOver(store);
    return nodes;
  },
];

/** Nx 21 asks for this name. */
export const createNodesV2 = createNodes;

/** On stderr: stdout may be JSON that somebody reads. An error instead would fail every command of the workspace. */
function warnOfBroken(builds: readonly ImageBuild[]): void {
  for (const { dockerfile, summary } of builds) {
    if (summary.problem !== undefined)
      process.stderr.write(`nx-docker-cache: ${dockerfile}: ${summary.problem}\n`);
  }
}
