/** What a change concerns in workspaces of npm and pnpm, and in one of a real Turborepo. */
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AffectedReport } from '../packages/nx-docker-cache/src/model/affected';
import { parseAffected } from '../packages/nx-docker-cache/test/affected-schema';
import { githubPull, githubPush } from './support/ci';
import { onCleanup } from './support/cleanup';
import { runCli, type CliResult } from './support/cli';
import { mustRun } from './support/process';
import { Workspace } from './support/workspace';

const TURBO = '2.11.11';
const manifest = (name: string, dependencies: Record<string, string> = {}): string =>
  JSON.stringify({
    name,
    version: '1.0.0',
    private: true,
    dependencies,
    scripts: { 'docker-build': 'true' },
  });

/** A service that copies a library, one that stands on it, one that knows neither. */
const files = (range: string): Record<string, string> => ({
  'package.json': JSON.stringify({ name: 'acme', private: true, workspaces: ['apps/*', 'libs/*'] }),
  'package-lock.json': '{}',
  'apps/api/package.json': manifest('@acme/api', { '@acme/shared': range }),
  'apps/api/Dockerfile':
    'FROM scratch\nCOPY package-lock.json /\nCOPY apps/api /app\nCOPY libs/shared /shared\nCOPY docker/entry.sh /\n',
  'apps/api/Dockerfile.dockerignore': '**/*.md\n',
  'apps/api/src/main.js': '',
  'apps/web/package.json': manifest('@acme/web'),
  'apps/web/Dockerfile': 'FROM acme/api:dev\nCOPY src /web\n',
  'apps/web/src/page.html': '',
  'apps/site/package.json': manifest('@acme/site', { '@acme/shared': range }),
  'apps/site/Dockerfile': 'FROM scratch\nCOPY page.html /\n',
  'apps/site/page.html': '',
  'libs/shared/package.json': manifest('@acme/shared'),
  'libs/shared/index.js': '',
  'docker/entry.sh': '',
  'README.md': '',
  '.gitignore': 'node_modules\n.turbo\n',
});

