import type { Source } from '../model/dockerfile';
import { joinPath, parentPath } from './path';

export interface ContextQuestion {
  /** All three relative to the workspace root, which is `.`. */
  readonly dockerfilePath: string;
  readonly projectRoot: string;
  /** What the target reads from the context: `contextSources`. */
  readonly sources: readonly Pick<Source, 'path' | 'kind'>[];
  /** Is there a file or folder at this path, relative to the workspace root? */
  readonly exists: (path: string) => boolean;
}

export interface ContextAnswer {
  /** Relative to the workspace root. */
  readonly context: string;
  /** For people: why this folder. */
  readonly reason: string;
  /** false where nothing in the Dockerfile tells; the project's folder is a guess then. */
  readonly decided: boolean;
}

/** Folders that tasks write: their absence says nothing, their place does. */
const OUTPUTS = new Set([
  'dist',
  'build',
  'out',
  '.next',
  '.output',
  '.nuxt',
  '.svelte-kit',
  'target',
  'bin',
  'publish',
]);

/**
 * The folder that the Dockerfile's sources are relative to. Sources vote for each folder in which they exist: the
 * workspace root, the project's folder, the Dockerfile's. A tie means the project's folder.
 */
export function inferContext({
  dockerfilePath,
  projectRoot,
  sources,
  exists,
}: ContextQuestion): ContextAnswer {
  const candidates = [...new Set([projectRoot, '.', parentPath(dockerfilePath)])];
  const votes = new Map(candidates.map((folder) => [folder, 0]));
  const voters = new Set(
    sources.filter(({ kind }) => kind === 'path' || kind === 'glob').map(({ path }) => path),
  );
  let counted = 0;
  for (const path of voters) {
    const folders = voteOf(path, candidates, projectRoot, exists);
    if (folders.length > 0) counted += 1;
    for (const folder of folders) votes.set(folder, votes.get(folder)! + 1);
  }
  // The project's folder comes first, so it wins a tie.
  const [context, most] = [...votes].reduce((best, next) => (next[1] > best[1] ? next : best));
  const name = nameOf(context, projectRoot);
  if (candidates.length === 1) return { context, decided: true, reason: 'the project is the workspace root' };
  if (most === 0) {
    const guess = nameOf(projectRoot, projectRoot);
    return {
      context: projectRoot,
      decided: false,
      reason: `no source tells the context; ${guess} is a guess`,
    };
  }
  const tied = [...votes].some(([folder, count]) => folder !== context && count === most);
  const reason = `${most} of ${counted} sources that tell exist in ${name}`;
  return { context, decided: true, reason: tied ? `${reason}, as many as elsewhere` : reason };
}

function voteOf(
  path: string,
  candidates: readonly string[],
  projectRoot: string,
  exists: ContextQuestion['exists'],
): string[] {
  if (path === '.') return [];
  const concrete = withoutWildcards(path);
  if (concrete === undefined) return [];
  const present = candidates.filter((folder) => exists(joinPath(folder, concrete)));
  if (present.length > 0) return present;

  const segments = concrete.split('/');
  const output = segments.findIndex((segment) => OUTPUTS.has(segment));
  if (output < 0) return [];
  if (output > 0) {
    // `apps/web/.next`: where `apps/web` is, its output will be.
    const owner = segments.slice(0, output).join('/');
    return candidates.filter((folder) => exists(joinPath(folder, owner)));
  }
  // `dist/apps/web`: the workspace's outputs mirror its folders. `dist` alone is the project's own.
  const mirrored = segments.slice(1);
  for (let length = mirrored.length; length > 0; length--) {
    const project = mirrored.slice(0, length).join('/');
    if (project === projectRoot || (project.includes('/') && exists(project))) return ['.'];
  }
  return candidates.includes(projectRoot) ? [projectRoot] : [];
}

/** The plain folders before the first wildcard; `package*.json` is `package.json`. undefined: it tells nothing. */
function withoutWildcards(path: string): string | undefined {
  const segments = path.split('/');
  const wild = segments.findIndex((segment) => /[*?[]/.test(segment));
  if (wild < 0) return path;
  if (wild > 0) return segments.slice(0, wild).join('/');
  const bare = segments[0]!.replaceAll('*', '');
  return segments.length === 1 && /^\w[\w.-]*\w$/.test(bare) ? bare : undefined;
}

function nameOf(context: string, projectRoot: string): string {
  if (context === projectRoot) return "the project's folder";
  return context === '.' ? 'the workspace root' : "the Dockerfile's folder";
}
