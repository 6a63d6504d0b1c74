import { DockerCacheError } from '../errors';
import type { PlannedTag, PublicationOutcome, PublicationPlan, PublishedTag } from '../model/publication';
import type { ClockPort } from '../ports/logger';
import {
  isRegistryFailure,
  type RegistryCall,
  type RegistryManifest,
  type RegistryPort,
} from '../ports/registry';
import { mapBounded } from '../run/bounded';
import { measureDelta } from './delta';
import { AT_ONCE, giveTags, published, type Manifests } from './give';

export interface PublicationPorts {
  readonly registry: Pick<RegistryPort, 'headManifest' | 'getManifest' | 'putManifest'>;
  readonly clock: Pick<ClockPort, 'now'>;
}

/** A publication that nothing stands against: what is put, and what the tags hold before. */
export interface AskedPublication {
  readonly plan: PublicationPlan;
  readonly manifests: Manifests;
  /** Digests by index of the plan's tags; undefined where a tag is new. */
  readonly before: readonly (string | undefined)[];
  /** Milliseconds that the questions took. */
  readonly asked: number;
}

/**
 * ④ Asks before anything is given: the digest is looked up, and immutable tags that hold another one end it.
 * @param made manifests that the registry may not have yet, though it has what they name
 * @throws DockerCacheError DIGEST_GONE, TAG_IMMUTABLE, PUBLISH_FAILED where the registry does not answer
 */
export async function askPublication(
  plan: PublicationPlan,
  { registry, clock }: PublicationPorts,
  signal: AbortSignal,
  made: readonly RegistryManifest[] = [],
): Promise<AskedPublication> {
  const started = clock.now();
  const call: RegistryCall = { signal };
  const [manifests, before] = await Promise.all([
    readManifests(plan, made, registry, call),
    mapBounded(plan.tags, AT_ONCE, (tag) => digestOf(tag.ref, registry, call)),
  ]);
  checkImmutable(plan.tags, before);
  return { plan, manifests, before, asked: clock.now() - started };
}

/**
 * ④ Gives the tags: those that hold the digest already stay as they are, others get the identical bytes of the
 * manifest; no layer moves. Versions come first: where one cannot be given, no tag moves to its image.
 * @throws DockerCacheError PUBLISH_FAILED where the registry does not answer
 */
export async function runPublication(
  { plan, manifests, before, asked }: AskedPublication,
  { registry, clock }: PublicationPorts,
  signal: AbortSignal,
): Promise<PublicationOutcome> {
  const started = clock.now() - asked;
  const call: RegistryCall = { signal };
  const given = plan.dryRun
    ? plan.tags.map((tag, index) => published(tag, before[index]))
    : await giveTags(plan.tags, before, manifests, registry, call);
  const [tags, delta] = await Promise.all([
    plan.dryRun ? given : mapBounded(given, AT_ONCE, (tag) => verified(tag, registry, call)),
    deltaOf(plan, before, manifests, registry, call),
  ]);
  const ok = tags.every(
    ({ state, immutable }) => state !== 'failed' && !(state === 'overtaken' && immutable),
  );
  return { ok, dryRun: plan.dryRun, tags, delta, seconds: (clock.now() - started) / 1000 };
}

type Registry = PublicationPorts['registry'];

async function readManifests(
  { tags, project, target }: PublicationPlan,
  made: readonly RegistryManifest[],
  registry: Registry,
  call: RegistryCall,
): Promise<Manifests> {
  const wanted = [...new Map(tags.map((tag) => [`${tag.image}@${tag.digest}`, tag])).entries()];
  const read = await mapBounded(wanted, AT_ONCE, async ([reference, { digest, stage }]) => {
    const known = made.find((manifest) => manifest.digest === digest);
    if (known !== undefined) return [digest, known] as const;
    try {
      return [digest, await registry.getManifest(reference, call)] as const;
    } catch (error) {
      if (!isRegistryFailure(error) || error.reason !== 'not-found') throw unanswered(reference, error);
      throw new DockerCacheError({
        code: 'DIGEST_GONE',
        message: `the image of ${project} is no longer in the registry`,
        expected: `${reference}${stage === undefined ? '' : ` (stage ${stage})`}, as the receipt says`,
        found: 'nothing: it was deleted, or its tags were and the registry collected its garbage',
        hint: `Build it again without a skip: nx run ${project}:${target} --no-skip, or nx-docker-cache build ${project} --no-skip; then publish again.`,
        cause: error,
      });
    }
  });
  return new Map(read);
}