const ask = (
  cwd: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<CliResult> => runCli(['affected', '--json', '--no-check', ...args], { cwd, env });
const affected = async (...call: Parameters<typeof ask>): Promise<AffectedReport> => {
  const { stdout, stderr, exitCode } = await ask(...call);
  if (exitCode !== 0) throw new Error(`affected ended with ${exitCode}\n${stderr}`);
  return parseAffected(stdout);
};
/** `name: kind, kind` */
const short = ({ projects }: AffectedReport): string[] =>
  projects.map(({ name, reasons }) => `${name.slice(6)}: ${reasons.map(({ kind }) => kind).join(', ')}`);

describe.each([
  ['npm', '*', {}],
  ['pnpm', 'workspace:*', { 'pnpm-workspace.yaml': 'packages: [apps/*, libs/*]\n' }],
] as const)('a workspace of %s', (tool, range, more) => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.make({ projects: {}, files: { ...files(range), ...more } });
  });
  afterEach(async () => {
    await workspace.git('checkout', '--quiet', '--force', 'main');
    await workspace.git('clean', '--quiet', '--force', '-d');
  });

  it.each<[string, string, string[]]>([
    ['a source', 'apps/api/src/main.js', ['api: source', 'web: image']],
    ['a file that git does not know yet', 'apps/web/src/new.html', ['web: source']],
    ['a library', 'libs/shared/index.js', ['api: library', 'web: image']],
    ['the lockfile', 'package-lock.json', ['api: root', 'web: image']],
    ['a file that only Docker reads', 'docker/entry.sh', ['api: root', 'web: image']],
    ['a file that the context leaves out', 'apps/api/README.md', []],
    ['what nothing copies', 'apps/site/notes.txt', []],
    ['the Dockerfile', 'apps/site/Dockerfile', ['site: dockerfile']],
  ])('%s', async (_, path, expected) => {
    const before = files(range)[path] ?? '';
    workspace.write({ [path]: `${before}\n` });
    const report = await affected(workspace.root);
    expect(report).toMatchObject({ decidedBy: 'git', changed: 1, workspace: { tools: [tool] } });
    expect(short(report)).toEqual(expected);
  });

  it('options of one project, and what was deleted', async () => {
    workspace.configure({ '@acme/site': { pull: true } });
    await workspace.git('rm', '--quiet', 'libs/shared/index.js');
    expect(short(await affected(workspace.root))).toEqual(['api: library', 'site: options', 'web: image']);
  });

  it('what is built beside the target, comes from a named context, or is built no more', async () => {
    workspace.write({
      'apps/site/Dockerfile':
        'FROM acme/web:dev AS test\nCOPY tests /tests\nFROM scratch\nCOPY conf* /\nCOPY --from=more a /\n',
      ...{ 'apps/site/tests/a': '', 'apps/site/conf/a': '', 'more/a': '' },
    });
    symlinkSync('../../elsewhere', join(workspace.root, 'apps/site/conf-link'));
    const tasks = { test: { stage: 'test', command: 'true' } };
    const buildArgs = { AT: '{sha}' };
    // Said, since it may not be guessed otherwise once a Dockerfile is gone.
    const site = { tasks, buildContexts: { more: 'more' }, context: 'apps/site' };
    workspace.configure({ '@acme/site': site, '@acme/web': { buildArgs } });
    await workspace.git('checkout', '--quiet', '-b', 'beside');
    const base = await workspace.commit();
    const after = async (change: () => unknown): Promise<string[]> => {
      await change();
      const found = short(await affected(workspace.root, ['--base', base]));
      await workspace.git('reset', '--quiet', '--hard', base);
      await workspace.git('clean', '--quiet', '--force', '-d');
      return found;
    };
    const write = (path: string) => (): void => workspace.write({ [path]: 'changed\n' });
    // The link may lead to it as well.
    expect(await after(write('apps/site/tests/a'))).toEqual(['site: source, unresolved']);
    expect(await after(write('more/a'))).toEqual(['site: root']);
    expect(await after(write('apps/web/src/page.html'))).toEqual(['site: image', 'web: source']);
    expect(await after(write('apps/site/elsewhere'))).toEqual(['site: unresolved']);
    const remove = async (): Promise<void> => {
      await workspace.git('rm', '-r', '--quiet', 'apps/web');
      workspace.configure({ '@acme/site': site });
    };
    expect(await after(remove)).toEqual(['site: image']);
    // An ARG that takes the commit is another one from now on.
    const dockerfile = `ARG AT\n${workspace.read('apps/web/Dockerfile')}ARG AT\n`;
    workspace.write({ 'apps/web/Dockerfile': dockerfile });
    const taken = await workspace.commit();
    workspace.write({ 'README.md': 'changed\n' });
    expect(short(await affected(workspace.root, ['--base', taken]))).toEqual(['site: image', 'web: options']);
    await workspace.git('checkout', '--quiet', '--force', 'main');
    await workspace.git('branch', '--quiet', '-D', 'beside');
  });

  it('counts all for a tag, and on a branch what an earlier push was to build', async () => {
    const main = await workspace.git('rev-parse', 'HEAD');
    const tag = { ...githubPush('main', main), GITHUB_REF: 'refs/tags/v1', GITHUB_REF_NAME: 'v1' };
    const released = await affected(workspace.root, [], { ...tag, GITHUB_REF_TYPE: 'tag' });
    expect([released.range.from, released.projects.length]).toEqual(['this is the tag v1', 3]);
    await workspace.checkout('feature');
    workspace.write({ 'apps/site/page.html': 'one\n' });
    const first = await workspace.commit();
    workspace.write({ 'apps/web/src/page.html': 'two\n' });
    const second = await workspace.commit();
    // What failed in the run of the first push is not left out of that of the second.
    const push = await affected(workspace.root, [], githubPush('feature', second, first));
    expect(push.range).toMatchObject({ base: main, from: 'the default branch, main' });
    expect(short(push)).toEqual(['site: source', 'web: source']);
    const onMain = await affected(workspace.root, [], githubPush('main', second, first));
    expect(onMain.range).toMatchObject({ base: first, from: 'the commit before the push' });
    await workspace.git('checkout', '--quiet', 'main');
    await workspace.git('branch', '--quiet', '-D', 'feature');
  });

  it('counts a branch from where it left, and CI from its base', async () => {
    const main = await workspace.git('rev-parse', 'HEAD');
    await workspace.checkout('feature');
    workspace.write({ 'apps/site/page.html': 'one\n' });
    const first = await workspace.commit();
    workspace.write({ 'apps/web/src/page.html': 'two\n' });
    const second = await workspace.commit();
    expect(short(await affected(workspace.root))).toEqual(['site: source', 'web: source']);
    expect(short(await affected(workspace.root, ['--base', first]))).toEqual(['web: source']);
    expect(short(await affected(workspace.root, ['--base', main, '--head', first]))).toEqual([
      'site: source',
    ]);
    const pull = githubPull({ number: 7, head: 'feature', base: 'main' }, second);
    const { range, projects } = await affected(workspace.root, [], pull);
    expect([range.base, projects.length]).toEqual([main, 2]);
    await workspace.git('checkout', '--quiet', 'main');
    await workspace.git('branch', '--quiet', '-D', 'feature');
  });
});

