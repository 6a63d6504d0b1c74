import type { SkipOutcome } from '../model/outcome';
import type { Receipt } from '../model/receipt';
import { dependsOnBuilder } from '../plan';
import { promoteExisting } from '../publish/promote';
import { wantedPlatforms } from './content';
import { hasOthers } from './local-bases';
import type { Ports } from './ports';
import type { Prepared } from './prepare';

/**
 * Proves that a build is not needed, and does what it would have left: the wanted tags in the registry, the
 * wanted image in the engine. Undefined where it has to be built.
 */
export async function trySkip(
  prepared: Prepared,
  last: Receipt | undefined,
  ports: Pick<Ports, 'engine' | 'environment' | 'probe' | 'registry'>,
): Promise<SkipOutcome | undefined> {
  const { identity, skip } = prepared;
  if (!skip.enabled) return undefined;
  const { output, trust } = identity;
  const loaded = output.load ? await isLoaded(prepared, last, ports) : undefined;
  if (output.load && loaded === undefined) return undefined;
  // A build that keeps nothing is asked for its caches; a fork's is asked for the proof alone.
  if (!output.push && !output.load && trust.tier !== 'untrusted') return undefined;
  if (!output.push && output.load) return loaded;
  if (await isForAnother(prepared, ports)) return undefined;
  return promoteExisting(skip, identity.tags, ports);
}

/** The key of a build that names no platform has this machine's, and the builder may be another one. */
async function isForAnother(
  { facts, options }: Prepared,
  { engine, environment }: Pick<Ports, 'engine' | 'environment'>,
): Promise<boolean> {
  const platforms = wantedPlatforms(options, environment);
  if (!dependsOnBuilder(facts.files.parsed, options.target, platforms)) return false;
  if (await engine.isHere(options.builder)) return false;
  const there = await engine.facts(options.builder).catch(() => undefined);
  return there?.platform !== environment.platform;
}

/** The engine must hold the very image of the last receipt under every wanted name. */
export async function isLoaded(
  { skip, identity: { loadTags }, content, options }: Prepared,
  last: Receipt | undefined,
  { engine }: Pick<Ports, 'engine'>,
): Promise<SkipOutcome | undefined> {
  const before = last?.stages.find(({ contentKey }) => contentKey === skip.key);
  if (before?.imageId === undefined || before.digest === undefined || before.obstacles.length > 0)
    return undefined;
  const ids = await Promise.all(loadTags.map((tag) => engine.imageId(tag)));
  if (!ids.every((id) => id === before.imageId)) return undefined;
  if (content.images.length > 0 && (await hasOthers(content.images, options.builder, engine)))
    return undefined;
  return { digest: before.digest, from: 'the engine', promoted: loadTags };
}
