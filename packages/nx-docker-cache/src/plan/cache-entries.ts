import { DockerCacheError } from '../errors';
import type { CacheKind, CacheOptions } from '../model/options';
import type { CacheSource, CacheTarget } from '../model/plan';
import type { CacheInput } from './cache-input';
import { checkImage, checkTag } from './names';
import { shortHash } from './slug';

export interface Entries {
  readonly from: CacheSource[];
  readonly to: CacheTarget[];
}

/** What the planned kind reads and writes: own scope first. @throws DockerCacheError */
export function entriesOf(kind: CacheKind, input: CacheInput): Entries {
  switch (kind) {
    case 'registry':
      return registryEntries(input);
    case 'inline':
      return inlineEntries(input);
    case 'local':
      return localEntries(input);
    case 'gha':
      return ghaEntries(input);
    case 's3':
    case 'azblob':
      return requireRaw(kind, input);
    case 'none':
      return { from: [], to: [] };
  }
}

/**
 * `ignore-error` keeps a failed export from failing the build; `image-manifest` is the form that ECR and
 * Harbor take, and the default of BuildKit only since 0.21.
 */
function registryEntries(input: CacheInput): Entries {
  const from = input.scope.reads.map(({ scope, reason }) => {
    const ref = refOf(input, scope);
    return { kind: 'registry' as const, ref, scope, reason, entry: csv('type=registry', `ref=${ref}`) };
  });
  const ref = refOf(input, input.scope.name);
  const entry = csv(
    'type=registry',
    `ref=${ref}`,
    `mode=${input.options.mode}`,
    'image-manifest=true',
    'oci-mediatypes=true',
    'ignore-error=true',
    ...compressionOf(input.options),
  );
  return {
    from,
    to: [{ kind: 'registry', ref, scope: input.scope.name, reason: `own: ${input.scope.reason}`, entry }],
  };
}

/** The image is its own cache: each scope has a moving image tag that is read and pushed back. */
function inlineEntries(input: CacheInput): Entries {
  const own = refOf(input, input.scope.name);
  const from = input.hasRegistry
    ? input.scope.reads.map(({ scope, reason }) => {
        const ref = refOf(input, scope);
        return { kind: 'inline' as const, ref, scope, reason, entry: csv('type=registry', `ref=${ref}`) };
      })
    : [];
  const to: CacheTarget[] = input.pushes
    ? [
        {
          kind: 'inline',
          ref: own,
          scope: input.scope.name,
          reason: 'inside the pushed image',
          entry: 'type=inline',
        },
      ]
    : [];
  return { from, to };
}

function localEntries(input: CacheInput): Entries {
  // One level: a scope and a variant of one name must not be folders in each other.
  const variant = input.variant === undefined ? '' : `--${input.variant}`;
  const folder = (scope: string): string => `${input.localFolder}/${scope}${variant}`;
  const from = input.scope.reads.map(({ scope, reason }) => ({
    kind: 'local' as const,
    ref: folder(scope),
    scope,
    reason,
    entry: csv('type=local', `src=${folder(scope)}`),
  }));
  const ref = folder(input.scope.name);
  const compression = input.options.compression ?? 'zstd';
  const entry = csv(
    'type=local',
    `dest=${ref}`,
    `mode=${input.options.mode}`,
    'ignore-error=true',
    `compression=${compression}`,
  );
  return {
    from,
    to: [{ kind: 'local', ref, scope: input.scope.name, reason: `own: ${input.scope.reason}`, entry }],
  };
}

function ghaEntries(input: CacheInput): Entries {
  const image = `${input.image.replace(/[^A-Za-z0-9._-]+/g, '-')}-${shortHash(input.image)}`;
  // No scope has two hyphens: a branch that is called as a variant and a scope gets another name.
  const variant = input.variant === undefined ? '' : `--${input.variant}`;
  const name = (scope: string): string => `${image}-${scope}${variant}`;
  const from = input.scope.reads.map(({ scope, reason }) => ({
    kind: 'gha' as const,
    ref: name(scope),
    scope,
    reason,
    entry: csv('type=gha', `scope=${name(scope)}`),
  }));
  const ref = name(input.scope.name);
  const entry = csv('type=gha', `scope=${ref}`, `mode=${input.options.mode}`, 'ignore-error=true');
  return {
    from,
    to: [{ kind: 'gha', ref, scope: input.scope.name, reason: `own: ${input.scope.reason}`, entry }],
  };
}

/** Buckets and regions are the user's to name, so these kinds are raw entries with `{scope}` in them. */
function requireRaw(kind: CacheKind, input: CacheInput): Entries {
  if (input.options.from.length + input.options.to.length > 0) return { from: [], to: [] };
  throw new DockerCacheError({
    code: 'INVALID_OPTIONS',
    message: `cache kind ${kind} needs raw entries`,
    expected: `cache.from and cache.to such as "type=${kind},bucket=…,name={projectName}-{scope}"`,
    found: 'neither cache.from nor cache.to',
    hint: 'Write the entries as buildx takes them; {scope} is replaced by each scope that is read.',
  });
}

/** What the options name in buildx' own words. */
export function rawEntries(input: CacheInput): Entries {
  const from = input.options.from.flatMap((template) =>
    (template.includes('{scope}') ? input.scope.reads : input.scope.reads.slice(0, 1)).map(
      ({ scope, reason }) => {
        const text = input.expand(template, 'cache.from', scope);
        const entry = text.includes('=') ? text : csv('type=registry', `ref=${text}`);
        return {
          kind: 'raw' as const,
          ref: refIn(entry),
          scope,
          reason: template.includes('{scope}') ? reason : 'cache.from',
          entry,
        };
      },
    ),
  );
  const to = input.options.to.map((template) => {
    const text = input.expand(template, 'cache.to', input.scope.name);
    const typed = text.includes('=')
      ? text
      : csv('type=registry', `ref=${text}`, `mode=${input.options.mode}`);
    const entry = mayIgnoreErrors(typed) ? `${typed},ignore-error=true` : typed;
    return { kind: 'raw' as const, ref: refIn(entry), scope: input.scope.name, reason: 'cache.to', entry };
  });
  return { from, to };
}

/** Inline caches are a part of the image and know no such field; one that the user wrote stays. */
function mayIgnoreErrors(entry: string): boolean {
  return /(^|,)type=(registry|local|gha|s3|azblob)(,|$)/.test(entry) && !/(^|,)ignore-error=/.test(entry);
}

/** What a raw entry points at, without its other fields, which may hold credentials. */
function refIn(entry: string): string {
  const fields = entry.split(',').map((field) => field.trim());
  const named = fields.find((field) => /^(ref|src|dest|name|scope)=/.test(field));
  return (
    named?.slice(named.indexOf('=') + 1) ?? fields.find((field) => field.startsWith('type=')) ?? 'raw entry'
  );
}

/** The cache ref of a scope, `repository:tag`. */
export function refOf(input: CacheInput, scope: string): string {
  const repository =
    input.options.repository === undefined
      ? input.image
      : checkImage(input.expand(input.options.repository, 'cache.repository', scope), 'cache.repository');
  return `${repository}:${checkTag(input.expand(input.options.tag, 'cache.tag', scope), 'cache.tag')}`;
}

function compressionOf(options: CacheOptions): string[] {
  return options.compression === undefined ? [] : [`compression=${options.compression}`];
}

/** buildx splits entries as CSV: a field with a comma or a quote needs quotes. */
export function csv(...fields: readonly string[]): string {
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}