describe('what tasks make without a task runner', () => {
  /** Two sites made by a script of the root, and a service that copies its sources. */
  const made = (name: string): Record<string, string> => ({
    [`apps/${name}/package.json`]: JSON.stringify({
      ...{ name: `@acme/${name}`, version: '1.0.0' },
      scripts: { build: 'node ../../scripts/build.mjs' },
    }),
    [`apps/${name}/Dockerfile`]: 'FROM scratch\nCOPY dist /site\n',
    [`apps/${name}/page.txt`]: '',
  });
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.make({
      projects: {},
      files: {
        'package.json': JSON.stringify({ name: 'acme', private: true, workspaces: ['apps/*'] }),
        ...{ ...made('site'), ...made('blog') },
        'apps/api/package.json': manifest('@acme/api'),
        'apps/api/Dockerfile': 'FROM scratch\nCOPY src /app\n',
        'apps/api/src/main.js': '',
        ...{ 'scripts/build.mjs': '', 'tsconfig.build.json': '{}', 'config/esbuild.base.mjs': '' },
        ...{ 'README.md': '', LICENSE: '', '.github/workflows/ci.yml': '', 'docker/base.Dockerfile': '' },
        '.gitignore': 'dist\n',
      },
    });
  });
  afterEach(() => workspace.git('checkout', '--quiet', '--force', 'main'));

  it.each<[string, string[]]>([
    ['scripts/build.mjs', ['blog: output', 'site: output']],
    ['config/esbuild.base.mjs', ['blog: output', 'site: output']],
    ['tsconfig.build.json', ['blog: output', 'site: output']],
    ['apps/site/page.txt', ['site: output']],
    ['apps/api/src/main.js', ['api: source']],
    ['README.md', []],
    ['LICENSE', []],
    ['.github/workflows/ci.yml', []],
    ['docker/base.Dockerfile', []],
  ])('may be another thing after a change of %s', async (path, expected) => {
    workspace.write({ [path]: `${workspace.read(path)}\n` });
    expect(short(await affected(workspace.root))).toEqual(expected);
  });
});

describe('a submodule', () => {
  it('concerns who copies of it, with what git does not know yet too', async () => {
    const inner = await Workspace.make({ projects: {}, files: { 'src/a': '' } });
    const workspace = await Workspace.make({
      projects: {},
      files: { ...files('*'), 'apps/site/Dockerfile': 'FROM scratch\nCOPY vendor/inner/src /src\n' },
    });
    const clone = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root];
    await workspace.git(...clone, 'vendor/inner');
    const base = await workspace.commit();
    await workspace.git('config', 'diff.ignoreSubmodules', 'all');
    expect(short(await affected(workspace.root, ['--base', base]))).toEqual([]);
    workspace.write({ 'vendor/inner/src/new': '' });
    expect(short(await affected(workspace.root, ['--base', base]))).toEqual(['site: root']);
  });
});

