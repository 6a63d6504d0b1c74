import type { TargetConfiguration } from '@nx/devkit';
import { Sources } from '../layout/git-sources';
import { ImageIndex } from '../layout/image-index';
import { findBuilds } from './builds';
import { Contexts } from './contexts';
import type { Disk } from './disk';
import { readPluginOptions } from './plugin-options';
import { Projects } from './projects';
import { publishTargetOf } from './publish-target';
import type { SummaryStore } from './store';
import { targetOf, type Surroundings } from './target';
import { taskTarget } from './task-target';

/** All that the targets depend on beside the disk. */
export interface TargetsQuestion {
  /** What Nx found for `WATCHED_GLOB`. */
  readonly files: readonly string[];
  /** As nx.json has them. */
  readonly options: unknown;
  /** true where nx.json names an input `production`. */
  readonly hasProduction: boolean;
}

export interface Targets {
  readonly targets: readonly {
    /** The file that Nx shows as the target's source. */
    readonly source: string;
    /** The project's folder. */
    readonly root: string;
    readonly name: string;
    readonly target: TargetConfiguration;
  }[];
  /** What is wrong with Dockerfiles, for people. */
  readonly problems: readonly string[];
}

/** The targets of a workspace. @throws Error for options that there are not */
export function findTargets(
  { files, options, hasProduction }: TargetsQuestion,
  disk: Disk,
  store: SummaryStore,
): Targets {
  const shared = readPluginOptions(options);
  const workspace = { shared, store, disk, projects: new Projects(disk, files) };
  const builds = findBuilds(files, workspace);
  const around: Surroundings = {
    ...workspace,
    contexts: new Contexts(builds, disk),
    ...{ sources: new Sources(disk), images: new ImageIndex(builds) },
    ofDependencies: hasProduction ? 'production' : 'default',
  };
  const built = builds.flatMap((build) => {
    const tasks = build.options.tasks.map((task) => taskTarget(build, task, around));
    const all = [{ name: build.targetName, target: targetOf(build, around) }, ...tasks];
    return all.map((one) => ({ source: build.source, root: build.project.root, ...one }));
  });
  const published = builds.flatMap((build) => {
    const { root } = build.project;
    const siblings = built.filter((sibling) => sibling.root === root);
    const found = publishTargetOf(build, siblings, workspace);
    return found === undefined ? [] : [{ source: build.source, root, ...found }];
  });
  const targets = [...built, ...published];
  store.save();
  return {
    targets,
    problems: builds.flatMap(({ dockerfile, summary: { problem } }) =>
      problem === undefined ? [] : [`${dockerfile}: ${problem}`],
    ),
  };
}
