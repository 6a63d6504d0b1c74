import { reachableStages } from '../dockerfile';
import type { Dockerfile, Source } from '../model/dockerfile';
import type { IgnoreFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { PruneFacts } from '../model/prune';
import { isWhole, planGraph, planSources } from '../plan/prune';
import type { WorkspaceProject } from '../ports/workspace';
import type { Around } from './around';
import type { Ports } from './ports';

export interface PruneQuestion {
  readonly options: Pick<BuildOptions, 'prune' | 'target'>;
  readonly project: WorkspaceProject;
  readonly parsed: Dockerfile;
  readonly sources: readonly Source[];
  /** Relative to the workspace root, or absolute. */
  readonly context: string;
  readonly ignore: IgnoreFacts;
}

/** What names paths that an install reads. */
const INSTALL_FILES = 'package.json pnpm-workspace.yaml .npmrc .yarnrc.yml .pnpmfile.cjs bunfig.toml'.split(
  ' ',
);

/** Settles what of the context is sent. Where less could make another image, all of it is. */
export async function planPrune(
  question: PruneQuestion,
  ports: Pick<Ports, 'files' | 'workspace'>,
  around: Around,
): Promise<PruneFacts> {
  return { asked: question.options.prune, ...(await decide(question, ports, around)) };
}

type Decision = Omit<PruneFacts, 'asked'>;

async function decide(
  question: PruneQuestion,
  ports: Pick<Ports, 'files' | 'workspace'>,
  around: Around,
): Promise<Decision> {
  const { options, sources, parsed, context, ignore } = question;
  if (options.prune === 'off') return off('set by the options');
  const unknown = sources.find(({ kind }) => kind === 'unresolved');
  if (unknown !== undefined) return off(`what line ${unknown.line} reads is unknown: ${unknown.path}`);
  const whole = sources.find(isWhole);
  if (options.prune === undefined && whole !== undefined)
    return off(`line ${whole.line} reads the whole context`);
  if (options.prune === undefined && mayHaveTriggers(parsed, options.target)) {
    return ofSources([], 'the builder sends what the sources name');
  }
  if (options.prune === 'graph' && whole !== undefined) return ofGraph(question, ports, around);
  const answer = planSources(sources, around.disk(context, ignore.text));
  if ('obstacle' in answer) return off(answer.obstacle);
  const reason =
    answer.rules.length === 0 ? 'the builder sends what the sources name' : 'no source reads the rest';
  return ofSources(answer.rules, reason);
}

async function ofGraph(
  question: PruneQuestion,
  { files, workspace }: Pick<Ports, 'files' | 'workspace'>,
  around: Around,
): Promise<Decision> {
  const { project, context, sources, ignore } = question;
  const texts = await Promise.all(INSTALL_FILES.map((file) => files.readText(file)));
  const yarnLock = await files.readText('yarn.lock');
  const answer = planGraph({
    ...{ project: project.name, context, sources },
    projects: await workspace.projectNodes(),
    disk: around.disk(context, ignore.text),
    // Yarn classic makes each command executable, and fails where there is none; others warn, if anything.
    needsBins: yarnLock !== undefined && /^# yarn lockfile v1$/m.test(yarnLock),
    mentions: texts.flatMap((text) => text?.split(/[\s"'`=:,;()<>|&!{}[\]]+/) ?? []),
  });
  if ('obstacle' in answer) return off(answer.obstacle);
  const reason = answer.rules.length === 0 ? 'the project needs all packages' : 'set by the options';
  return { mode: 'graph', reason, ...answer };
}

/** ONBUILD of an image may read anything, and only the builder knows of it. */
function mayHaveTriggers(parsed: Dockerfile, target: string | undefined): boolean {
  return reachableStages(parsed, target).some(({ base }) => base.kind !== 'stage' && base.kind !== 'scratch');
}

function off(reason: string): Decision {
  return { mode: 'off', reason, rules: [], kept: [] };
}

function ofSources(rules: readonly string[], reason: string): Decision {
  return { mode: 'sources', reason, rules, kept: [] };
}
