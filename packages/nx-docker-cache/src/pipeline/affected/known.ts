import { DockerCacheError } from '../../errors';
import type { KnownBuild } from '../../model/affected';
import type { WorkspaceProject } from '../../ports/workspace';
import { lastReceipt } from '../last-receipt';
import type { Ports } from '../ports';
import { prepare, type Prepared } from '../prepare';
import { isLoaded } from '../skip';
import { prepareStages } from '../stages';

/** With what only a plan asks for. */
export interface AskedBuild extends KnownBuild {
  /** What the registry holds of it: of the target, then of the stages beside it. Empty where that is not known. */
  readonly digests: readonly string[];
}

export const NOT_HELD = 'the registry does not hold it';

/** Would a build now be skipped? The same questions as the build has, and nothing done. */
export async function askKnown(project: WorkspaceProject, ports: Ports): Promise<AskedBuild> {
  try {
    const main = await prepare(project, ports, false);
    const answers: AskedBuild[] = [];
    for (const one of [main, ...(await prepareStages(main, ports, false))])
      answers.push(await ask(one, ports));
    const { state, reason } = answers.find((answer) => answer.state !== 'known') ?? answers[0]!;
    return { state, reason, digests: answers.flatMap(({ digests }) => digests) };
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return unheld('undecided', `${error.code}: ${error.message}`);
  }
}

async function ask(prepared: Prepared, ports: Ports): Promise<AskedBuild> {
  const { skip, identity, content, receipt } = prepared;
  const [obstacle] = content.obstacles;
  if (obstacle !== undefined) {
    const at = obstacle.line === undefined ? '' : `line ${obstacle.line}: `;
    return unheld('needed', `its key proves nothing (${at}${obstacle.reason})`);
  }
  if (!skip.enabled) return unheld('needed', 'its options switch skipping off');
  const { load, push } = identity.output;
  if (load) {
    const loaded = await isLoaded(prepared, await lastReceipt(receipt, ports.files), ports);
    if (loaded === undefined) return unheld('needed', 'the engine does not hold it');
    if (!push) return unheld('known', 'the engine holds it');
  }
  if (!push && identity.trust.tier !== 'untrusted')
    return unheld('needed', 'it is built for its caches alone');
  return inRegistry(prepared, ports);
}

async function inRegistry({ skip }: Prepared, { probe }: Pick<Ports, 'probe'>): Promise<AskedBuild> {
  if (skip.read.length === 0) return unheld('undecided', 'no registry is known that could be asked');
  const answers = await Promise.all(skip.read.map(async (ref) => ({ ref, result: await probe.probe(ref) })));
  for (const { ref, result } of answers) {
    if (result.state !== 'present') continue;
    const digests = result.digest === undefined ? [] : [result.digest];
    return { state: 'known', reason: `${ref} holds it`, digests };
  }
  for (const { result } of answers) {
    if (result.state === 'slow' || result.state === 'unknown')
      return unheld('undecided', `the registry does not say: ${result.message}`);
  }
  return unheld('needed', NOT_HELD);
}

function unheld(state: KnownBuild['state'], reason: string): AskedBuild {
  return { state, reason, digests: [] };
}
