import { chooseBase, type CiAnswer } from '../../affected';
import { parseJsonObject } from '../../layout/json';
import type { AffectedRange } from '../../model/affected';
import { defaultBaseIn } from '../../plan';
import type { ChangesPort } from '../../ports/changes';
import type { EnvironmentPort } from '../../ports/logger';
import type { Ports } from '../ports';
import { findBase, noBase } from './base';

export interface AskedRange {
  /** `--base` and `--head`. */
  readonly base: string | undefined;
  readonly head: string | undefined;
}

export interface RangePorts extends Pick<Ports, 'files' | 'source' | 'workspace'> {
  readonly changes: ChangesPort;
  readonly environment: EnvironmentPort;
  readonly ciBase: () => CiAnswer;
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
  const option = await ofOptions(ports);
  const ofNx = option === undefined ? await ofNxJson(ports) : undefined;
  const choice = chooseBase({
    asked: asked.base,
    variable,
    ci: ports.ciBase(),
    inCi: source.ci,
    branch: source.branch,
    baseBranch: source.baseBranch,
    defaultBranch: option ?? ofNx?.branch ?? source.defaultBranch ?? 'main',
    defaultBase: ofNx?.written,
  });
  const current = head ?? (await changes.commit('HEAD'));
  if (current === undefined) return { base: undefined, from: 'there is no commit yet', head };
  return { ...(await findBase(choice, current, changes)), head };
}

async function headOf(name: string, from: string, changes: ChangesPort): Promise<string> {
  const commit = await changes.commit(name);
  if (commit === undefined) throw await noBase(name, from, changes, '--head');
  return commit;
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

/** The option `defaultBranch`, where it is the same for all builds. */
async function ofOptions({ workspace }: Pick<Ports, 'workspace'>): Promise<string | undefined> {
  const builds = (await workspace.builds()).flatMap((project) => project.builds);
  const said = new Set(
    builds.map(({ options }) => (options as { defaultBranch?: unknown } | null)?.defaultBranch),
  );
  const [branch] = said;
  return said.size === 1 && typeof branch === 'string' && branch !== '' ? branch : undefined;
}

async function ofNxJson({
  files,
  workspace,
}: Pick<Ports, 'files' | 'workspace'>): Promise<ReturnType<typeof defaultBaseIn>> {
  if (workspace.facts().kind !== 'nx') return undefined;
  return defaultBaseIn({ ...parseJsonObject((await files.readText('nx.json')) ?? '') });
}
