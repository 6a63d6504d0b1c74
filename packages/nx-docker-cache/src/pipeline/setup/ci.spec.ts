import { parse } from 'yaml';
import { builds, projectOf } from '../../../test/fakes/inspect';
import { fakeWorld } from '../../../test/fakes/world';
import type { Setup, SetupFacts } from '../../setup';
import { withPipeline } from './ci';
import { setUpWorkspace } from './index';

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

const notesFor = async (copied: string): Promise<readonly string[]> => {
  const { ports } = fakeWorld({
    files: {
      'package.json': '{"workspaces":["apps/*"],"devDependencies":{"nx-docker-cache":"1.0.0"}}',
      'apps/web/package.json': '{"name":"web","scripts":{"build":"x"}}',
      'apps/web/Dockerfile': `FROM scratch\nCOPY ${copied} /\n`,
      'apps/web/src/a': '',
    },
  });
  const projects = [projectOf('apps/web', [], { ...builds(), targets: { build: {} } })];
  const workspace = {
    ...ports.workspace,
    facts: () => ({ root: '/repo', kind: 'plain' as const }),
    survey: async () => ({ tools: ['npm'], projects }),
  };
  const request = { registry: 'r.test/acme', ci: 'gitlab', shards: 2, dryRun: true } as const;
  return (await setUpWorkspace(request, { ...ports, workspace })).notes;
};

/** With a build in a folder that has no package.json, beside a package with another one. */
const bareSetup = (tools: readonly string[], folders: readonly string[] = []): Promise<Setup> => {
  const { ports } = fakeWorld({
    files: {
      ...Object.fromEntries(folders.map((folder) => [`${folder}/CODEOWNERS`, ''])),
      'package.json': '{"workspaces":["apps/*"],"devDependencies":{"nx-docker-cache":"1.0.0"}}',
      'apps/web/package.json': '{"name":"web"}',
      'apps/web/Dockerfile': 'FROM scratch AS build\n',
      'infra/proxy/Dockerfile': 'FROM scratch AS build\nCOPY gen /\n',
    },
  });
  const withTask = (name: string) => builds({ stage: 'build', tasks: { [name]: 'run' } });
  const projects = [
    projectOf('apps/web', [], withTask('lint')),
    projectOf('infra/proxy', [], withTask('test')),
  ];
  const workspace = {
    ...ports.workspace,
    facts: () => ({ root: '/repo', kind: 'plain' as const }),
    survey: async () => ({ tools, projects }),
  };
  const request = { registry: 'r.test/acme', ci: 'gitlab', shards: 2, dryRun: true } as const;
  return setUpWorkspace(request, { ...ports, workspace });
};

describe('the pipeline of init', () => {
  it('says what nobody makes for a build without a package.json', async () => {
    const { notes } = await bareSetup(['npm']);
    expect(notes).toContainEqual(expect.stringMatching(/^infra\/proxy: its image copies infra\/proxy\/gen/));
  });

  it('leaves such a build out where Turborepo runs the others, which have scripts', async () => {
    const { edits, notes } = await bareSetup(['turborepo', 'npm']);
    const pipeline = edits.map(({ after }) => after).join('\n');
    expect(pipeline).toContain('turbo run docker-build $TASKS $(');
    expect(notes.filter((note) => note.includes('copies'))).toEqual([]);
  });

  it('is for a service whose variables Turborepo then lets through, though its files are new', async () => {
    const { edits } = await bareSetup(['turborepo', 'npm'], ['.github']);
    const turbo = edits.find(({ path }) => path === 'turbo.json')!.after;
    expect(JSON.parse(turbo)).toMatchObject({
      tasks: { 'docker-build': { passThroughEnv: expect.arrayContaining(['GITLAB_CI', 'CI_*']) as unknown } },
    });
  });

  it.each([
    ['github', ['options read NPM_TOKEN, WORD: give the jobs plan, images and publish']],
    ['gitlab', []],
  ] as const)(
    'is said to lack the variables that options read, where jobs get none: %s',
    async (ci, notes) => {
      const { ports } = fakeWorld({
        files: { 'apps/web/package.json': '{}', 'apps/web/Dockerfile': 'FROM a' },
      });
      const options = {
        ...{ secrets: ['id=npm,env=NPM_TOKEN'], tags: ['{env.GITHUB_RUN_ID}'] },
        ...{ stage: '0', tasks: { test: { command: 'x', env: ['WORD', 'CI'] } } },
      };
      const workspace = {
        ...ports.workspace,
        facts: () => ({ root: '/repo', kind: 'plain' as const }),
        survey: async () => ({ tools: [], projects: [projectOf('apps/web', [], builds(options))] }),
      };
      const request = { registry: 'r.test/acme', ci, shards: 2, dryRun: true };
      const setup = await setUpWorkspace(request, { ...ports, workspace });
      expect(setup.notes.filter((note) => note.startsWith('options read'))).toEqual(
        notes.map((note) => expect.stringContaining(note) as unknown),
      );
    },
  );

  it('is said to lack what makes a source that no script is known to make', async () => {
    expect(await notesFor('gen')).toContainEqual(
      expect.stringMatching(/^apps\/web: its image copies apps\/web\/gen \(line 2\), .* to the pipeline/),
    );
    for (const copied of ['dist', 'src'])
      expect((await notesFor(copied)).filter((note) => note.includes('copies'))).toEqual([]);
  });
});
