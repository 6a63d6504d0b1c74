import type { DockerCacheError } from '../errors';
import { readPlatforms } from '../options';
import type { PublishedProject } from '../ports/workspace';
import type { Ports } from './ports';
import { buildProject } from './projects';

/** Builds a project's image once more and pushes it. @returns the error that ended it; undefined where it is there */
export type Rebuild = (
  project: PublishedProject,
  signal: AbortSignal,
) => Promise<DockerCacheError | undefined>;

/** Publishing builds nothing by itself, but what it was to publish and the registry has lost. */
export function rebuildWith(ports: Ports): Rebuild {
  return async ({ name, root, build: { target, options } }, signal) => {
    ports.logger.line(`the image of ${name} is no longer in the registry, and is built again`);
    const project = { name, root, target, options: { ...(options as object), skip: false, push: true } };
    return (await buildProject(project, ports, signal)).error;
  };
}

/** Platforms may have been built where this machine cannot build them. */
export function isRebuildable({ build: { options } }: PublishedProject): boolean {
  return readPlatforms((options as { readonly platforms?: unknown } | undefined)?.platforms).length < 2;
}
