/** `nx-docker-cache affected` says what the workspace's own Nx says, by projects and, from Nx 24 on, by tasks. */
import { parseAffected } from '../packages/nx-docker-cache/test/affected-schema';
import { runCli } from './support/cli';
import { NxWorkspace } from './support/nx-workspace';

const named = (name: string, more: object = {}): string => JSON.stringify({ name, ...more });

const FILES = {
  'apps/api/project.json': named('api', { implicitDependencies: ['shared'] }),
  'apps/api/Dockerfile':
    'FROM busybox\nCOPY package-lock.json .\nCOPY apps/api apps/api\nCOPY libs/shared libs/shared\n',
  'apps/api/Dockerfile.dockerignore': '**/*.md\n',
  'apps/api/src/main.ts': '',
  'apps/base/project.json': named('base'),
  'apps/base/Dockerfile': 'FROM busybox\nCOPY files /files\n',
  'apps/base/files/a': '',
  'apps/child/project.json': named('child'),
  'apps/child/Dockerfile': 'FROM base:dev\nCOPY src /src\n',
  'apps/child/Dockerfile.debug': 'FROM busybox\nCOPY src/debug /src\n',
  'apps/child/src/a': '',
  'apps/child/src/debug/a': '',
  'libs/shared/project.json': named('shared'),
  'libs/shared/src/a.ts': '',
  'libs/shared/README.md': '',
  'README.md': '',
};
const QUIET = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', NX_ISOLATE_PLUGINS: 'false' };

/** What changes, and a reason that has to be told where a build is affected by it. */
const CHANGES = [
  ['libs/shared/src/a.ts', { api: 'library' }],
  ['libs/shared/README.md', {}],
  ['apps/base/files/new', { base: 'source', child: 'image' }],
  ['apps/child/src/debug/a', { child: 'source' }],
  ['README.md', {}],
] as const;

