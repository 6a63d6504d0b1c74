import { posix } from 'node:path';
import {
  consumedArgs,
  contextSources,
  externalImages,
  isProxyArg,
  matchEntry,
  mayContainIncluded,
  opensFiles,
  parseIgnore,
  type FolderMatches,
  type IgnoreRules,
} from '../dockerfile';
import type { ContentKey, ImageDigest } from '../model/content';
import type { Dockerfile } from '../model/dockerfile';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import { contentKey, followedLinks, followedSources, rootOf, suspectFiles, type Identity } from '../plan';
import type { EnvironmentPort } from '../ports/logger';
import type { WalkFilter } from '../ports/content';
import { refuseExposure } from './exposure';
import type { Ports } from './ports';

/**
 * Reads what the build reads, and keys it. Called again after a build, to prove that nothing moved meanwhile.
 * @throws DockerCacheError SECRET_EXPOSED
 */
export async function readContent(
  options: BuildOptions,
  facts: Facts,
  identity: Identity,
  ports: Pick<Ports, 'content' | 'files' | 'imageDigests' | 'environment'>,
  remember = true,
): Promise<ContentKey> {
  const { parsed, context } = facts.files;
  const { environment } = ports;
  const sources = contextSources(parsed, options.target).filter(({ kind }) => kind !== 'unresolved');
  const { text } = facts.files.ignore;
  const followed = followedSources(sources);
  const [snapshot, images] = await Promise.all([
    ports.content.snapshot({
      context: posix.resolve(facts.workspace.root, context),
      roots: [...new Set(sources.map(rootOf))],
      filter: walkFilter(parseIgnore(text)),
      follow: followedLinks(followed),
      rules: JSON.stringify([text, followed.map(({ path, exclude }) => [path, exclude])]),
      remember,
    }),
    resolveImages(options, facts, ports),
  ]);
  const suspects = suspectFiles(parsed, options.target, snapshot);
  await refuseExposure(options, facts, identity, suspects, ports.files);
  const content = contentKey({
    parsed,
    target: options.target,
    options,
    buildArgs: { ...inheritedArgs(environment), ...identity.buildArgs },
    labels: identity.labels,
    annotations: identity.annotations,
    platforms: wantedPlatforms(options, environment),
    builderPlatform: environment.platform,
    images,
    snapshot,
  });
  const inherited = [...inheritedObstacles(environment), ...proxyObstacles(parsed, options, environment)];
  return { ...content, obstacles: [...content.obstacles, ...inherited] };
}

/** Platforms that the build is asked for; empty for the builder's own. buildx reads the variable as well. */
export function wantedPlatforms(
  { platforms }: Pick<BuildOptions, 'platforms'>,
  environment: EnvironmentPort,
): readonly string[] {
  const byDefault = environment.get('DOCKER_DEFAULT_PLATFORM') ?? '';
  return platforms.length > 0 || byDefault === '' ? platforms : [byDefault];
}

/** Build args that buildx takes from the environment by itself. */
function inheritedArgs(environment: EnvironmentPort): Record<string, string> {
  const epoch = environment.get('SOURCE_DATE_EPOCH') ?? '';
  return epoch === '' ? {} : { SOURCE_DATE_EPOCH: epoch };
}

/** Variables with which buildx builds something else than it was told. */
function inheritedObstacles(environment: EnvironmentPort): ContentKey['obstacles'] {
  const set = (name: string): boolean =>
    !['', '0', 'false', undefined].includes(environment.get(name)?.toLowerCase());
  return [
    ...(set('BUILDX_GIT_LABELS') ? ['BUILDX_GIT_LABELS puts the commit into labels of the image'] : []),
    ...(set('EXPERIMENTAL_BUILDKIT_SOURCE_POLICY')
      ? ['EXPERIMENTAL_BUILDKIT_SOURCE_POLICY may put other images in the place of those that are named']
      : []),
  ].map((reason) => ({ line: undefined, reason }));
}

/** An ARG of a proxy's name is filled in by docker's client from its own configuration, of which nothing is read here. */
function proxyObstacles(
  parsed: Dockerfile,
  { target, buildArgs }: Pick<BuildOptions, 'target' | 'buildArgs'>,
  { clientProxies }: EnvironmentPort,
): ContentKey['obstacles'] {
  const proxies = consumedArgs(parsed, target).filter(
    (name) => isProxyArg(name) && !Object.hasOwn(buildArgs, name),
  );
  if (proxies.length === 0 || !clientProxies) return [];
  const reason = `docker's client gives ${proxies.join(' and ')} the proxy of its configuration`;
  return [{ line: undefined, reason }];
}

/** Ignore rules as a walk asks for them. */
export function walkFilter(rules: IgnoreRules): WalkFilter {
  return {
    step: (entry, state) => {
      const { ignored, matches } = matchEntry(rules, entry, state as FolderMatches | undefined);
      return { ignored, state: matches };
    },
    mayContain: (folder) => mayContainIncluded(rules, folder),
    opens: opensFiles(rules),
  };
}

async function resolveImages(
  options: BuildOptions,
  { files }: Facts,
  { imageDigests }: Pick<Ports, 'imageDigests'>,
): Promise<Map<string, ImageDigest>> {
  const unpinned = externalImages(files.parsed, options.target).flatMap(({ image, digest }) =>
    image === undefined || digest !== undefined ? [] : [image],
  );
  const resolved = await Promise.all(
    [...new Set(unpinned)].map(async (image) => [image, await imageDigests.resolve(image)] as const),
  );
  return new Map(resolved);
}
