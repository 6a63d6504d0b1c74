import type { Source } from '../model/dockerfile';
import { joinPath, parentPath } from './path';
import { agreedContext, type DockerfilePlace, type SiblingContext } from './siblings';

export interface ContextQuestion extends DockerfilePlace {
  /** What the target reads from the context: `contextSources`. */
  readonly sources: readonly Pick<Source, 'path' | 'kind'>[];
  /** Is there a file or folder at this path, relative to the workspace root? */
  readonly exists: (path: string) => boolean;
  /** Does a RUN call a workspace tool (`runsWorkspaceTool`)? That needs the workspace root. */
  readonly workspaceTool?: boolean;
  /** What other files say of the context, compose files and CI for instance; they are heard where no vote decides. */
  readonly hints?: readonly ContextHint[];
  /** What other Dockerfiles use, each decided without siblings; they are heard where nothing else tells anything. */
  readonly siblings?: readonly SiblingContext[];
}

export interface ContextHint {
  /** Relative to the workspace root. */
  readonly context: string;
  /** For people: where it is said. */
  readonly reason: string;
  /** The file that says it, relative to the workspace root. */
  readonly file: string;
}

export interface ContextAnswer {
  /** Relative to the workspace root. */
  readonly context: string;
  /** For people: why this folder. */
  readonly reason: string;
  /** false where nothing tells; the project's folder is a guess then. */
  readonly decided: boolean;
  /** true where other files have decided it: a hint, or siblings. */
  readonly indirect: boolean;
  /** true where sources do not decide, or not alone: hints would be heard. */
  readonly open: boolean;
  /** true where something is read of the context and neither sources nor hints tell anything: siblings would be heard. */
  readonly silent: boolean;
  /** Other files that were heard, whether they have decided it or only disagree: where they change, it may be another. */
  readonly heard: readonly string[];
}

/** Folders that tasks write. That one is missing says nothing, and neither does one in the workspace's root. */
const OUTPUTS = new Set(['dist', 'out', '.next', '.output', '.nuxt', '.svelte-kit']);
/** The same, but these are often folders of sources as well: they count where they exist. */
const MAYBE_OUTPUTS = new Set(['build', 'bin', 'target', 'publish']);

/**
 * The folder that the Dockerfile's sources are relative to. Sources vote for each folder in which they exist: the
 * workspace root, the project's folder, the Dockerfile's. A tie means the project's folder.
 */
export function inferContext(question: ContextQuestion): ContextAnswer {
  const { dockerfilePath, projectRoot, sources, workspaceTool } = question;
  // The project's folder comes first, so it wins a tie.
  const candidates = [...new Set([projectRoot, '.', parentPath(dockerfilePath)])];
  if (candidates.length === 1) {
    return {
      context: projectRoot,
      ...{ decided: true, ...FROM_SOURCES },
      reason: 'the project is the workspace root',
    };
  }
  const votes = new Map(candidates.map((folder) => [folder, 0]));
  const voters = new Set(
    sources.flatMap(({ path, kind }) => (kind === 'path' || kind === 'glob' ? path : [])),
  );
  let telling = 0;
  for (const path of voters) {
    const folders = votesOf(path, candidates, question);
    if (folders.length > 0) telling += 1;
    for (const folder of folders) votes.set(folder, votes.get(folder)! + 1);
  }
  const [context, most] = [...votes].reduce((best, next) => (next[1] > best[1] ? next : best));
  if (most === 0 && workspaceTool === true) {
    return {
      context: '.',
      ...{ decided: true, ...FROM_SOURCES },
      reason: 'a RUN calls a workspace tool, which needs the workspace root',
    };
  }
  const tied = [...votes].flatMap(([folder, count]) => (count === most ? folder : []));
  const hinted = tied.length > 1 ? hintOf(question, most === 0 ? undefined : tied) : undefined;
  const heard = filesOf({ hints: question.hints });
  if (hinted !== undefined)
    return { ...hinted, ...{ decided: true, indirect: true, open: true, silent: false, heard } };
  if (most === 0) return untold(question);
  const reason = `${most} of ${telling} telling sources exist in ${nameOf(context, projectRoot)}`;
  const open = tied.length > 1;
  return {
    context,
    ...{ decided: true, ...FROM_SOURCES, open, heard: open ? heard : [] },
    reason: open ? `${reason}, as many as elsewhere` : reason,
  };
}

const FROM_SOURCES = { indirect: false, open: false, silent: false, heard: [] } as const;

