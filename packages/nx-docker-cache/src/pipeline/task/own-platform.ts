import { readPlatforms } from '../../options';
import type { WorkspaceProject } from '../../ports/workspace';

/**
 * A container is of one platform. Of an image for several, that is this machine's own: agents of other platforms test
 * theirs, and none waits for an image that it cannot run.
 * @param platform of this machine, for instance `linux/amd64`
 */
export function forPlatform(build: WorkspaceProject, platform: string): WorkspaceProject {
  const options = (build.options ?? {}) as Readonly<Record<string, unknown>>;
  const configured = options['platforms'];
  const platforms = readPlatforms(configured);
  if (platforms.length < 2 || !platforms.includes(platform)) return build;
  return { ...build, options: { ...options, platforms: [platform] }, platforms: configured };
}
