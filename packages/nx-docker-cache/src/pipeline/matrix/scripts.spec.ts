import { changedPorts, type ChangedWorld } from '../../../test/fakes/affected';
import { builds, projectOf } from '../../../test/fakes/inspect';
import type { ShardMatrix } from '../../model/matrix';
import { planMatrix } from './index';

const scriptOf = (script: string) => ({ targets: { 'docker-build': { script } } });
const SCRIPT = scriptOf('run -T nx-docker-cache build .');
const FILES = Object.fromEntries(
  ['apps/api', 'apps/web', 'tools/x'].map((root) => [`${root}/Dockerfile`, 'FROM scratch\nCOPY a /\n']),
);
const plan = (world: Partial<ChangedWorld>, affected = false): Promise<ShardMatrix> => {
  const request = {
    shards: 1,
    affected,
    skipKnown: false,
    localTimes: true,
    base: affected ? 'base' : undefined,
    head: undefined,
  };
  const runner = { name: 'turborepo' as const, tasks: [] };
  return planMatrix(request, changedPorts({ files: FILES, runner, projects: [], ...world }));
};
const api = projectOf('apps/api', [], { ...builds(), ...SCRIPT });
const web = projectOf('apps/web', [], { ...builds(), ...SCRIPT });

describe('a matrix for Turborepo', () => {
  it('takes builds that are scripts', async () => {
    const { shards, notes } = await plan({ projects: [api, web] });
    expect(shards.map(({ projects }) => projects)).toEqual([['api', 'web']]);
    expect(notes.join('\n')).not.toContain('turbo run');
  });

  it.each([
    ['all that there is', false],
    ['what a change concerns, and that is the one without', true],
  ])('refuses one that is none, where others are: %s', async (_, affected) => {
    const web = projectOf('apps/web', [], { ...builds(), packageName: '@acme/web' });
    const projects = [api, web, projectOf('tools/x', [], builds())];
    const changed = ['apps/web/a'];
    await expect(plan({ projects, changed }, affected)).rejects.toMatchObject({
      code: 'NO_TARGET',
      found: affected
        ? 'none for web (apps/web)'
        : 'none for web (apps/web), x (tools/x, no package with a name)',
      hint: expect.stringContaining('nx-docker-cache init') as unknown,
    });
  });

  it.each(['turbo run docker-build', 'npx turbo docker-build --filter=web', 'cd . && ../bin/turbo run x'])(
    'refuses a script that runs Turborepo itself: %s',
    async (script) => {
      const root = projectOf('.', [], { ...builds(), ...scriptOf(script), name: 'acme' });
      const files = { ...FILES, Dockerfile: 'FROM scratch\nCOPY a /\n' };
      await expect(plan({ projects: [api, root], files })).rejects.toMatchObject({
        code: 'NO_TARGET',
        message: 'the task docker-build of acme (.) runs turbo itself, and so on in circles',
        found: `"docker-build": "${script}"`,
        hint: expect.stringContaining('//#docker-build') as unknown,
      });
      const other = projectOf('.', [], { ...builds(), ...scriptOf('bin/turbo-less'), name: 'acme' });
      expect((await plan({ projects: [api, other], files })).shards[0]!.projects).toContain('acme');
    },
  );

  const ofWeb = (script: string) =>
    projectOf('apps/web', [], { ...builds(), ...scriptOf(script), packageName: '@acme/web' });

  it.each([
    'turbo run docker-build',
    'npx turbo docker-build --filter=web',
    'turbo run @acme/web#docker-build && nx-docker-cache build .',
  ])('refuses one of a package that runs its own task through Turborepo: %s', async (script) => {
    await expect(plan({ projects: [api, ofWeb(script)] })).rejects.toMatchObject({
      code: 'NO_TARGET',
      message: 'the task docker-build of web (apps/web) runs turbo itself, and so on in circles',
    });
  });

  it.each([
    'turbo prune web --docker && nx-docker-cache build .',
    'turbo run codegen && nx-docker-cache build .',
    'turbo run @acme/api#docker-build && nx-docker-cache build .',
  ])('takes one of a package that asks Turborepo for something else: %s', async (script) => {
    const { shards } = await plan({ projects: [api, ofWeb(script)] });
    expect(shards.map(({ projects }) => projects)).toEqual([['api', 'web']]);
  });

  it('only says so where no build is a script: such a workspace is not built through Turborepo', async () => {
    const projects = [projectOf('apps/web', [], builds())];
    const { notes } = await plan({ projects });
    expect(notes).toContainEqual(expect.stringMatching(/^`turbo run docker-build` builds none of these/));
  });

  it('asks for no script elsewhere', async () => {
    const projects = [api, projectOf('apps/web', [], builds())];
    const { notes } = await plan({ projects, runner: { name: 'git', tasks: [] } });
    expect(notes.join('\n')).not.toContain('turbo run');
  });

  const TESTED = builds({ stage: 'test', tasks: { test: 'npm test' } });
  const tested = (root: string, ...scripts: string[]) =>
    projectOf(root, [], {
      ...TESTED,
      targets: Object.fromEntries(['docker-build', ...scripts].map((name) => [name, { script: 'x' }])),
    });

  it('names stage tasks, and refuses one that is no script where others are', async () => {
    const projects = [tested('apps/api', 'docker-test'), web];
    expect((await plan({ projects })).shards[0]!.tasks).toEqual([
      { project: 'api', task: 'test', script: 'docker-test' },
    ]);
    await expect(plan({ projects: [projects[0]!, tested('apps/web')] })).rejects.toMatchObject({
      code: 'NO_TARGET',
      message: 'Turborepo would leave out 1 stage task without a word',
      found: 'none for docker-test of web (apps/web)',
    });
  });

  it('says so where no stage task is a script, which Turborepo itself refuses', async () => {
    const { shards, notes } = await plan({ projects: [tested('apps/api'), web] });
    expect(shards[0]!.tasks).toHaveLength(1);
    expect(notes).toContainEqual(expect.stringMatching(/^no package has the task docker-test, .* init$/));
  });
});
