import { DEFAULT_CACHE_TAG, type BuildOptions, type CacheOptions, type SecretOption } from '../model/options';
import { readPlatforms } from './platform';
import { parseSize } from './size';
import type { Problem } from './problems';
import type { RawBuildOptions } from './schema';

const DEFAULT_LOCAL_CACHE_BYTES = 5_000_000_000;

/** A registry as references have it: without a protocol, and without a slash at its end. */
export function bareRegistry(text: string): string {
  return text.replace(/^https?:\/\//, '').replace(/\/+$/, '');
}

/** Shape-checked input → options with defaults; what cannot be read is pushed to `problems`. */
export function normalizeBuildOptions(raw: RawBuildOptions, problems: Problem[]): BuildOptions {
  return {
    dockerfile: raw.dockerfile,
    context: raw.context,
    target: raw.target,
    stages: [...new Set([...list(raw.stages), ...taskStages(raw)])],
    image: raw.image ?? '{projectName}',
    tags: raw.tags === undefined ? undefined : list(raw.tags),
    registry: raw.registry === undefined ? undefined : bareRegistry(raw.registry),
    buildArgs: strings(raw.buildArgs),
    buildContexts: raw.buildContexts ?? {},
    secrets: (raw.secrets ?? []).map((secret, index) => toSecret(secret, `secrets.${index}`, problems)),
    ssh: list(raw.ssh),
    allowExposed: list(raw.allowExposed),
    platforms: readPlatforms(raw.platforms),
    labels: strings(raw.labels),
    annotations: strings(raw.annotations),
    metadata: toMetadata(raw.metadata),
    network: raw.network,
    addHosts: list(raw.addHosts),
    shmSize: raw.shmSize,
    ulimits: list(raw.ulimits),
    allow: list(raw.allow),
    pull: raw.pull ?? false,
    noCache: raw.noCache ?? false,
    noCacheFilter: list(raw.noCacheFilter),
    provenance: attestation(raw.provenance),
    sbom: attestation(raw.sbom),
    builder: raw.builder,
    load: raw.load,
    push: raw.push,
    cache: toCache(raw.cache, problems),
    defaultBranch: raw.defaultBranch,
    protectedBranches: list(raw.protectedBranches),
    progress: raw.progress ?? 'auto',
    skip: raw.skip ?? true,
    prune: raw.prune,
    dryRun: raw.dryRun ?? false,
  };
}

function toMetadata(raw: RawBuildOptions['metadata']): BuildOptions['metadata'] {
  if (raw === undefined || raw === false) return undefined;
  const given = raw === true ? {} : Array.isArray(raw) ? { volatile: raw } : raw;
  return {
    labels: given.labels ?? true,
    annotations: given.annotations ?? false,
    volatile: given.volatile ?? [],
  };
}

function toCache(raw: RawBuildOptions['cache'], problems: Problem[]): CacheOptions {
  const cache = typeof raw === 'string' ? { kind: raw } : (raw ?? {});
  return {
    kind: cache.kind,
    from: list(cache.from),
    to: list(cache.to),
    mode: cache.mode ?? 'max',
    compression: cache.compression,
    repository: cache.repository,
    tag: cache.tag ?? DEFAULT_CACHE_TAG,
    maxSize: toSize(cache.maxSize, problems),
  };
}

function toSize(raw: number | string | undefined, problems: Problem[]): number {
  if (raw === undefined) return DEFAULT_LOCAL_CACHE_BYTES;
  const bytes = typeof raw === 'number' ? raw : parseSize(raw);
  if (bytes !== undefined) return bytes;
  problems.push({ path: 'cache.maxSize', message: `expected a size such as 500MB or 5GB; found ${raw}` });
  return DEFAULT_LOCAL_CACHE_BYTES;
}

function toSecret(
  raw: string | { id: string; env?: string | undefined; src?: string | undefined },
  path: string,
  problems: Problem[],
): SecretOption {
  if (typeof raw !== 'string') return raw;
  const fields = new Map<string, string>();
  for (const part of raw.split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const id = fields.get('id');
  const src = fields.get('src') ?? fields.get('source');
  // The text itself is not repeated: a value pasted in the wrong place must not reach a log.
  if (id === undefined)
    problems.push({ path, message: 'expected id=<name>,env=<variable> or id=<name>,src=<file>' });
  const unknown = [...fields.keys()].filter((key) => !['id', 'env', 'src', 'source', 'type'].includes(key));
  if (unknown.length > 0)
    problems.push({ path, message: `expected id, env or src; found ${unknown.join(', ')}` });
  return { id: id ?? '', ...(fields.has('env') ? { env: fields.get('env') } : {}), ...(src ? { src } : {}) };
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function strings(
  record: Readonly<Record<string, string | number | boolean>> | undefined,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, String(value)]));
}

function attestation(value: boolean | string | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** A task finds its stage built where the project is. */
function taskStages({ stage, tasks }: RawBuildOptions): string[] {
  return Object.values(tasks ?? {}).flatMap(
    (task) => (typeof task === 'string' ? undefined : task.stage) ?? stage ?? [],
  );
}
