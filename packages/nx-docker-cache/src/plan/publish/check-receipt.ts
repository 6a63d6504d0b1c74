import { DockerCacheError } from '../../errors';
import type { PublishedBuild, PublishFacts } from '../../model/publication';
import { hasHost } from '../names';

/**
 * The digest that a receipt has to publish.
 * @param path of the receipt, for the errors
 * @throws DockerCacheError RECEIPT_STALE, NOT_PUSHED
 */
export function checkReceipt(
  build: PublishedBuild,
  { project, source }: Pick<PublishFacts, 'project' | 'source'>,
  path: string,
): string {
  const again = `Build it first: nx run ${project.name}:${project.target}, or nx-docker-cache build ${project.name}.`;
  if (build.project !== project.name)
    throw new DockerCacheError({
      code: 'RECEIPT_INVALID',
      message: `the receipt of ${project.name} is another project's`,
      expected: `a receipt of ${project.name} in ${path}`,
      found: build.project,
      hint: again,
    });
  if (build.commit !== source.commit)
    throw new DockerCacheError({
      code: 'RECEIPT_STALE',
      message: `the last build of ${project.name} was of another commit`,
      expected: source.commit ?? 'a build without git, as here',
      found: `${build.commit ?? 'a build without git'} in ${path}`,
      hint: again,
    });
  if (build.digest !== undefined && build.pushed && hasHost(build.image)) return build.digest;
  throw new DockerCacheError({
    code: 'NOT_PUSHED',
    message: `the image of ${project.name} is not in a registry`,
    expected: 'a build that pushed it: publishing only gives tags to what is there',
    found: !hasHost(build.image)
      ? `${build.image}, a name without a registry`
      : `${path} says that it was ${build.digest === undefined ? 'made without a digest' : 'not pushed'}`,
    hint: 'Set `registry`, and `push: true` outside CI; then build again.',
  });
}
