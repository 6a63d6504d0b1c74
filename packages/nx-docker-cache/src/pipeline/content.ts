import { posix } from 'node:path';
import {
  contextSources,
  externalImages,
  matchEntry,
  mayContainIncluded,
  parseIgnore,
  type FolderMatches,
} from '../dockerfile';
import type { ContentKey, ImageDigest } from '../model/content';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import { contentKey, rootOf, type Identity } from '../plan';
import type { WalkFilter } from '../ports/content';
import type { Ports } from './ports';

/** Reads what the build reads, and keys it. Called again after a build, to prove that nothing moved meanwhile. */
export async function readContent(
  options: BuildOptions,
  facts: Facts,
  identity: Identity,
  ports: Ports,
  remember = true,
): Promise<ContentKey> {
  const { parsed, context } = facts.files;
  const sources = contextSources(parsed, options.target);
  const [snapshot, images] = await Promise.all([
    ports.content.snapshot({
      context: posix.resolve(facts.workspace.root, context),
      roots: [...new Set(sources.filter(({ kind }) => kind !== 'unresolved').map(rootOf))],
      filter: ignoreFilter(facts),
      remember,
    }),
    resolveImages(options, facts, ports),
  ]);
  return contentKey({
    parsed,
    target: options.target,
    options,
    buildArgs: identity.buildArgs,
    labels: identity.labels,
    annotations: identity.annotations,
    builderPlatform: assumedPlatform(ports),
    images,
    snapshot,
  });
}

/** The platform that a local engine builds for; an engine that says otherwise keeps its builds from being keyed. */
export function assumedPlatform(ports: Ports): string {
  return ports.environment.get('DOCKER_DEFAULT_PLATFORM') ?? ports.environment.platform;
}

function ignoreFilter({ files }: Facts): WalkFilter {
  const rules = parseIgnore(files.ignore.text);
  return {
    step: (entry, state) => {
      const { ignored, matches } = matchEntry(rules, entry, state as FolderMatches | undefined);
      return { ignored, state: matches };
    },
    mayContain: (folder) => mayContainIncluded(rules, folder),
  };
}

async function resolveImages(
  options: BuildOptions,
  { files }: Facts,
  ports: Ports,
): Promise<Map<string, ImageDigest>> {
  const unpinned = externalImages(files.parsed, options.target).flatMap(({ image, digest }) =>
    image === undefined || digest !== undefined ? [] : [image],
  );
  const resolved = await Promise.all(
    [...new Set(unpinned)].map(async (image) => [image, await ports.imageDigests.resolve(image)] as const),
  );
  return new Map(resolved);
}
