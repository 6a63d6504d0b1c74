import type { BaseRef } from '../model/dockerfile';

/** Where stage names and named build contexts are looked up. */
export interface Names {
  /** Lower-cased stage name → index. */
  readonly stages: ReadonlyMap<string, number>;
  /** Key of `buildContexts` in familiar form (no `:latest`, no `docker.io/library/`) → the key as written. */
  readonly contexts: ReadonlyMap<string, string>;
}

export function contextNames(buildContexts: Readonly<Record<string, string>>): Map<string, string> {
  // `name::linux/amd64` serves one platform only; it counts, as the name may then mean the context.
  return new Map(Object.keys(buildContexts).map((key) => [familiar(key.split('::')[0]!), key]));
}

/** The base of a FROM: an earlier stage first, then a named context, then an image. */
export function resolveBase(text: string, name: string, names: Names): BaseRef {
  const stage = names.stages.get(name.toLowerCase());
  if (stage !== undefined) return { kind: 'stage', stage, text };
  return outside(text, name, names);
}

/**
 * The `--from` of a COPY (`byIndex`) or of a mount. All stages are looked up, as BuildKit does: one that stands
 * later hides an image of that name and is an error then.
 */
export function resolveFrom(
  text: string,
  current: number,
  names: Names,
  stageCount: number,
  byIndex: boolean,
): BaseRef {
  if (text.includes('$')) {
    return {
      kind: 'unresolved',
      text,
      reason: 'variables do not work in a --from; name a stage FROM the image',
    };
  }
  const stage = byIndex && /^[+-]?\d+$/.test(text) ? Number(text) : names.stages.get(text.toLowerCase());
  if (stage === undefined) return outside(text, text, names);
  if (!(stage >= 0 && stage < stageCount)) {
    return {
      kind: 'unresolved',
      text,
      reason: `there is no stage ${text}: the Dockerfile has ${stageCount}`,
    };
  }
  if (stage < current) return { kind: 'stage', stage, text };
  const why = stage === current ? 'a stage cannot read from itself' : 'that stage is defined later';
  return { kind: 'unresolved', text, reason: `${text}: ${why}` };
}

function outside(text: string, name: string, names: Names): BaseRef {
  if (name === 'scratch') return { kind: 'scratch', text };
  const context = name.toLowerCase() === 'context' ? undefined : names.contexts.get(familiar(name));
  if (context !== undefined) return { kind: 'context', name: context, text };
  const at = name.indexOf('@');
  const image = at < 0 ? name : name.slice(0, at);
  const digest = at < 0 ? undefined : name.slice(at + 1);
  if (!IMAGE.test(image) || digest === '') {
    return { kind: 'unresolved', text, reason: `"${name}" is not an image reference` };
  }
  return { kind: 'image', image, digest, text };
}

// host[:port]/path:tag; a repository path is lower-case. Loose on purpose: the engine has the last word.
const IMAGE =
  /^(?:[\w.-]+(?::\d+)?\/|\[[\da-fA-F:]+\](?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?$/;

/** `docker.io/library/node:latest` and `node` are one name for a build context. */
function familiar(name: string): string {
  return name
    .replace(/^(?:index\.)?docker\.io\//, '')
    .replace(/^library\//, '')
    .replace(/:latest$/, '');
}