/** Of the hints and siblings. */
function filesOf({ hints = [], siblings = [] }: Pick<ContextQuestion, 'hints' | 'siblings'>): string[] {
  return [
    ...new Set([...hints.map(({ file }) => file), ...siblings.map(({ dockerfilePath }) => dockerfilePath)]),
  ];
}

/** Neither a source nor a hint tells anything, or hints disagree: then nothing weaker than a hint is heard. */
function untold(question: ContextQuestion): ContextAnswer {
  const { projectRoot, sources, hints = [], siblings = [] } = question;
  const silent = hints.length === 0 && sources.length > 0;
  const agreed = silent ? agreedContext(siblings) : undefined;
  const heard = filesOf(silent ? { siblings } : { hints });
  if (agreed !== undefined)
    return { ...agreed, ...{ decided: true, indirect: true, open: true, silent, heard } };
  const guess = nameOf(projectRoot, projectRoot);
  return {
    context: projectRoot,
    ...{ decided: false, indirect: false, open: true, silent, heard },
    reason: `no source tells the context${disagreement(question)}; ${guess} is a guess`,
  };
}

/** What all hints agree on, of the folders that are in question. */
function hintOf(
  { hints = [] }: ContextQuestion,
  among: readonly string[] | undefined,
): Pick<ContextHint, 'context' | 'reason'> | undefined {
  const heard = hints.filter(({ context }) => among === undefined || among.includes(context));
  const [first] = heard;
  if (first === undefined || heard.some(({ context }) => context !== first.context)) return undefined;
  return { context: first.context, reason: `${first.reason} says so` };
}

function disagreement({ hints = [], siblings = [] }: ContextQuestion): string {
  const said = new Map(hints.map(({ context, reason }) => [context, `${reason} says ${context}`]));
  const used = new Map(
    siblings.map(({ dockerfilePath, context, here }) => [here, `${dockerfilePath} uses ${context}`]),
  );
  const all = [...(said.size > 1 ? said.values() : []), ...(hints.length === 0 ? used.values() : [])];
  return all.length > 0 ? ` (${all.slice(0, 3).join(', ')})` : '';
}

/** The folders that a source speaks for; none where it tells nothing. */
function votesOf(
  path: string,
  candidates: readonly string[],
  { projectRoot, exists }: ContextQuestion,
): readonly string[] {
  const concrete = withoutWildcards(path);
  if (concrete === undefined) return [];
  const segments = concrete.split('/');
  const present = candidates.filter((folder) => exists(joinPath(folder, concrete)));
  if (OUTPUTS.has(segments[0]!)) {
    if (mirrorsProject(segments, projectRoot, exists)) return ['.'];
    const nested = segments.length > 1 && !present.includes(projectRoot) && present.includes('.');
    return [nested ? '.' : projectRoot];
  }
  if (present.length > 0) return present;
  if (MAYBE_OUTPUTS.has(segments[0]!))
    return [mirrorsProject(segments, projectRoot, exists) ? '.' : projectRoot];
  // `apps/web/.next`: where `apps/web` is, its output will be.
  const output = segments.findIndex((segment) => OUTPUTS.has(segment) || MAYBE_OUTPUTS.has(segment));
  const owner = segments.slice(0, output).join('/');
  return output > 0 ? candidates.filter((folder) => exists(joinPath(folder, owner))) : [];
}

/** `dist/apps/web`: the workspace's outputs mirror its folders, those of other projects too. */
function mirrorsProject(
  segments: readonly string[],
  projectRoot: string,
  exists: (path: string) => boolean,
): boolean {
  return segments.some((_, index) => {
    const project = segments.slice(1, index + 1).join('/');
    return project !== '' && (project === projectRoot || (project.includes('/') && exists(project)));
  });
}

/** The plain folders before the first wildcard; `package*.json` is `package.json`. undefined: it tells nothing. */
function withoutWildcards(path: string): string | undefined {
  if (path === '.') return undefined;
  const segments = path.split('/');
  const wild = segments.findIndex((segment) => /[*?[]/.test(segment));
  if (wild < 0) return path;
  if (wild > 0) return segments.slice(0, wild).join('/');
  const bare = path.replaceAll('*', '');
  return /^\w[\w-]*(\.[\w-]+)+$/.test(bare) ? bare : undefined;
}

function nameOf(context: string, projectRoot: string): string {
  if (context === projectRoot) return "the project's folder";
  return context === '.' ? 'the workspace root' : "the Dockerfile's folder";
}