describe('a push that a clone of CI builds', () => {
  let workspace: Workspace;
  let first: string;
  beforeAll(async () => {
    workspace = await Workspace.make({ projects: {}, files: files('*') });
    first = await workspace.git('rev-parse', 'HEAD');
  });

  const change = (path: string): Promise<string> => {
    workspace.write({ [path]: `${path} at ${Date.now()}\n` });
    return workspace.commit();
  };
  /** As checked out with the whole history. */
  const clone = async (branch: string, ...flags: string[]): Promise<string> => {
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-push-')));
    onCleanup(() => rmSync(cwd, { recursive: true, force: true }));
    const from = `file://${workspace.root}`;
    await workspace.git('clone', '--quiet', '--no-single-branch', '--branch', branch, ...flags, from, cwd);
    return cwd;
  };
  const pushed = async (branch: string, sha: string, before?: string): Promise<unknown[]> => {
    const report = await affected(await clone(branch), [], githubPush(branch, sha, before));
    return [report.range.base, report.range.from, ...short(report)];
  };

  it('is all of a first push to the default branch, and of a run that has no commit before', async () => {
    const second = await change('apps/site/page.html');
    const all = ['api: everything', 'site: everything', 'web: everything'];
    expect(await pushed('main', second, '0'.repeat(40))).toEqual([undefined, 'this is a first push', ...all]);
    const unknown = 'CI does not say what was there before';
    expect(await pushed('main', second)).toEqual([undefined, unknown, ...all]);
    expect(await pushed('main', second, first)).toEqual([
      ...[first, 'the commit before the push', 'site: source'],
    ]);
  });

  it('counts from the push on a branch that follows the default one', async () => {
    const before = await workspace.git('rev-parse', 'main');
    await workspace.git('branch', '--quiet', 'production');
    await change('apps/site/page.html');
    const last = await change('apps/web/src/page.html');
    await workspace.git('branch', '--quiet', '--force', 'production', last);
    const push = 'the commit before the push';
    expect(await pushed('production', last, before)).toEqual([before, push, 'site: source', 'web: source']);
    expect((await pushed('production', last, '0'.repeat(40)))[1]).toMatch(
      /^main has all of this branch, .*first push$/,
    );
    await workspace.git('branch', '--quiet', '--force', 'production', before);
    expect((await pushed('production', before, last))[1]).toBe('the branch was set back to an older commit');
  });

  it('is all of a branch whose commit before is gone, and everything where it has none of its own', async () => {
    const main = await workspace.git('rev-parse', 'main');
    await workspace.checkout('feature');
    const lost = await change('apps/site/page.html');
    await workspace.git('reset', '--quiet', '--hard', main);
    const own = await change('apps/web/src/page.html');
    const fork = 'the default branch, main';
    expect(await pushed('feature', own, lost)).toEqual([main, fork, 'web: source']);
    await workspace.git('branch', '--quiet', '--force', 'staging', main);
    expect((await pushed('staging', main, lost))[1]).toMatch(/before the push is gone$/);
    // Where older commits were left out nobody knows whether it is gone.
    const { exitCode, stderr } = await ask(
      ...[await clone('staging', '--depth=1'), [], githubPush('staging', main, lost)],
    );
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^NO_BASE: [^]*fetch-depth: 0/)]);
    await workspace.git('checkout', '--quiet', 'main');
  });

  it('goes by the default branch of the options', async () => {
    const cwd = await clone('main');
    await workspace.git('-C', cwd, 'checkout', '--quiet', '-b', 'trunk', first);
    const config = { defaults: { defaultBranch: 'trunk' }, projects: {} };
    writeFileSync(join(cwd, 'nx-docker-cache.json'), JSON.stringify(config));
    await workspace.git('-C', cwd, 'checkout', '--quiet', '-b', 'feature');
    const { range } = await affected(cwd);
    expect(range).toMatchObject({ base: first, from: 'the default branch, trunk' });
  });
});

describe('Dockerfiles that no project builds', () => {
  it('are told by all that choose builds, and are built once the line of the note is written', async () => {
    const workspace = await Workspace.make({
      projects: {},
      files: {
        ...files('*'),
        'apps/dapi/package.json': manifest('@acme/dapi'),
        'apps/dapi/Dockerfile.api': 'FROM scratch\nCOPY a /\n',
        ...{ 'apps/dapi/a': '', 'apps/nested/a': '' },
        'apps/nested/package.json': manifest('@acme/nested'),
        'apps/nested/docker/Dockerfile': 'FROM scratch\nCOPY a /\n',
        'apps/web/Dockerfile.debug': 'FROM acme/web:dev\nCOPY debug.html /web\n',
        'apps/web/debug.html': '',
      },
    });
    const { root } = workspace;
    const cli = async (...args: string[]): Promise<CliResult> => runCli(args, { cwd: root, env: {} });
    const { warnings } = await affected(root);
    const note = warnings.find((warning) => warning.startsWith('no project builds '))!;
    for (const args of [
      ['matrix', '--shards', '2', '--github'],
      ['init', '--dry-run'],
      ['build', '--all', '--dry-run'],
    ]) {
      const { stdout, stderr } = await cli(...args);
      expect([args[0], stdout + stderr]).toEqual([args[0], expect.stringContaining(note)]);
    }
    const [, line] = /nx-docker-cache\.json: (.*)$/.exec(note)!;
    workspace.write({ 'nx-docker-cache.json': `{"projects":{${line}}}` });
    await workspace.commit();
    const { stdout, stderr } = await cli('matrix', '--shards', '1', '--github');
    expect(stderr).not.toContain('no project builds');
    const { include } = JSON.parse(stdout) as { include: { projects: string }[] };
    expect(include[0]!.projects.split(' ').sort()).toEqual([
      ...['@acme/api', '@acme/dapi', '@acme/nested', '@acme/site', '@acme/web', '@acme/web-debug'],
    ]);
    const after = async (path: string): Promise<string[]> => {
      workspace.write({ [path]: 'changed\n' });
      const found = short(await affected(root, ['--base', 'HEAD']));
      await workspace.git('checkout', '--quiet', '--force', '.');
      return found;
    };
    expect(await after('apps/dapi/a')).toEqual(['dapi: source']);
    expect(await after('apps/nested/a')).toEqual(['nested: source']);
    expect(await after('apps/web/debug.html')).toEqual(['web-debug: source']);
    expect(await after('apps/web/src/page.html')).toEqual(['web: source', 'web-debug: image']);
  });
});

