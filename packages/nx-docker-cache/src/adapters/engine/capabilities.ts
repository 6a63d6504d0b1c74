import { DockerCacheError } from '../../errors';
import type { EngineFacts } from '../../model/facts';
import type { DockerInfo, Builder } from './schemas';

const ALL_EXPORTERS = ['registry', 'local', 'inline', 'gha', 's3', 'azblob'] as const;
/** What the docker driver exports: with the containerd image store these, without it inline only. */
const DOCKER_EXPORTERS = ['registry', 'local', 'inline', 'gha'] as const;

/**
 * What docker and buildx said → what the engine can do. Pure.
 * @param builder the chosen builder, undefined where no builder was ever made (the docker driver)
 * @throws DockerCacheError NO_BUILDX, NO_DAEMON
 */
export function capabilities(info: DockerInfo, builder: Builder | undefined): EngineFacts {
  const buildx = info.ClientInfo?.Plugins?.find((plugin) => plugin.Name === 'buildx');
  if (buildx === undefined) throw noBuildx();
  const driver = builder?.Driver ?? 'docker';
  const daemonError = info.ServerErrors?.[0];
  if (driver === 'docker' && (daemonError !== undefined || info.ServerVersion === undefined)) {
    throw noDaemon(daemonError);
  }
  const containerdStore =
    driver !== 'docker' ||
    (info.DriverStatus ?? []).some(
      ([key, value]) => key === 'driver-type' && value.startsWith('io.containerd.snapshotter'),
    );
  return {
    server: info.ServerVersion ?? builder?.Nodes?.[0]?.Version ?? 'unknown',
    buildx: buildx.Version,
    builder: builder?.Name ?? 'default',
    driver,
    containerdStore,
    platform: driver === 'docker' ? platformOf(info) : undefined,
    cacheExporters: !containerdStore ? ['inline'] : driver === 'docker' ? DOCKER_EXPORTERS : ALL_EXPORTERS,
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

export function noDaemon(detail: string | undefined): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_DAEMON',
    message: 'no Docker engine answers',
    expected: 'an engine behind DOCKER_HOST or the current docker context',
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

export function classicBuilder(): DockerCacheError {
  return new DockerCacheError({
    code: 'CLASSIC_BUILDER',
    message: 'DOCKER_BUILDKIT=0 asks for the classic builder, whose cache can be poisoned (CVE-2024-24557)',
    expected: 'BuildKit',
    found: 'DOCKER_BUILDKIT=0 in the environment',
    hint: 'Unset DOCKER_BUILDKIT.',
  });
}
