import { posix } from 'node:path';
import type { InspectedSource } from '../model/inspection';
import type { SetupFacts, SetupPackage } from './model';

type World = Pick<SetupFacts, 'generated' | 'kind'>;

const ROOT = '$TURBO_ROOT$/';
const OWN = '$TURBO_DEFAULT$';
/** What no build reads of a package's folder, and globs of Turborepo match all the same. */
const NEVER = ['node_modules', '.turbo'];

/**
 * `inputs` of a package's build: its own files, and what its Dockerfile reads elsewhere.
 * @returns undefined where that is nothing, and Turborepo's default is right
 */
export function inputsOf(pack: SetupPackage, world: World): string[] | undefined {
  const { root, dockerfile, needs } = pack;
  const context = dockerfile.context?.path ?? root;
  const outputs = new Set(dockerfile.outputs.map(({ path }) => path));
  const read = dockerfile.instructions
    .filter(({ from }) => from === undefined)
    .flatMap(({ sources }) => sources.flatMap((source) => placesOf(source, context, needs)));
  const others = [dockerfile.path, ...pack.contexts, ...dockerfile.rootInputs.map(({ path }) => path)];
  const places = [...new Set([...read, ...others].map((path) => posix.normalize(path)))]
    .filter(
      (path) =>
        path !== '.' &&
        !path.startsWith('..') &&
        !isInside(path, root) &&
        !outputs.has(path) &&
        !isGenerated(path, world),
    )
    .sort();
  if (places.length === 0) return undefined;
  const within = (path: string): boolean => places.some((other) => other !== path && isInside(path, other));
  const globs = places.filter((path) => !within(path)).flatMap((path) => globsOf(path, world));
  return [
    OWN,
    ...globs.filter((glob) => !glob.startsWith('!')),
    ...globs.filter((glob) => glob.startsWith('!')),
  ];
}

/** Where the whole workspace is copied, the package and what it needs is what matters. */
function placesOf({ path, kind }: InspectedSource, context: string, needs: readonly string[]): string[] {
  if (kind === 'path' || kind === 'glob') {
    const place = posix.join(context, path);
    return place === '.' || place === './' ? [...needs] : [place];
  }
  return kind === 'unresolved' ? [context, ...needs].filter((folder) => folder !== '.') : [];
}

function globsOf(path: string, { generated, kind }: World): string[] {
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