describe('a workspace that is a folder of a repository', () => {
  it('counts from its own root, and sees what lies outside where a context does', async () => {
    const inner = Object.entries(files('*')).map(([path, text]) => [`work/${path}`, text]);
    const workspace = await Workspace.make({
      projects: {},
      files: {
        ...Object.fromEntries(inner),
        'work/nx-docker-cache.json':
          '{"projects":{"@acme/site":{"context":"..","dockerfile":"apps/site/Dockerfile"}}}',
        'page.html': '',
        'other/x': '',
      },
    });
    const root = join(workspace.root, 'work');
    workspace.write({ 'work/libs/shared/index.js': 'x', 'other/x': 'x' });
    const report = await affected(root);
    expect([report.changed, ...short(report)]).toEqual([2, 'api: library', 'web: image']);
    workspace.write({ 'page.html': 'x' });
    expect(short(await affected(root))).toContain('site: root');
  });
});

describe('bad input', () => {
  const refused = async (cwd: string, args: readonly string[] = [], env = {}): Promise<string> => {
    const { exitCode, stderr, stdout } = await ask(cwd, args, env);
    expect([exitCode, stdout]).toEqual([2, '']);
    return stderr;
  };

  it('is refused with what to do: a shallow clone, no repository, two packages without names', async () => {
    const workspace = await Workspace.make({ projects: {}, files: files('*') });
    await workspace.commit();
    const clone = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-clone-')));
    onCleanup(() => rmSync(clone, { recursive: true, force: true }));
    await workspace.git('clone', '--quiet', '--depth=1', `file://${workspace.root}`, clone);
    expect(await refused(clone, [], githubPush('main', '', 'f'.repeat(40)))).toMatch(
      /^NO_BASE: [^]*shallow[^]*fetch-depth: 0/,
    );
    expect(await refused(workspace.root, ['--base', 'nowhere'])).toMatch(/^NO_BASE: .*nowhere \(--base\)/);
    const bare = await Workspace.make({ projects: {}, files: files('*'), git: false });
    expect(await refused(bare.root)).toMatch(/^NO_GIT: /);
    const cjs = '{"type":"commonjs"}';
    workspace.write({ 'apps/cjs/package.json': cjs, 'libs/cjs/package.json': cjs });
    expect(short(await affected(workspace.root))).toEqual([]);
    workspace.write({ 'apps/cjs/Dockerfile': 'FROM scratch\n', 'libs/cjs/Dockerfile': 'FROM scratch\n' });
    expect(await refused(workspace.root)).toMatch(/^INVALID_CONFIG: .*cjs[^]*apps\/cjs and libs\/cjs/);
  });

  it('is refused where options are for no project', async () => {
    const workspace = await Workspace.make({ projects: {}, files: files('*') });
    workspace.configure({ '@acme/apii': { target: 'prod' } });
    expect(await refused(workspace.root)).toMatch(
      /^INVALID_CONFIG: [^]*"@acme\/apii"[^]*Did you mean @acme\/api\?/,
    );
    workspace.configure({ docs: { root: 'apps/nope' } });
    expect(await refused(workspace.root)).toMatch(/^INVALID_CONFIG: [^]*apps\/nope, which is no folder/);
  });
});

