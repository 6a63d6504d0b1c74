import { compileGlob } from '../layout/glob';
import { isInside, isWild, within } from '../layout/paths';

/** Where filesets are written for: a project's own files are cheaper to hash than the workspace's. */
export interface FilesetScope {
  readonly projectRoot: string;
  /** true where every file below the project's folder is the project's. */
  readonly ownsFolder: boolean;
}

/**
 * Positive and negative filesets as Nx's `inputs` take them. A negative one always wins in Nx, over all filesets
 * that start alike (`{projectRoot}` or `{workspaceRoot}`), whatever their order.
 */
export class Filesets {
  readonly #scope: FilesetScope;
  readonly #always = new Set<string>();
  readonly #globs = new Set<string>();
  readonly #never = new Set<string>();

  constructor(scope: FilesetScope) {
    this.#scope = scope;
  }

  /** A file that counts even where `never` matches it. @param path relative to the workspace root */
  always(path: string): void {
    this.#always.add(path);
  }

  /** @param glob relative to the workspace root */
  add(glob: string): void {
    this.#globs.add(glob);
  }

  /** A path that is left out with all that lies in it. @param glob relative to the workspace root */
  never(glob: string): void {
    this.#never.add(glob);
  }

  toInputs(): string[] {
    if (this.#never.size === 0)
      return [...new Set([...this.#always, ...this.#globs])].map((glob) => this.#spell(glob));
    const never = [...this.#never].map((glob) => ({ glob, hitsAlways: matchesOne(glob, this.#always) }));
    const endangered = never.some(({ hitsAlways }) => hitsAlways);
    // Out of reach of the project's negative filesets; from the workspace's own the ones that hit are left away.
    const always = [...this.#always].map((path) =>
      endangered ? `{workspaceRoot}/${path}` : this.#spell(path),
    );
    const globs = [...this.#globs].map((glob) => this.#spell(glob));
    const own = globs.some((input) => input.startsWith('{projectRoot}'));
    const others = globs.some((input) => input.startsWith('{workspaceRoot}'));
    const negative = never.flatMap(({ glob, hitsAlways }) => [
      ...(own
        ? rebased(glob, this.#scope.projectRoot).flatMap((rest) => folded(`!{projectRoot}/${rest}`))
        : []),
      ...(others && !hitsAlways && this.#concernsOthers(glob) ? folded(`!{workspaceRoot}/${glob}`) : []),
    ]);
    return [...new Set([...always, ...globs, ...negative])];
  }

  #spell(glob: string): string {
    const { projectRoot, ownsFolder } = this.#scope;
    const own = ownsFolder && projectRoot !== '.' && glob !== projectRoot && isInside(glob, projectRoot);
    return own ? `{projectRoot}/${within(glob, projectRoot)}` : `{workspaceRoot}/${glob}`;
  }

  #concernsOthers(glob: string): boolean {
    const { projectRoot, ownsFolder } = this.#scope;
    return !ownsFolder || projectRoot === '.' || !isInside(glob, projectRoot);
  }
}

function matchesOne(glob: string, paths: ReadonlySet<string>): boolean {
  const matches = compileGlob(glob);
  return [...paths].some((path) =>
    path.split('/').some((_, index, parts) => matches(parts.slice(0, index + 1).join('/'))),
  );
}

/** What matches is left out, and what lies in it; a file's pattern has nothing in it. */
function folded(glob: string): string[] {
  return /\*$|\/\*\.[\w.-]+$/.test(glob) ? [glob] : [glob, `${glob}/**/*`];
}

/** A glob of the workspace as a glob of a folder in it: `apps/?/tmp` in `apps/a` is `tmp`; none where nothing there matches. */
export function rebased(glob: string, folder: string): string[] {
  if (folder === '.') return [glob];
  const pattern = glob.split('/');
  const path = folder.split('/');
  for (const [index, segment] of path.entries()) {
    const wanted = pattern[index];
    // The pattern ends above the folder: it leaves out the folder as a whole.
    if (wanted === undefined) return ['**/*'];
    if (wanted === '**') return [pattern.slice(index).join('/')];
    if (!segmentMatches(wanted, segment)) return [];
  }
  const rest = pattern.slice(path.length).join('/');
  return [rest === '' ? '**/*' : rest];
}

function segmentMatches(pattern: string, segment: string): boolean {
  if (!isWild(pattern)) return pattern === segment;
  const expression = pattern
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(segment);
}
