import type { SkipOutcome } from '../model/outcome';
import type { SkipPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import type { Identity } from '../plan';
import { promoteExisting } from '../publish/promote';
import type { Ports } from './ports';

/**
 * Proves that a build is not needed, and does what it would have left: the wanted tags in the registry, the
 * wanted image in the engine. Undefined where it has to be built.
 */
export async function trySkip(
  identity: Identity,
  skip: SkipPlan,
  last: Receipt | undefined,
  ports: Ports,
): Promise<SkipOutcome | undefined> {
  if (!skip.enabled) return undefined;
  const { output, trust, loadTags } = identity;
  const loaded = output.load ? await isLoaded(skip, loadTags, last, ports) : undefined;
  if (output.load && loaded === undefined) return undefined;
  // A build that keeps nothing is asked for its caches; a fork's is asked for the proof alone.
  if (!output.push && !output.load && trust.tier !== 'untrusted') return undefined;
  if (!output.push && output.load) return loaded;
  return promoteExisting(identity.image, skip, identity.tags, ports);
}

/** The engine must hold the very image of the last receipt under every wanted name. */
async function isLoaded(
  skip: SkipPlan,
  tags: readonly string[],
  last: Receipt | undefined,
  ports: Ports,
): Promise<SkipOutcome | undefined> {
  if (last?.contentKey !== skip.key || last.imageId === undefined || last.digest === undefined)
    return undefined;
  const ids = await Promise.all(tags.map((tag) => ports.engine.imageId(tag)));
  return ids.every((id) => id === last.imageId)
    ? { digest: last.digest, from: 'the engine', promoted: tags }
    : undefined;
}
