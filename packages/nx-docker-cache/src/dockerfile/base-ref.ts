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

/** The named context that takes the place of a stage of this name. */
export function replacingContext(stageName: string | undefined, names: Names): string | undefined {
  return stageName === undefined || RESERVED.has(stageName) ? undefined : names.contexts.get(stageName);
}

/**
 * The base of a FROM: an earlier stage first, then a named context, then an image. BuildKit lower-cases the names
 * of stages but not the word after FROM, so `FROM Base` never means the stage `Base`.
 */
export function resolveBase(text: string, name: string, names: Names): BaseRef {
  const stage = names.stages.get(name);
  if (stage !== undefined) return { kind: 'stage', stage, text };
  if (!names.stages.has(name.toLowerCase())) return outside(text, name, names);
  const reason = `FROM finds a stage by its lower-case name only: ${name.toLowerCase()}`;
  return { kind: 'unresolved', text, reason };
}

/**
 * The `--from` of a COPY (`byIndex`) or of a mount. All stages are looked up, as BuildKit does: one that stands
 * later hides an image of that name, and cannot be read.
 */
export function resolveFrom(text: string, current: number, names: Names, byIndex: boolean): BaseRef {
  const stage = byIndex && isIndex(text) ? Number(text) : names.stages.get(text.toLowerCase());
  if (stage === undefined) return outside(text, text, names);
  if (stage < current) return { kind: 'stage', stage, text };
  const why = stage === current ? 'a stage cannot read from itself' : 'that stage is defined later';
  return { kind: 'unresolved', text, reason: `${text}: ${why}` };
}

/** true where a COPY's `--from` counts stages instead of naming one. */
export function isIndex(from: string): boolean {
  return /^[+-]?\d+$/.test(from);
}

/** Names that never mean a named context. */
const RESERVED = new Set(['scratch', 'context']);

function outside(text: string, name: string, names: Names): BaseRef {
  if (name === 'scratch') return { kind: 'scratch', text };
  const context = RESERVED.has(name.toLowerCase()) ? undefined : names.contexts.get(familiar(name));
  if (context !== undefined) return { kind: 'context', name: context, text };
  const at = name.indexOf('@');
  const image = at < 0 ? name : name.slice(0, at);
  const digest = at < 0 ? undefined : name.slice(at + 1);
  if (!isImage(image) || digest === '') {
    return { kind: 'unresolved', text, reason: `"${name}" is not an image reference` };
  }
  return { kind: 'image', image, digest, text };
}

const HOST = /^(?:[A-Za-z0-9.-]*[.:][A-Za-z0-9.:-]*|localhost(?::\d+)?|\[[\da-fA-F:]+\](?::\d+)?)$/;
const PATH = /^[a-z0-9._/-]+$/;
const TAG = /^\w[\w.-]{0,127}$/;

/** `[host[:port]/]path[:tag]` with a lower-case path. Loose on purpose: the engine has the last word. */
function isImage(image: string): boolean {
  const slash = image.indexOf('/');
  const rest = slash > 0 && HOST.test(image.slice(0, slash)) ? image.slice(slash + 1) : image;
  const colon = rest.indexOf(':');
  if (colon >= 0 && !TAG.test(rest.slice(colon + 1))) return false;
  return PATH.test(colon < 0 ? rest : rest.slice(0, colon));
}

/** `docker.io/library/node:latest` and `node` are one image, and one name for a build context. */
export function familiar(name: string): string {
  return name
    .replace(/^(?:index\.)?docker\.io\//, '')
    .replace(/^library\//, '')
    .replace(/:latest$/, '');
}
