import type { PlannedTag, PublishedTag } from '../model/publication';
import {
  isRegistryFailure,
  type RegistryCall,
  type RegistryManifest,
  type RegistryPort,
} from '../ports/registry';
import { mapBounded } from '../run/bounded';

/** By digest. */
export type Manifests = ReadonlyMap<string, RegistryManifest>;
type Registry = Pick<RegistryPort, 'headManifest' | 'putManifest'>;

/** Tags of one image that are asked for or given at once. */
export const AT_ONCE = 4;

/**
 * Gives the tags, immutable ones first. Where one of those cannot be given, those that move stay where they are: another
 * run has released the version, and `latest` is its to move.
 * @param before digests by index of the tags
 * @returns by index of the tags
 */
export async function giveTags(
  tags: readonly PlannedTag[],
  before: readonly (string | undefined)[],
  manifests: Manifests,
  registry: Registry,
  call: RegistryCall,
): Promise<PublishedTag[]> {
  const given = tags.map((tag, index) => published(tag, before[index]));
  const giveAll = async (isImmutable: boolean): Promise<void> => {
    const indexes = [...tags.keys()].filter((index) => tags[index]!.immutable === isImmutable);
    await mapBounded(indexes, AT_ONCE, async (index) => {
      const manifest = manifests.get(tags[index]!.digest)!;
      given[index] = await give(given[index]!, manifest, registry, call);
    });
  };
  await giveAll(true);
  const lost = given.find(({ state }) => state === 'failed');
  if (lost === undefined) {
    await giveAll(false);
    return given;
  }
  const message = `not given, since ${lost.ref} was not`;
  return given.map((tag) =>
    tag.immutable || tag.state === 'unchanged' ? tag : { ...tag, state: 'failed', message },
  );
}

/** What becomes of a tag that holds `before`. */
export function published(tag: PlannedTag, before: string | undefined): PublishedTag {
  const { ref, digest, stage, immutable } = tag;
  const state = before === undefined ? 'created' : before === digest ? 'unchanged' : 'moved';
  return { ref, digest, stage, immutable, state, before, message: undefined };
}

async function give(
  wanted: PublishedTag,
  manifest: RegistryManifest,
  registry: Registry,
  call: RegistryCall,
): Promise<PublishedTag> {
  if (wanted.state === 'unchanged') return wanted;
  try {
    // All were asked for before the first was given, which may be a while ago. What is left is the time of one request.
    const now = wanted.immutable ? (await registry.headManifest(wanted.ref, call))?.digest : undefined;
    if (now === wanted.digest) return { ...wanted, state: 'unchanged', before: now };
    if (now !== undefined)
      return { ...wanted, state: 'failed', before: now, message: `it was published meanwhile, as ${now}` };
    await registry.putManifest(wanted.ref, manifest, call);
    return wanted;
  } catch (error) {
    if (!isRegistryFailure(error)) throw error;
    return { ...wanted, state: 'failed', message: told(error) };
  }
}

function told({ message, hint }: { readonly message: string; readonly hint: string | undefined }): string {
  return hint === undefined ? message : `${message} ${hint}`;
}