async function digestOf(ref: string, registry: Registry, call: RegistryCall): Promise<string | undefined> {
  try {
    return (await registry.headManifest(ref, call))?.digest;
  } catch (error) {
    throw unanswered(ref, error);
  }
}

/** All at once, before the first tag is given. */
function checkImmutable(tags: readonly PlannedTag[], before: readonly (string | undefined)[]): void {
  const held = tags.flatMap((tag, index) => {
    const old = before[index];
    return tag.immutable && old !== undefined && old !== tag.digest
      ? [{ ref: tag.ref, old, next: tag.digest }]
      : [];
  });
  if (held.length === 0) return;
  throw new DockerCacheError({
    code: 'TAG_IMMUTABLE',
    message:
      held.length === 1
        ? `${held[0]!.ref} was published before, as another image`
        : `${held.length} tags were published before, as another image`,
    expected: held.map(({ ref, old }) => `${ref} at ${old}, which it holds`).join('\n'),
    found: held.map(({ ref, next }) => `${ref} asked for ${next}`).join('\n'),
    hint: 'A version is published once: release a new one. If the old image has to go, delete its tag in the registry; `immutable: false` gives up this guard.',
  });
}

/** Whether the tag holds what it was given: between question and PUT anybody may have moved it, and after it as well. */
async function verified(tag: PublishedTag, registry: Registry, call: RegistryCall): Promise<PublishedTag> {
  if (tag.state === 'failed' || tag.state === 'unchanged') return tag;
  try {
    const now = (await registry.headManifest(tag.ref, call))?.digest;
    if (now === tag.digest) return tag;
    const message = now === undefined ? 'it is gone again' : `it holds ${now} now: somebody else moved it`;
    return { ...tag, state: 'overtaken', message };
  } catch (error) {
    if (!isRegistryFailure(error)) throw error;
    return { ...tag, message: `not verified: ${error.message}` };
  }
}

async function deltaOf(
  { moving, tags }: PublicationPlan,
  before: readonly (string | undefined)[],
  manifests: Manifests,
  registry: Registry,
  call: RegistryCall,
): Promise<PublicationOutcome['delta']> {
  const index = tags.findIndex(({ ref }) => ref === moving);
  const tag = tags[index];
  const manifest = tag && manifests.get(tag.digest);
  if (tag === undefined || manifest === undefined) return undefined;
  const previous = before[index];
  try {
    const platforms = await measureDelta(tag.image, manifest, previous, registry, call);
    return { ref: tag.ref, previous, platforms, message: undefined };
  } catch (error) {
    // Figures only: the tags are given.
    if (!isRegistryFailure(error)) throw error;
    return { ref: tag.ref, previous, platforms: [], message: error.message };
  }
}

/** A registry that was asked and did not answer → the error of publishing. */
export function unanswered(reference: string, error: unknown): unknown {
  if (!isRegistryFailure(error)) return error;
  if (error.reason === 'aborted')
    return new DockerCacheError({ code: 'INTERRUPTED', message: 'publishing was interrupted', cause: error });
  return new DockerCacheError({
    code: 'PUBLISH_FAILED',
    message: `the registry does not say what ${reference} is`,
    expected: error.expected ?? 'an answer',
    found: error.message,
    hint: error.hint ?? 'Log in, or try again when the registry answers.',
    cause: error,
  });
}
