import { posix } from 'node:path';
import type { InspectedSource } from '../model/inspection';
import { STATE_FOLDER } from '../plan/state';
import type { SetupFacts, SetupPackage } from './model';

type World = Pick<SetupFacts, 'generated' | 'kind'>;

const ROOT = '$TURBO_ROOT$/';
const OWN = '$TURBO_DEFAULT$';
/** What no build reads of a package's folder, and globs of Turborepo match all the same. */
const NEVER = ['node_modules', '.turbo'];
/** The same, of the root. */
const NEVER_AT_ROOT = ['.git', STATE_FOLDER];

/**
 * `inputs` of a package's build: its own files, and what its Dockerfile reads elsewhere.
 * @param decides true where `--affected` goes by them. A copy of the whole workspace is written then only: Turborepo looks
 * at all of its files for each such package, and nothing else asks for them, as no build is in its cache
 * @returns undefined where that is nothing, and Turborepo's default is right
 */
export function inputsOf(pack: SetupPackage, world: World, decides: boolean): string[] | undefined {
  const { root, dockerfile } = pack;
  const context = dockerfile.context?.path ?? root;
  const outputs = new Set(dockerfile.outputs.map(({ path }) => path));
  const read = dockerfile.instructions
    .filter(({ from }) => from === undefined)
    .flatMap(({ sources }) => sources.flatMap((source) => placesOf(source, context)));
  const others = [dockerfile.path, ...pack.contexts, ...dockerfile.rootInputs.map(({ path }) => path)];
  const places = [...new Set([...read, ...others].map((path) => posix.normalize(path)))]
    .filter(
      (path) =>
        (decides || path !== '.') &&
        !path.startsWith('..') &&
        !isInside(path, root) &&
        !outputs.has(path) &&
        !isGenerated(path, world),
    )
    .sort();
  if (places.length === 0) return undefined;
  const within = (path: string): boolean =>
    places.some((other) => other !== path && (other === '.' || isInside(path, other)));
  const globs = places.filter((path) => !within(path)).flatMap((path) => globsOf(path, world));
  return [
    OWN,
    ...globs.filter((glob) => !glob.startsWith('!')),
    ...globs.filter((glob) => glob.startsWith('!')),
  ];
}

/** What the ignore file or the option `prune` leaves out is looked at all the same: one build too many, and never one too few. */
function placesOf({ path, kind }: InspectedSource, context: string): string[] {
  if (kind === 'path' || kind === 'glob') return [posix.join(context, path, '.')];
  return kind === 'unresolved' ? [context] : [];
}

function globsOf(path: string, { generated, kind }: World): string[] {
  if (path === '.')
    return [
      `${ROOT}**`,
      ...NEVER.map((name) => `!${ROOT}**/${name}/**`),
      ...[...NEVER_AT_ROOT, ...generated].map((folder) => `!${ROOT}${folder}/**`),
    ];
  if (kind(path) === 'file' || isWild(path)) return [ROOT + path];
  const inner = generated
    .filter((folder) => isInside(folder, path))
    .map((folder) => folder.slice(path.length + 1));
  return [
    `${ROOT}${path}/**`,
    ...NEVER.map((name) => `!${ROOT}${path}/**/${name}/**`),
    ...inner.map((folder) => `!${ROOT}${path}/${folder}/**`),
  ];
}

function isGenerated(path: string, { generated }: World): boolean {
  return generated.some((folder) => isInside(path, folder));
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function isWild(path: string): boolean {
  return /[*?[]/.test(path);
}
