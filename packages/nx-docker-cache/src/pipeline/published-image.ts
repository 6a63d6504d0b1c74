import type { SourceFacts } from '../model/facts';
import type { PublishedBuild } from '../model/publication';
import { parseReceipt } from '../options';
import type { RegistryManifest } from '../ports/registry';
import type { PublishedProject } from '../ports/workspace';
import { findParts, joinFound } from './found-parts';
import { identifyBuild, type Identified } from './prepare';
import { readReceipt, type PublishPorts } from './publish-facts';
import { identifyStage } from './stages';

/** What is asked for. */
export interface ImageQuestion {
  readonly project: PublishedProject;
  /** Path relative to the workspace root. */
  readonly receipt: string;
  readonly source: SourceFacts;
  /** Stages whose images are published beside the target's. */
  readonly stages: readonly string[];
  /** Those of the whole image. */
  readonly platforms: readonly string[];
}

export interface PublishedImage {
  readonly build: PublishedBuild;
  /** Indexes that were made of what the registry has; it may not have them yet. */
  readonly made: readonly RegistryManifest[];
}

/**
 * The image that a publication gives tags to: what the receipt of this checkout says, and for an image of several
 * platforms that were built elsewhere the index of what is found in the registry.
 * @throws DockerCacheError RECEIPT_MISSING, RECEIPT_INVALID, PART_MISSING, PUBLISH_FAILED
 */
export async function publishedImage(
  question: ImageQuestion,
  ports: PublishPorts,
  signal: AbortSignal,
): Promise<PublishedImage> {
  const { project, receipt, platforms } = question;
  if (platforms.length < 2) return { build: await readReceipt(project, receipt, ports.files), made: [] };
  const text = await ports.files.readText(receipt);
  const own = text === undefined ? undefined : parseReceipt(text, receipt);
  if (own !== undefined && isWhole(own, question)) return { build: own, made: [] };
  return joined(question, ports, signal);
}

function isWhole(own: PublishedBuild, { source, platforms }: ImageQuestion): boolean {
  return own.commit === source.commit && platforms.every((platform) => own.platforms.includes(platform));
}

async function joined(
  { project, source, stages, platforms }: ImageQuestion,
  ports: PublishPorts,
  signal: AbortSignal,
): Promise<PublishedImage> {
  const { name, root, build } = project;
  const known = { ...ports, source: { facts: () => Promise.resolve(source) } };
  const main = await identifyBuild({ name, root, ...build }, known);
  const { image, registryKnown } = main.identity;
  const { name: scope } = main.identity.scope;
  const common = { project: name, image, commit: source.commit, scope, platforms };
  // The plan tells that this cannot be published.
  if (!registryKnown)
    return {
      build: {
        ...common,
        digest: undefined,
        pushed: false,
        trust: main.identity.trust.tier,
        stages: [],
        inputs: [],
      },
      made: [],
    };
  const beside = await Promise.all(stages.map((stage) => identifyStage(stage, main, ports)));
  const found = await Promise.all(
    [main, ...beside].map(async (whole) => {
      const parts = await findParts(whole, whole !== main, ports, { signal });
      return { whole, parts, index: await joinFound(whole, parts, ports, { signal }) };
    }),
  );
  found.forEach(({ whole, parts }) =>
    parts.forEach(({ platform, from }) =>
      ports.logger.line(`${name}${whole === main ? '' : ` ${stageOf(whole)}`} for ${platform}: ${from}`),
    ),
  );
  const isTrusted = found.every(({ parts }) => parts.every(({ tier }) => tier === 'trusted'));
  return {
    build: {
      ...common,
      digest: found[0]!.index.digest,
      pushed: true,
      trust: isTrusted ? 'trusted' : 'internal',
      // Found by this checkout's content, or by its commit on agents that start from one.
      inputs: [],
      stages: found.map(({ whole, index }) => ({ stage: stageOf(whole), image, digest: index.digest })),
    },
    made: found.map(({ index }) => index),
  };
}

function stageOf({ identity: { stage } }: Identified): string {
  return stage.name ?? String(stage.index);
}
