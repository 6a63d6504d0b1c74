import { DockerCacheError } from '../../errors';

/**
 * CI services look for pipelines at the root of the repository, and start their commands there.
 * @param root the workspace's, absolute
 * @param exists asks for a path relative to it; `..` leads out of it
 * @throws DockerCacheError USAGE where the workspace is a folder of a repository
 */
export function refuseInnerWorkspace(root: string, exists: (path: string) => boolean): void {
  const segments = root.split(/[\\/]/).filter((segment) => segment !== '');
  const up = segments.findIndex((_, depth) =>
    exists([...segments.slice(0, depth).map(() => '..'), '.git'].join('/')),
  );
  if (up < 1) return;
  const folder = segments.slice(-up).join('/');
  throw new DockerCacheError({
    code: 'USAGE',
    message: 'a pipeline stands at the root of the repository, and this workspace is a folder of it',
    expected: `a workspace at ${root.slice(0, -folder.length - 1) || '/'}, the root of the repository`,
    found: `one at ${root}`,
    hint: `Write the pipeline yourself, with commands that run in ${folder}: nx-docker-cache matrix --shards 3 --github --cwd ${folder} is its first one.`,
  });
}
