import type { ProjectConfiguration } from '@nx/devkit';
import type { WrittenTarget } from '../layout/project';
import { BUILD_EXECUTOR } from './builds';

/** By name. */
export type GraphProjects = Readonly<
  Record<string, { readonly root: string; readonly targets: Readonly<Record<string, WrittenTarget>> }>
>;

/** What edges depend on of the projects of a finished graph: builds as they are, of other targets what they write. */
export function projectsOf(projects: Readonly<Record<string, ProjectConfiguration>>): GraphProjects {
  return Object.fromEntries(
    Object.entries(projects).map(([name, { root, targets = {} }]) => {
      const kept: Record<string, WrittenTarget> = {};
      for (const [target, { executor, options, outputs }] of Object.entries<WrittenTarget>(targets)) {
        const outputPath = options?.['outputPath'];
        if (executor === BUILD_EXECUTOR) kept[target] = { executor, options, outputs };
        else if (outputs !== undefined || outputPath !== undefined)
          kept[target] = { options: { outputPath }, outputs };
      }
      return [name, { root, targets: kept }];
    }),
  );
}
