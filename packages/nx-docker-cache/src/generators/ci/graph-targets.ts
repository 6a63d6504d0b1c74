import type { Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { BUILD_EXECUTOR, PACKAGE } from '../shared/package';

const RUN_EXECUTOR = `${PACKAGE}:run`;
const PUBLISH_EXECUTOR = `${PACKAGE}:publish`;
/** `nx release publish` runs it, and not each push. */
const RELEASE_TARGET = 'nx-release-publish';

/** Of a project of Nx's graph what is asked for here: inferred targets are among these, others too. */
export interface GraphProject {
  readonly targets?: Readonly<
    Record<string, { readonly executor?: string; readonly options?: unknown; readonly continuous?: boolean }>
  >;
}

/** Names of targets of any project, each once, by name. */
export interface GraphTargets {
  readonly tasks: readonly string[];
  readonly publish: readonly string[];
}

/** Files alone do not tell: targets are inferred, merged with such that were written by hand, and named by options. */
export async function readGraph(tree: Tree): Promise<readonly GraphProject[]> {
  const { createProjectGraphAsync } = devkit([tree.root]);
  const { nodes } = await createProjectGraphAsync({ exitOnError: false });
  return Object.values(nodes).map(({ data }) => data);
}

/**
 * The stage tasks of all projects, and what publishes their images: of each build the first one, which is the inferred
 * one where there is any. Others have rules for another occasion.
 */
export function graphTargets(projects: readonly GraphProject[]): GraphTargets {
  const [tasks, publish] = [new Set<string>(), new Set<string>()];
  for (const { targets = {} } of projects) {
    const all = Object.entries(targets);
    const build = all.find(([, { executor }]) => executor === BUILD_EXECUTOR)?.[0];
    const published = new Set<unknown>();
    for (const [name, { executor, options, continuous }] of all) {
      // What does not end proves nothing.
      if (executor === RUN_EXECUTOR && continuous !== true) tasks.add(name);
      if (executor !== PUBLISH_EXECUTOR || name === RELEASE_TARGET) continue;
      const { build: image = build } = (options ?? {}) as { readonly build?: unknown };
      if (!published.has(image)) publish.add(name);
      published.add(image);
    }
  }
  return { tasks: [...tasks].sort(), publish: [...publish].sort() };
}
