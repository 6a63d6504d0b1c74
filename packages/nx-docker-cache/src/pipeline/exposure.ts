import { posix } from 'node:path';
import { DockerCacheError } from '../errors';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import { exposedTexts, exposedVariables, holdsSecret, type Exposure, type Identity } from '../plan';
import type { FilesPort } from '../ports/files';

/** Files with secrets are short; of a longer one this much is read. */
const MAX_CHARACTERS = 100_000;

/**
 * Refuses a build whose image, or whose cache, would hold a secret. Values are never told.
 * @param suspects files that hold secrets by custom, as `suspectFiles` found them
 * @throws DockerCacheError SECRET_EXPOSED
 */
export async function refuseExposure(
  options: BuildOptions,
  { files: { parsed, context, dockerfile } }: Facts,
  identity: Pick<Identity, 'buildArgs' | 'labels' | 'annotations'>,
  suspects: readonly Exposure[],
  files: Pick<FilesPort, 'readText'>,
): Promise<void> {
  const allowed = new Set(options.allowExposed);
  const isRefused = ({ name }: Exposure): boolean => !allowed.has(name);
  const holds = async ({ name }: Exposure): Promise<boolean> => {
    const text = await files.readText(posix.join(context, name)).catch(() => undefined);
    return text !== undefined && holdsSecret(name, text.slice(0, MAX_CHARACTERS));
  };
  const read = await Promise.all(
    suspects.filter(isRefused).map(async (suspect) => ((await holds(suspect)) ? [suspect] : [])),
  );
  const { labels, annotations } = identity;
  const found = [
    ...exposedVariables(parsed, options.target, identity.buildArgs).filter(isRefused),
    ...exposedTexts(parsed, options.target, {
      ...{ label: labels, annotation: annotations, 'build context': options.buildContexts },
    }).filter(isRefused),
    ...read.flat(),
  ];
  if (found.length === 0) return;
  const isFile = found.some(({ what }) => what.startsWith('file '));
  throw new DockerCacheError({
    code: 'SECRET_EXPOSED',
    message: 'everybody who can pull the image or its cache could read a secret',
    expected: 'secrets that are mounted: RUN --mount=type=secret, and the option `secrets`',
    found: found
      .map(({ what, line }) => (line === undefined ? what : `${dockerfile}:${line} ${what}`))
      .join('\n'),
    hint: `${isFile ? 'Leave the file out with the .dockerignore and mount it as a secret' : 'Hand it over as a secret'}. Where it is none, name it in \`allowExposed\`: ${JSON.stringify(found.map(({ name }) => name))}.`,
  });
}
