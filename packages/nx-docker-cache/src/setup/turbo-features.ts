/**
 * What a version of Turborepo knows, by the first that does. An older one ends with an error where it meets the first two,
 * and finds no file where it meets the third.
 */
const SINCE = {
  /** `$TURBO_EXTENDS$` in the list of a package: what the root has there. */
  extends: [2, 7],
  /** `futureFlags.affectedUsingTaskInputs`. */
  affectedByInputs: [2, 9],
  /** `$TURBO_ROOT$/` in `inputs`. */
  rootInputs: [2, 5],
} as const;

export type TurboFeature = keyof typeof SINCE;

/** Does a version know it? The newest is meant where none is known. */
export function turboKnows(version: string | undefined, feature: TurboFeature): boolean {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
  if (major === undefined) return true;
  const [oldMajor, oldMinor] = SINCE[feature];
  return Number(major) > oldMajor || (Number(major) === oldMajor && Number(minor ?? 0) >= oldMinor);
}

export function since(feature: TurboFeature): string {
  return SINCE[feature].join('.');
}

/** Files whose text `turboVersion` asks for. */
export const TURBO_VERSION_FILES = ['node_modules/turbo/package.json', 'yarn.lock', 'package.json'] as const;

/**
 * The version that is installed, else that of yarn's lockfile, as Plug'n'Play has no such folder, else the lowest of the
 * range that is asked for.
 * @param read text of a file; undefined where there is none
 * @returns undefined where nothing tells
 */
export function turboVersion(
  read: (path: (typeof TURBO_VERSION_FILES)[number]) => string | undefined,
): string | undefined {
  const installed = record(json(read('node_modules/turbo/package.json')))['version'];
  if (typeof installed === 'string') return installed;
  const [, locked] = /^"?turbo@[^\n]*:\r?\n {2}version:? "?([\d.]+)/m.exec(read('yarn.lock') ?? '') ?? [];
  if (locked !== undefined) return locked;
  const manifest = record(json(read('package.json')));
  const range = [manifest['devDependencies'], manifest['dependencies']].map(
    (group) => record(group)['turbo'],
  );
  const [, asked] = range.map((one) => /^[\^~>=v\s]*(\d[\d.]*)/.exec(String(one))).find(Boolean) ?? [];
  return asked;
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
