import { baseCandidates, type BaseCandidate, type CiBase } from '../../affected';
import { DockerCacheError } from '../../errors';
import { parseJsonObject } from '../../layout/json';
import type { AffectedRange } from '../../model/affected';
import type { SourceFacts } from '../../model/facts';
import type { ChangesPort } from '../../ports/changes';
import type { EnvironmentPort } from '../../ports/logger';
import type { Ports } from '../ports';

export interface AskedRange {
  /** `--base` and `--head`. */
  readonly base: string | undefined;
  readonly head: string | undefined;
}

export interface RangePorts extends Pick<Ports, 'files' | 'source' | 'workspace'> {
  readonly changes: ChangesPort;
  readonly environment: EnvironmentPort;
  readonly ciBase: () => CiBase | undefined;
}

/**
 * Settles between which states changes are looked for. Without a head given it is the working tree, as for Nx.
 * @throws DockerCacheError NO_BASE, NO_GIT
 */
export async function settleRange(asked: AskedRange, ports: RangePorts): Promise<AffectedRange> {
  const { changes, environment } = ports;
  const source = await ports.source.facts();
  const variable = firstSet(['NX_BASE', 'TURBO_SCM_BASE'], environment);
  // A head of the environment belongs to its base.
  const fromVariables = asked.base === undefined && variable !== undefined;
  const ofVariables = fromVariables ? firstSet(['NX_HEAD', 'TURBO_SCM_HEAD'], environment) : undefined;
  const said = asked.head === undefined ? ofVariables : { name: '--head', value: asked.head };
  const head = said === undefined ? undefined : await headOf(said.value, said.name, changes);
  // On the default branch a tag would be compared with itself, and what is released is built as a whole.
  if (asked.base === undefined && variable === undefined && source.gitTag !== undefined)
    return { base: undefined, from: `this is the tag ${source.gitTag}`, head };
  const candidates = baseCandidates({
    asked: asked.base,
    variable,
    ci: ports.ciBase(),
    inCi: source.ci,
    branch: source.branch,
    baseBranch: source.baseBranch,
    defaultBranch: (await ofNxJson(ports)) ?? source.defaultBranch ?? 'main',
  });
  const current = head ?? (await changes.commit('HEAD'));
  if (current === undefined) return { base: undefined, from: 'there is no commit yet', head };
  return { ...(await baseOf(candidates, current, source, changes)), head };
}

async function baseOf(
  candidates: readonly BaseCandidate[],
  head: string,
  source: SourceFacts,
  changes: ChangesPort,
): Promise<Pick<AffectedRange, 'base' | 'from'>> {
  for (const { name, from, optional } of candidates) {
    const commit = await changes.commit(name);
    if (commit === undefined) {
      if (!optional) throw await noBase(name, from, changes);
      continue;
    }
    const base = await changes.mergeBase(commit, head);
    // Where all commits are here, the two have nothing in common.
    if (base === undefined && (await changes.isShallow())) throw await noBase(name, from, changes);
    return { base: base ?? commit, from };
  }
  if (await changes.isShallow())
    throw await noBase(candidates.at(-1)!.name, candidates.at(-1)!.from, changes);
  const first = source.branch !== undefined && candidates.every(({ name }) => name === 'HEAD~1');
  if (first) return { base: undefined, from: 'this is the first commit' };
  throw await noBase(candidates.at(-1)!.name, candidates.at(-1)!.from, changes);
}

async function headOf(name: string, from: string, changes: ChangesPort): Promise<string> {
  const commit = await changes.commit(name);
  if (commit === undefined) throw await noBase(name, from, changes, '--head');
  return commit;
}

/** @param from the flag or variable that names it, or what else does */
async function noBase(
  name: string,
  from: string,
  changes: ChangesPort,
  flag = '--base',
): Promise<DockerCacheError> {
  const shallow = await changes.isShallow();
  const plain = name.replace(/^refs\/(?:remotes\/origin|heads)\//, '');
  return new DockerCacheError({
    code: 'NO_BASE',
    message: `there is no commit to compare with: ${plain} (${from})`,
    expected: 'a commit that is in this clone, and the history between it and HEAD',
    found: shallow ? 'a shallow clone, which does not hold it' : 'nothing of that name',
    hint: shallow
      ? 'Clone all of it (actions/checkout: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`), or run `git fetch --unshallow` before.'
      : `Name one that is here: ${flag} <commit>; \`git fetch origin <branch>\` brings a branch.`,
  });
}

function firstSet(
  names: readonly string[],
  environment: EnvironmentPort,
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = environment.get(name) ?? '';
    if (value !== '') return { name, value };
  }
  return undefined;
}

/** What `nx affected` compares with where nobody says. */
async function ofNxJson({
  files,
  workspace,
}: Pick<Ports, 'files' | 'workspace'>): Promise<string | undefined> {
  if (workspace.facts().kind !== 'nx') return undefined;
  const { defaultBase, affected } = { ...parseJsonObject((await files.readText('nx.json')) ?? '') };
  const older =
    typeof affected === 'object' && affected !== null ? (affected as { defaultBase?: unknown }) : {};
  const written = defaultBase ?? older.defaultBase;
  return typeof written === 'string' ? written : undefined;
}
