import { DockerCacheError } from '../errors';
import type { TrustTier } from '../model/plan';
import { partTag } from '../plan';
import type { RegistryCall, RegistryManifest, RegistryPort } from '../ports/registry';
import { indexOf, type ImagePart } from '../publish/join';
import { unanswered } from '../publish/publication';
import { partOf, withContent, type ContentPorts } from './parts';
import type { Identified } from './prepare';

/** One platform of an image, as some agent left it in the registry. */
export interface FoundPart extends ImagePart {
  /** The tag that led to it. */
  readonly from: string;
  readonly tier: TrustTier;
}

interface Place {
  readonly ref: string;
  readonly tier: TrustTier;
}

type FindPorts = ContentPorts & {
  readonly registry: Pick<RegistryPort, 'headManifest' | 'getManifest'>;
};

/**
 * The images of all platforms: those that were built of this commit; where there is none, as an agent whose build was
 * skipped for lack of changes leaves none, one with the same content key.
 * @param beside true for a stage that is published beside the target
 * @throws DockerCacheError PART_MISSING, PUBLISH_FAILED where the registry does not answer
 */
export async function findParts(
  whole: Identified,
  beside: boolean,
  ports: FindPorts,
  call: RegistryCall,
): Promise<FoundPart[]> {
  const found = await Promise.all(
    whole.options.platforms.map(async (platform) => {
      const part = await partOf(whole, platform, ports, beside);
      const there =
        (await firstThere(placesOf(part, platform), ports.registry, call)) ??
        (await firstThere(await keysOf(part, beside, ports), ports.registry, call));
      return { platform, there, annotations: part.identity.indexed.descriptor };
    }),
  );
  const missing = found.filter(({ there }) => there === undefined).map(({ platform }) => platform);
  if (missing.length > 0) throw partMissing(whole, missing);
  return found.flatMap(({ platform, there, annotations }) =>
    there === undefined ? [] : [{ platform, annotations, ...there }],
  );
}

/** @throws DockerCacheError DIGEST_GONE, PUBLISH_FAILED */
export async function joinFound(
  { identity: { image, indexed } }: Identified,
  parts: readonly FoundPart[],
  { registry }: FindPorts,
  call: RegistryCall,
): Promise<RegistryManifest> {
  try {
    return await indexOf(image, parts, indexed.index, registry, call);
  } catch (error) {
    throw unanswered(image, error);
  }
}

function placesOf({ facts, identity }: Identified, platform: string): Place[] {
  const { image, stage, marks } = identity;
  const part = { ...facts, stage: stage.name ?? String(stage.index), platform };
  return marks.read.map((mark) => ({ ref: `${image}:${partTag(part, mark)}`, tier: mark.tier }));
}

async function keysOf(part: Identified, beside: boolean, ports: FindPorts): Promise<Place[]> {
  const { skip } = await withContent(part, ports, { beside, builds: false });
  if (!skip.enabled) return [];
  const { read } = part.identity.marks;
  return skip.read.map((ref, index) => ({ ref, tier: read[index]?.tier ?? 'internal' }));
}

async function firstThere(
  places: readonly Place[],
  registry: FindPorts['registry'],
  call: RegistryCall,
): Promise<Pick<FoundPart, 'digest' | 'from' | 'tier'> | undefined> {
  for (const { ref, tier } of places) {
    try {
      const head = await registry.headManifest(ref, call);
      if (head !== undefined) return { digest: head.digest, from: ref, tier };
    } catch (error) {
      throw unanswered(ref, error);
    }
  }
  return undefined;
}

function partMissing({ facts, identity, options }: Identified, missing: readonly string[]): DockerCacheError {
  const { project, source } = facts;
  const stage = identity.stage.name;
  const what = `${project.name}${options.target === undefined || stage === undefined ? '' : ` (stage ${stage})`}`;
  const flags = missing.map((platform) => `--platform ${platform}`).join(' ');
  return new DockerCacheError({
    code: 'PART_MISSING',
    message: `${what} is not built for ${missing.join(', ')}`,
    expected: `an image for each of ${options.platforms.join(', ')}, of commit ${source.commit ?? '(no git)'} or with the same content, that a build of this trust tier (${identity.trust.tier}) may take`,
    found: `none in ${identity.image} for ${missing.join(', ')}`,
    hint: `Build it where that platform runs: nx-docker-cache build ${project.name} ${flags}, or nx run ${project.name}:${project.target} --platforms=${missing.join(',')}; then publish again.`,
  });
}
