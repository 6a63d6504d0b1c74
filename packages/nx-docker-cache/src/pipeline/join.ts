import { DockerCacheError } from '../errors';
import type { SkipOutcome } from '../model/outcome';
import { isRegistryFailure, type RegistryCall, type RegistryPort } from '../ports/registry';
import { indexOf, type ImagePart } from '../publish/join';
import { mapBounded } from '../run/bounded';
import type { Ports } from './ports';
import type { Prepared } from './prepare';

/** Tags of one image that are given at once. */
const AT_ONCE = 4;

/**
 * Puts the index of an image's platforms under its tags; under its digest alone where it has none, since other agents
 * build the rest. A tag that holds it already gets the same bytes once more.
 * @param digests of the parts, in the order of `whole.parts`
 * @returns digest of the index
 * @throws DockerCacheError PUSH_FAILED, DIGEST_GONE
 */
export async function joinParts(
  { identity, parts, facts }: Prepared,
  digests: readonly string[],
  registry: Pick<RegistryPort, 'headManifest' | 'getManifest' | 'putManifest'>,
  call: RegistryCall,
): Promise<string> {
  const { image, indexed, output, tags } = identity;
  const listed = parts.map((part, index): ImagePart => ({
    platform: part.options.platforms.join(),
    digest: digests[index]!,
    annotations: part.identity.indexed.descriptor,
  }));
  try {
    const index = await indexOf(image, listed, indexed.index, registry, call);
    const refs = tags.length === 0 ? [`${image}@${index.digest}`] : tags;
    if (output.push) await mapBounded(refs, AT_ONCE, (ref) => registry.putManifest(ref, index, call));
    return index.digest;
  } catch (error) {
    if (!isRegistryFailure(error)) throw error;
    throw new DockerCacheError({
      code: 'PUSH_FAILED',
      message: `the platforms of ${facts.project.name} are in the registry, and their index could not be put there: ${tags.join(', ')}`,
      expected: error.expected ?? 'a registry that this machine reaches, as the builder does',
      found: error.message,
      hint: error.hint ?? 'Build again when the registry answers: its platforms will be skipped.',
      cause: error,
    });
  }
}

/**
 * A build whose platforms are all in the registry, each by its key, though not as one image: only the index is made.
 * Undefined where anything goes wrong on the way, and where the image has to be loaded: then it is built.
 */
export async function joinSkipped(
  whole: Prepared,
  parts: readonly { readonly skip: SkipOutcome | undefined }[],
  { registry }: Pick<Ports, 'registry'>,
): Promise<SkipOutcome | undefined> {
  const digests = parts.flatMap(({ skip }) => (skip === undefined ? [] : [skip.digest]));
  if (parts.length === 0 || digests.length < parts.length || whole.identity.output.load) return undefined;
  try {
    const digest = await joinParts(whole, digests, registry, {});
    return {
      digest,
      from: `the keys of ${whole.options.platforms.join(' and ')}`,
      promoted: whole.identity.tags,
    };
  } catch (error) {
    if (error instanceof DockerCacheError) return undefined;
    throw error;
  }
}
