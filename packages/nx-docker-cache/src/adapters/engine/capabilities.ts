import { DockerCacheError } from '../../errors';
import type { EngineFacts } from '../../model/facts';
import type { DockerInfo, Builder } from './schemas';

const ALL_EXPORTERS = ['registry', 'local', 'inline', 'gha', 's3', 'azblob'] as const;
/** What the docker driver exports: with the containerd image store these, without it inline only. */
const DOCKER_EXPORTERS = ['registry', 'local', 'inline', 'gha'] as const;

/**
 * What docker and buildx said → what the engine can do. Pure.
 * @param builder the chosen builder, undefined where no builder was ever made (the docker driver)
 * @param context name of the docker context whose engine gave `info`, the only one whose own builder buildx takes
 * @param hasNamedPlatforms true where `buildx create` was told platforms of the builder, or may have been
 * @throws DockerCacheError NO_BUILDX, NO_DAEMON, NO_BUILDER
 */
export function capabilities(
  info: DockerInfo,
  builder: Builder | undefined,
  context = 'default',
  hasNamedPlatforms = true,
): EngineFacts {
  const buildx = info.ClientInfo?.Plugins?.find((plugin) => plugin.Name === 'buildx');
  if (buildx === undefined) throw noBuildx();
  if (builder?.Err !== undefined) throw noDaemon(builder.Err, builder.Name);
  const driver = builder?.Driver ?? 'docker';
  const common = { buildx: buildx.Version, builder: builder?.Name ?? context, driver };
  const [node] = builder?.Nodes ?? [];
  const answers = info.ServerErrors === undefined && info.ServerVersion !== undefined;
  if (driver !== 'docker') {
    const server = info.ServerVersion ?? node?.Version ?? 'unknown';
    // Of several nodes each may be another machine, and platforms that somebody named stand before the builder's own.
    const isOne = builder?.Nodes?.length === 1 && !hasNamedPlatforms;
    const platform = isOne ? node?.Platforms?.[0] : undefined;
    return {
      ...{ ...common, cpus: undefined },
      server,
      loads: answers,
      containerdStore: true,
      platform,
      cacheExporters: ALL_EXPORTERS,
    };
  }
  if (node?.Endpoint !== undefined && node.Endpoint !== context) throw otherContext(node.Endpoint, context);
  if (!answers) throw noDaemon(info.ServerErrors?.[0]);
  const inContainerd = (info.DriverStatus ?? []).some(
    ([key, value]) => key === 'driver-type' && value.startsWith('io.containerd.snapshotter'),
  );
  const server = info.ServerVersion ?? 'unknown';
  return {
    ...common,
    server,
    loads: true,
    containerdStore: inContainerd,
    platform: platformOf(info),
    cpus: info.NCPU ?? undefined,
    cacheExporters: inContainerd ? DOCKER_EXPORTERS : ['inline'],
  };
}

/** `uname -m` words → Go's. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm/v7',
};

function platformOf({ OSType, Architecture }: DockerInfo): string | undefined {
  if (OSType === undefined || Architecture === undefined) return undefined;
  return `${OSType}/${ARCHITECTURES[Architecture] ?? Architecture}`;
}

export function noDocker(): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_DOCKER',
    message: 'the docker client was not found',
    expected: 'docker with buildx in PATH',
    found: 'no program called docker',
    hint: 'Install Docker (https://docs.docker.com/engine/install/), or add it to PATH.',
  });
}

export function noBuildx(): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_BUILDX',
    message: 'docker has no buildx plugin',
    expected: 'docker buildx 0.13 or newer',
    found: 'docker without buildx',
    hint: 'Install the plugin: package docker-buildx-plugin (Docker) or docker-buildx (Debian, Ubuntu, Homebrew).',
  });
}

/** @param builder the one that was asked for, where it is not simply the engine here */
export function noDaemon(detail: string | undefined, builder?: string): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_DAEMON',
    message: builder === undefined ? 'no Docker engine answers' : `the builder ${builder} does not answer`,
    expected:
      builder === undefined
        ? 'an engine behind DOCKER_HOST or the current docker context'
        : 'an engine behind the docker context of that name',
    found: detail ?? 'no answer',
    hint: 'Start the engine, or point DOCKER_HOST or `docker context use` at one that runs.',
  });
}

export function noBuilder(name: string, names: readonly string[]): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_BUILDER',
    message: `there is no builder called ${name}`,
    expected: names.length === 0 ? 'a builder that exists' : `one of ${names.join(', ')}`,
    found: name,
    hint: `Make it (docker buildx create --name ${name}), or correct the option \`builder\` or BUILDX_BUILDER.`,
  });
}

/** buildx takes the engine of a context as a builder only while that is the current one. */
function otherContext(name: string, current: string): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_BUILDER',
    message: `the builder ${name} is a docker context, and not the current one`,
    expected: `the current context (${current}), or a builder that was made`,
    found: name,
    hint: `Set DOCKER_CONTEXT=${name}, without DOCKER_HOST, in place of the builder; or make one of it: docker buildx create --name <name> ${name}.`,
  });
}

export function classicBuilder(): DockerCacheError {
  return new DockerCacheError({
    code: 'CLASSIC_BUILDER',
    message: 'DOCKER_BUILDKIT=0 asks for the classic builder, whose cache can be poisoned (CVE-2024-24557)',
    expected: 'BuildKit',
    found: 'DOCKER_BUILDKIT=0 in the environment',
    hint: 'Unset DOCKER_BUILDKIT.',
  });
}