describe.each([
  ['21.6.11', true],
  ['24.0.0', true],
  ['24.0.0', false],
] as const)('nx-docker-cache affected with Nx %s, by projects: %s', (version, byProjects) => {
  let workspace: NxWorkspace;
  const env = { ...QUIET, NX_LEGACY_AFFECTED: String(byProjects) };
  const affected = async (...args: string[]) => {
    const { stdout, stderr, exitCode } = await runCli(['affected', '--no-check', '--json', ...args], {
      ...{ cwd: workspace.root, env },
    });
    if (exitCode !== 0) throw new Error(`affected ended with ${exitCode}\n${stderr}`);
    return parseAffected(stdout);
  };
  const ofNx = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const target of ['docker-build', 'docker-build-debug']) {
      const names =
        version === '24.0.0'
          ? await workspace.affected(target, env)
          : await workspace.affectedProjects(target, env);
      found.push(...names.map((name) => `${name}:${target}`));
    }
    return found.sort();
  };

  beforeAll(async () => {
    workspace = await NxWorkspace.make({ version, files: FILES });
    await workspace.addPlugin();
    await workspace.mustNx(['g', 'nx-docker-cache:init', '--no-interactive']);
    await workspace.commit();
  }, 300_000);
  afterEach(() => workspace.restore());

  it.each(CHANGES)('%s', async (path, why) => {
    workspace.write({ [path]: 'changed\n' });
    const report = await affected('--base=HEAD');
    expect(report).toMatchObject({ decidedBy: 'nx', changed: 1, warnings: [] });
    expect(report.projects.map(({ name, target }) => `${name}:${target}`).sort()).toEqual(await ofNx());
    // Of several targets of a project the first is the one that is asked about.
    const told = report.projects.map(({ name, reasons }) => [name, reasons[0]?.kind]).reverse();
    expect(Object.fromEntries(told)).toMatchObject(why);
  });

  it('as a matrix: second builds by their target, and the words that Nx takes', async () => {
    const matrix = async (...args: string[]): Promise<unknown> => {
      const command = ['matrix', '--shards', '3', '--affected', '--base=HEAD', '--github', ...args];
      const { stdout, stderr, exitCode } = await runCli(command, { cwd: workspace.root, env });
      if (exitCode !== 0) throw new Error(`matrix ended with ${exitCode}\n${stderr}`);
      return JSON.parse(stdout);
    };
    workspace.write({ 'apps/base/files/new': 'changed\n', 'apps/child/src/debug/a': 'changed\n' });
    const expected = {
      ...{ shard: 1, projects: 'base child child:docker-build-debug', names: 'base child' },
      targets: 'docker-build docker-build-debug',
    };
    expect(await matrix()).toEqual({ include: [expected] });
    // What the pipeline makes of it.
    const { names, targets } = expected;
    const command = [
      'run-many',
      '-t',
      ...targets.split(' '),
      '--projects',
      names.replace(' ', ','),
      '--graph=stdout',
    ];
    const graph = JSON.parse(await workspace.mustNx(command)) as { tasks: { tasks: object } };
    expect(Object.keys(graph.tasks.tasks).sort()).toEqual([
      ...['base:docker-build', 'child:docker-build', 'child:docker-build-debug'],
    ]);
  });

  it('as a matrix: what Nx builds before what a change concerns is planned where nobody holds it', async () => {
    workspace.write({ 'apps/child/src/a': 'changed\n' });
    const command = ['matrix', '--shards', '3', '--affected', '--base=HEAD', '--json'];
    const { stdout } = await runCli(command, { cwd: workspace.root, env });
    const { shards, notes } = JSON.parse(stdout) as { shards: { projects: string[] }[]; notes: string[] };
    expect(shards[0]?.projects.slice(0, 2)).toEqual(['base', 'child']);
    expect(notes).toContainEqual(expect.stringMatching(/^base is planned as well: /));
    // Nx would build it for the one that was asked for.
    const alone = ['run-many', '-t', 'docker-build', '--projects', 'child', '--graph=stdout'];
    const graph = JSON.parse(await workspace.mustNx(alone)) as { tasks: { tasks: object } };
    expect(Object.keys(graph.tasks.tasks)).toContain('base:docker-build');
  });

  describe('with targets that were written by hand', () => {
    beforeAll(async () => {
      const inputs = { targets: { 'docker-build': { inputs: ['{projectRoot}/src/**/*'] } } };
      workspace.write({
        'apps/api/project.json': named('api', { implicitDependencies: ['shared'], ...inputs }),
        'libs/shared/Dockerfile': 'FROM busybox\nCOPY src /src\n',
      });
      const nxJson = JSON.parse(workspace.read('nx.json')) as { targetDefaults?: object };
      const targetDefaults = { ...nxJson.targetDefaults, 'docker-build': { dependsOn: ['^docker-build'] } };
      workspace.write({ 'nx.json': JSON.stringify({ ...nxJson, targetDefaults }) });
      await workspace.commit();
    });
    afterAll(() => workspace.git('reset', '--quiet', '--hard', 'HEAD~1'));

    it('takes what their inputs leave out and the Dockerfile reads', async () => {
      workspace.write({ 'apps/api/notes.txt': 'changed\n' });
      const { projects, warnings } = await affected('--base=HEAD');
      expect(projects.map(({ name }) => name)).toContain('api');
      const left = (await ofNx()).includes('api:docker-build')
        ? []
        : [expect.stringMatching(/^Nx leaves out api:/)];
      expect(warnings).toEqual(left);
      // By tasks Nx goes by the inputs, which is what this is about.
      if (!byProjects) expect(left).toHaveLength(1);
    });

    it('gives one shard what its tasks wait for', async () => {
      const { stdout } = await runCli(['matrix', '--shards', '4', '--json'], { cwd: workspace.root, env });
      const { shards } = JSON.parse(stdout) as { shards: { projects: string[] }[] };
      expect(shards.map(({ projects }) => projects)).toContainEqual(['shared', 'api']);
    });
  });

  it('counts from the branch that nx.json names with its remote', async () => {
    const before = await workspace.git('rev-parse', 'HEAD');
    const written = workspace.read('nx.json');
    await workspace.git('update-ref', 'refs/remotes/origin/trunk', before);
    workspace.write({ 'nx.json': JSON.stringify({ ...JSON.parse(written), defaultBase: 'origin/trunk' }) });
    try {
      const { range } = await affected();
      expect(range).toMatchObject({ base: before, from: 'the default branch, trunk' });
    } finally {
      workspace.write({ 'nx.json': written });
      await workspace.git('update-ref', '-d', 'refs/remotes/origin/trunk');
    }
  });

  it('what was committed on a branch, and nothing before it', async () => {
    await workspace.git('checkout', '--quiet', '-b', 'feature');
    workspace.write({ 'apps/api/src/main.ts': 'changed\n' });
    await workspace.commit();
    try {
      const { range, projects } = await affected();
      expect(range).toMatchObject({ base: await workspace.git('rev-parse', 'main') });
      expect(projects.map(({ name }) => name)).toEqual(['api']);
      expect((await affected('--base=HEAD')).projects).toEqual([]);
    } finally {
      await workspace.git('checkout', '--quiet', 'main');
    }
  });
});
