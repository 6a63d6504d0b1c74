import { parse } from 'yaml';
import { fakeWorld } from '../../../test/fakes/world';
import type { SetupFacts } from '../../setup';
import { withPipeline } from './ci';

/** The branch that the pipeline is for. */
async function branchOf(defaults: object, defaultBranch: string | undefined): Promise<unknown> {
  const { ports } = fakeWorld({ files: {}, source: { defaultBranch } });
  const facts: SetupFacts = {
    ...{ tools: ['npm'], registry: undefined, packages: [], bare: [], generated: [], rootNames: [] },
    ...{ manager: 'npm', turbo: undefined, packageNames: new Map() },
    texts: { 'nx-docker-cache.json': JSON.stringify({ defaults }) },
    kind: () => undefined,
  };
  const request = { ci: 'github', shards: 3, registry: undefined, dryRun: true } as const;
  const { edits } = await withPipeline({ edits: [], kept: [], notes: [] }, facts, request, ports);
  const workflow = parse(edits[0]!.after) as { on: { push: { branches: string[] } } };
  return workflow.on.push.branches;
}

it.each([
  ['the option', { registry: 'r.test', defaultBranch: 'trunk' }, 'master', 'trunk'],
  ['what git says', { registry: 'r.test' }, 'master', 'master'],
  ['main', { registry: 'r.test' }, undefined, 'main'],
])('a pipeline is for the default branch: %s', async (_, defaults, ofGit, branch) => {
  expect(await branchOf(defaults, ofGit)).toEqual([branch]);
});

it('needs a registry', async () => {
  await expect(branchOf({}, 'main')).rejects.toMatchObject({ code: 'NO_REGISTRY' });
});
