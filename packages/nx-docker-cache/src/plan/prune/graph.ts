import { posix } from 'node:path';
import type { Source } from '../../model/dockerfile';
import type { ProjectNode } from '../../model/prune';
import { closureOf } from './closure';
import { isWithin, type ContextDisk } from './disk';
import { rulesWithout } from './drop';
import { linkOnTheWay, mayFailOfLinks } from './links';
import { isWhole } from './may-read';

/** More rules than that cost the builder more than they spare. */
const MAX_RULES = 1000;

export interface GraphQuestion {
  readonly project: string;
  readonly projects: readonly ProjectNode[];
  /** Relative to the workspace root. */
  readonly context: string;
  /** What the reached stages read of the context. */
  readonly sources: readonly Source[];
  readonly disk: ContextDisk;
  /** Words of the package manager's files at the root: paths among them are read at install. */
  readonly mentions: readonly string[];
  /** true where the package manager fails for a command of a package that is not there. */
  readonly needsBins: boolean;
}

export type GraphAnswer =
  | { readonly rules: readonly string[]; readonly kept: readonly string[] }
  /** Why nothing can be left out. */
  | { readonly obstacle: string };

/**
 * Leaves out of `COPY . .` the packages that the project does not need, directly or not. What belongs to no package
 * stays, and so does what other instructions name.
 */
export function planGraph(question: GraphQuestion): GraphAnswer {
  const { project, projects, context, sources, disk } = question;
  const closure = closureOf(project, projects);
  if (closure === undefined) return { obstacle: `the workspace does not say what ${project} depends on` };
  if (posix.isAbsolute(context) || context.startsWith('..'))
    return { obstacle: 'the context lies outside the workspace' };
  const others = sources.filter((source) => !isWhole(source));
  const link = linkOnTheWay(others, disk);
  if (link !== undefined) return { obstacle: link };
  if (sources.some((source) => mayFailOfLinks(source, disk)))
    return {
      obstacle: 'an instruction with --exclude reads symbolic links, which may lead to what is left out',
    };

  const keeps = ({ name, runsAtInstall }: ProjectNode): boolean => closure.has(name) || runsAtInstall;
  const kept = projects.filter(keeps);
  const within = ({ root }: ProjectNode): string[] => {
    const path = posix.relative(context, root);
    return path === '' || path === '..' || path.startsWith('../') ? [] : [path];
  };
  const staying = kept.flatMap(within);
  const dropped = projects
    .filter((node) => !keeps(node))
    .flatMap(within)
    .filter((path) => !staying.some((folder) => isWithin(path, folder)));
  const mentions = [
    ...question.mentions,
    ...projects.flatMap(({ installReads, bins }) => [...installReads, ...(question.needsBins ? bins : [])]),
  ];
  const rules = rulesWithout({
    dropped: [...new Set(dropped)].sort(),
    staying: [...staying, ...mentioned(mentions, context, dropped)],
    sources: others,
    disk,
  });
  if (rules.length > MAX_RULES)
    return { obstacle: `it takes ${rules.length} ignore rules, and more than ${MAX_RULES} are too slow` };
  return { rules, kept: kept.map(({ name }) => name).sort() };
}

/** Paths inside dropped packages. */
function mentioned(words: readonly string[], context: string, dropped: readonly string[]): string[] {
  const roots = new Set(dropped);
  return words.flatMap((word) => {
    const path = posix.relative(context, posix.normalize(word));
    if (roots.has(path)) return [];
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (roots.has(path.slice(0, slash))) return [path.replace(/\/$/, '')];
    }
    return [];
  });
}
