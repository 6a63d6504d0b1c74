import { DockerCacheError } from '../../errors';
import type { KnownBuild } from '../../model/affected';
import type { WorkspaceProject } from '../../ports/workspace';
import { lastReceipt } from '../last-receipt';
import type { Ports } from '../ports';
import { prepare, type Prepared } from '../prepare';
import { isLoaded } from '../skip';
import { prepareStages } from '../stages';

/** Would a build now be skipped? The same questions as the build has, and nothing done. */
export async function askKnown(project: WorkspaceProject, ports: Ports): Promise<KnownBuild> {
  try {
    const main = await prepare(project, ports, false);
    const answers: KnownBuild[] = [];
    for (const one of [main, ...(await prepareStages(main, ports, false))])
      answers.push(await ask(one, ports));
    return answers.find(({ state }) => state !== 'known') ?? answers[0]!;
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return { state: 'undecided', reason: `${error.code}: ${error.message}` };
  }
}

async function ask(prepared: Prepared, ports: Ports): Promise<KnownBuild> {
  const { skip, identity, content, receipt } = prepared;
  const [obstacle] = content.obstacles;
  if (obstacle !== undefined) {
    const at = obstacle.line === undefined ? '' : `line ${obstacle.line}: `;
    return { state: 'needed', reason: `its key proves nothing (${at}${obstacle.reason})` };
  }
  if (!skip.enabled) return { state: 'needed', reason: 'its options switch skipping off' };
  const { load, push } = identity.output;
  if (load) {
    const loaded = await isLoaded(prepared, await lastReceipt(receipt, ports.files), ports);
    if (loaded === undefined) return { state: 'needed', reason: 'the engine does not hold it' };
    if (!push) return { state: 'known', reason: 'the engine holds it' };
  }
  if (!push && identity.trust.tier !== 'untrusted')
    return { state: 'needed', reason: 'it is built for its caches alone' };
  return inRegistry(prepared, ports);
}

async function inRegistry({ skip }: Prepared, { probe }: Pick<Ports, 'probe'>): Promise<KnownBuild> {
  if (skip.read.length === 0)
    return { state: 'undecided', reason: 'no registry is known that could be asked' };
  const answers = await Promise.all(skip.read.map(async (ref) => ({ ref, result: await probe.probe(ref) })));
  const found = answers.find(({ result }) => result.state === 'present');
  if (found !== undefined) return { state: 'known', reason: `${found.ref} holds it` };
  for (const { result } of answers) {
    if (result.state === 'slow' || result.state === 'unknown')
      return { state: 'undecided', reason: `the registry does not say: ${result.message}` };
  }
  return { state: 'needed', reason: 'the registry does not hold it' };
}