describe(`a workspace of Turborepo ${TURBO}`, () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.make({
      projects: {},
      files: {
        ...files('*'),
        'turbo.json': '{"tasks":{"docker-build":{"cache":false}}}',
        'package.json': JSON.stringify({
          ...{ name: 'acme', private: true, workspaces: ['apps/*', 'libs/*'], packageManager: 'npm@11.0.0' },
          devDependencies: { turbo: TURBO },
        }),
      },
    });
    rmSync(join(workspace.root, 'package-lock.json'));
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
    const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
    await mustRun('npm', ['install', ...flags], { cwd: workspace.root, env, timeoutMs: 120_000 });
    await workspace.commit();
  }, 150_000);
  afterEach(async () => {
    await workspace.git('checkout', '--quiet', '--force', 'main');
    await workspace.git('clean', '--quiet', '--force', '-d');
  });

  it.each<[string, string, string[]]>([
    [
      'a library: what depends on it, too',
      'libs/shared/index.js',
      ['api: library', 'site: runner', 'web: image'],
    ],
    ['a file that only Docker reads', 'docker/entry.sh', ['api: root', 'web: image']],
    ['a file that Docker does not read', 'apps/site/notes.txt', ['site: runner']],
    ['nothing of packages', 'README.md', []],
  ])('%s', async (_, path, expected) => {
    workspace.write({ [path]: 'changed\n' });
    const report = await affected(workspace.root);
    expect(report).toMatchObject({ decidedBy: 'turborepo', workspace: { tools: ['turborepo', 'npm'] } });
    expect(short(report)).toEqual(expected);
  });

  it('holds at least what turbo itself would run', async () => {
    workspace.write({ 'libs/shared/index.js': 'changed\n', 'apps/web/README.md': 'new\n' });
    const turbo = join(workspace.root, 'node_modules', 'turbo', 'bin', 'turbo');
    const args = ['run', 'docker-build', '--affected', '--dry=json'];
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TURBO_TELEMETRY_DISABLED: '1' };
    const text = await mustRun(process.execPath, [turbo, ...args], {
      ...{ cwd: workspace.root, env: { ...env, TURBO_SCM_BASE: 'HEAD' } },
    });
    const { packages } = JSON.parse(text) as { packages: string[] };
    const ours = (await affected(workspace.root)).projects.map(({ name }) => name);
    expect(packages.filter((name) => name !== '@acme/shared').sort()).toEqual(ours);
  });

  it('gives one shard what turbo makes wait for one another, in its order', async () => {
    const dependsOn = ['^docker-build'];
    workspace.write({
      'turbo.json': JSON.stringify({ tasks: { 'docker-build': { cache: false, dependsOn } } }),
      'libs/shared/Dockerfile': 'FROM scratch\nCOPY index.js /\n',
    });
    const turbo = join(workspace.root, 'node_modules', 'turbo', 'bin', 'turbo');
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TURBO_TELEMETRY_DISABLED: '1' };
    const text = await mustRun(process.execPath, [turbo, 'run', 'docker-build', '--dry=json'], {
      ...{ cwd: workspace.root, env },
    });
    const { tasks } = JSON.parse(text) as { tasks: { package: string; dependencies: string[] }[] };
    const waiting = tasks.filter(({ dependencies }) => dependencies.includes('@acme/shared#docker-build'));
    expect(waiting.map((task) => task.package).sort()).toEqual(['@acme/api', '@acme/site']);
    const { stdout } = await runCli(['matrix', '--shards', '4', '--json'], { cwd: workspace.root, env: {} });
    const { shards } = JSON.parse(stdout) as { shards: { projects: string[] }[] };
    expect(shards.map(({ projects }) => projects)).toEqual([
      ['@acme/shared', '@acme/api', '@acme/site', '@acme/web'],
    ]);
  });

  it('takes the range of its variables, and is refused where turbo is missing or too old', async () => {
    const variables = { TURBO_SCM_BASE: 'HEAD', TURBO_SCM_HEAD: 'HEAD' };
    const { range } = await affected(workspace.root, [], variables);
    const commit = await workspace.git('rev-parse', 'HEAD');
    expect(range).toEqual({ base: commit, from: 'TURBO_SCM_BASE', head: commit });
    const path = join('node_modules', 'turbo', 'package.json');
    const text = workspace.read(path);
    workspace.write({ [path]: text.replace(`"${TURBO}"`, '"2.0.14"') });
    const old = await ask(workspace.root);
    expect([old.exitCode, old.stderr]).toEqual([
      2,
      expect.stringMatching(/^UNSUPPORTED: [^]*turbo 2\.0\.14/),
    ]);
    rmSync(join(workspace.root, path));
    const missing = await ask(workspace.root);
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringMatching(/^NO_RUNNER: /)]);
    workspace.write({ [path]: text });
  });
});
