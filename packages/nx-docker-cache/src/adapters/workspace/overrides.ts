import { join } from 'node:path';
import type { Json } from '../../layout/json';
import { readJson } from './manifest';

/** What the root says a dependency is, whatever a package asks for. */
export interface Override {
  /** Name of the dependency. */
  readonly name: string;
  /** As in a manifest; a folder counts from the root. */
  readonly range: string;
}

/**
 * `overrides` of pnpm (in package.json or pnpm-workspace.yaml) and npm, `resolutions` of yarn. Whose dependency one is
 * limited to is left out: it counts for all.
 * @param ofSettings those in pnpm-workspace.yaml
 */
export function readOverrides(root: string, ofSettings: Json | undefined): Override[] {
  const manifest = readJson(join(root, 'package.json')) ?? {};
  const places = [
    ofSettings,
    record(manifest['pnpm'])['overrides'],
    manifest['overrides'],
    manifest['resolutions'],
  ];
  return places.flatMap((place) => leaves(record(place))).flatMap((one) => resolved(one, manifest));
}

/** npm nests them: under the name of a package what that needs, and itself as `.`. */
function leaves(overrides: Json, above?: string): Override[] {
  return Object.entries(overrides).flatMap(([key, value]) => {
    const name = key === '.' ? above : nameIn(key);
    if (name === undefined) return [];
    return typeof value === 'string' ? [{ name, range: value }] : leaves(record(value), name);
  });
}

/** `name`, `name@range`, what pnpm writes as `parent@1>name` and yarn as `parent/name`. */
function nameIn(key: string): string | undefined {
  // Not the one of a range, `name@>=1 <2`.
  const inner = key.split(/(?<=[^ |@])>/).at(-1) ?? key;
  const withoutRange = /^(.*?[^/])@/.exec(inner)?.[1] ?? inner;
  return /(?:@[^/]+\/)?[^/]+$/.exec(withoutRange)?.[0];
}

/** `$name` is what the root itself needs under that name. */
function resolved({ name, range }: Override, manifest: Json): Override[] {
  if (!range.startsWith('$')) return [{ name, range }];
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  const own = groups.map((group) => record(manifest[group])[range.slice(1)]);
  return own.flatMap((found) => (typeof found === 'string' ? [{ name, range: found }] : []));
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
