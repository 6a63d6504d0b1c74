/** What of its context a build is sent: less of it, and the image is the same, or lacks only what was to be left out. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build, mustBuild, plan, type CliOptions } from './support/cli';
import { onCleanup } from './support/cleanup';
import { describeWithEngine, freshAgent, type Agent } from './support/engine';
import { mustRun } from './support/process';
import { Workspace } from './support/workspace';

describeWithEngine('the context of a build', () => {
  let agent: Agent;
  beforeAll(async () => {
    agent = await freshAgent('prune');
  });

  const on = (workspace: Workspace): CliOptions => ({ cwd: workspace.root, env: agent.env });

  /** Files of an image, and the links in it. */
  async function filesOf(image: string): Promise<{ root: string; paths: string[] }> {
    const root = mkdtempSync(join(tmpdir(), 'e2e-image-'));
    onCleanup(() => rmSync(root, { recursive: true, force: true }));
    const { stdout, stderr } = await agent.docker('create', image, 'nothing');
    const { exitCode, stderr: problem } = await agent.docker('cp', `${stdout.trim()}:/w`, root);
    if (exitCode !== 0) throw new Error(stderr + problem);
    const entries = readdirSync(join(root, 'w'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    const paths = files.map((entry) => relative(join(root, 'w'), join(entry.parentPath, entry.name)));
    return { root: join(root, 'w'), paths: paths.sort() };
  }

  describe('without what no instruction reads', () => {
    const FILES = {
      ...{ 'a.txt': 'a', 'b.json': '{}', 'conf/one.yml': '1', 'conf/in/two.yml': '2', 'conf/keep.md': '3' },
      ...{ 'apps/api/package.json': '{}', 'apps/web/package.json': '{}', 'apps/web/src/x.ts': 'x' },
      ...{ 'vendor/big/one.txt': 'v'.repeat(5000), 'node_modules/p/package.json': '{}' },
    };

    it.each<[name: string, copies: string, ignore: string, rules: RegExp[]]>([
      [
        'wildcards',
        'COPY *.json apps/*/package.json conf/*.yml /w/',
        '',
        [/^\/node_modules$/, /^\/conf\/in$/],
      ],
      ['a wildcard that folders match', 'COPY con* /w/', '', [/^\/apps$/, /^\/vendor$/]],
      ['rules that bring back', 'COPY *.txt conf/*.md /w/', '**\n!*.txt\n!conf\nconf/in', [/^\/apps$/]],
      [
        '--exclude',
        'COPY --exclude=**/*.yml --exclude=in conf /w/',
        '',
        [/^\/conf\/\*\*\/\*\.yml$/, /^\/conf\/in$/],
      ],
      ['--exclude of the whole context', 'COPY --exclude=vendor . /w/', 'node_modules', [/^\/vendor$/]],
      ['--link', 'COPY --link *.txt /w/', '', [/^\/conf$/]],
    ])('%s make the same image', async (_, copies, ignore, rules) => {
      const workspace = await Workspace.make({
        files: { ...FILES, Dockerfile: `FROM scratch\n${copies}\n`, '.dockerignore': ignore },
        projects: { same: { root: '.', context: '.' } },
      });
      // Not beside --exclude, see below.
      if (!copies.includes('--exclude')) symlinkSync('../vendor', join(workspace.root, 'conf/link'));
      const all = await mustBuild('same', ['--prune', 'off'], on(workspace));
      const pruned = await mustBuild('same', ['--prune', 'sources'], on(workspace));
      const { prune } = await plan('same', ['--prune', 'sources'], on(workspace));
      expect(prune).toMatchObject({ mode: 'sources' });
      for (const rule of rules) expect(prune.rules).toContainEqual(expect.stringMatching(rule));
      // BuildKit finds the very content in its cache.
      expect(pruned.outcome.steps.map(({ status }) => status)).toEqual(['cached']);
      expect(pruned.receipt.digest).toBe(all.receipt.digest);
      expect(pruned.receipt.contentKey).toBe(all.receipt.contentKey);
    });

    it('is all of it where BuildKit would follow a link for --exclude', async () => {
      const workspace = await Workspace.make({
        files: { ...FILES, Dockerfile: 'FROM scratch\nCOPY --exclude=vendor . /w/\n' },
        projects: { linked: { root: '.', context: '.' } },
      });
      symlinkSync('vendor', join(workspace.root, 'link'));
      await mustBuild('linked', ['--prune', 'sources'], on(workspace));
      expect((await filesOf('linked:dev')).paths).toContain('link');
    });

    it('is all of it where a wildcard leads through a link, or a source is unknown', async () => {
      const workspace = await Workspace.make({
        files: { ...FILES, Dockerfile: 'FROM scratch\nCOPY lin* /w/\n' },
        projects: { linked: { root: '.', context: '.' } },
      });
      symlinkSync('vendor/big', join(workspace.root, 'link'));
      const { prune } = await plan('linked', ['--prune', 'sources'], on(workspace));
      expect(prune).toMatchObject({ mode: 'off', rules: [], reason: expect.stringContaining('link') });
      const { stderr } = await mustBuild('linked', ['--prune', 'sources'], on(workspace));
      expect(stderr).toMatch(/context +prune: off \(lin\* leads through the symbolic link link\)/);
      expect((await filesOf('linked:dev')).paths).toEqual(['one.txt']);
      workspace.write({ Dockerfile: 'FROM scratch\nCOPY $X /w/\n' });
      expect((await plan('linked', ['--prune', 'sources'], on(workspace))).prune).toMatchObject({
        mode: 'off',
        reason: expect.stringMatching(/^what line 2 reads is unknown/),
      });
    });

    it('is what BuildKit makes of it where nobody asks', async () => {
      const workspace = await Workspace.make({
        files: { ...FILES, Dockerfile: 'FROM busybox\nCOPY *.txt /w/\n' },
        projects: { silent: { root: '.', context: '.' } },
      });
      const ask = async () => (await plan('silent', [], on(workspace))).prune;
      // Its ONBUILD may read anything.
      expect(await ask()).toMatchObject({ mode: 'sources', rules: [] });
      workspace.write({ Dockerfile: 'FROM scratch\nCOPY *.txt /w/\n' });
      expect(await ask()).toMatchObject({ mode: 'sources', rules: expect.arrayContaining(['/vendor']) });
      workspace.write({ Dockerfile: 'FROM scratch\nCOPY . /w/\n' });
      expect(await ask()).toMatchObject({ mode: 'off', reason: 'line 2 reads the whole context' });
    });
  });

  describe('without the packages that a project does not need', () => {
    const manifest = (name: string, more: object = {}): string =>
      JSON.stringify({ name, version: '1.0.0', main: 'index.js', ...more });
    const FILES = {
      'package.json': JSON.stringify({ name: 'root', private: true, workspaces: ['apps/*', 'libs/*'] }),
      'apps/api/package.json': manifest('api', { dependencies: { x: '*' } }),
      'apps/api/index.js': 'console.log(require("x"))\n',
      'apps/api/Dockerfile': 'FROM scratch\nCOPY . /w/\n',
      'apps/web/package.json': manifest('web', { dependencies: { y: '*' } }),
      'apps/web/index.js': 'w'.repeat(20_000),
      'libs/x/package.json': manifest('x', { dependencies: { z: '1.x' } }),
      'libs/x/index.js': 'module.exports = `x of ${require("z")}`\n',
      'libs/y/package.json': manifest('y', { bin: 'cli.js' }),
      'libs/y/cli.js': '#!/usr/bin/env node\n',
      'libs/z/package.json': manifest('z'),
      'libs/z/index.js': 'module.exports = "z"\n',
      'patches/some.patch': '',
      'scripts/build.sh': '',
      '.dockerignore': '**/node_modules\n.git\n*.json.bak\n',
      '.gitignore': 'node_modules\n.nx-docker-cache\n',
    };
    let workspace: Workspace;
    const npm = (cwd: string, ...args: string[]): Promise<string> =>
      mustRun('npm', [...args, '--offline', '--no-audit', '--no-fund'], {
        cwd,
        env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' },
      });

    beforeAll(async () => {
      workspace = await Workspace.make({
        files: FILES,
        projects: { api: { context: '.' } },
        defaults: { skip: true },
      });
      await npm(workspace.root, 'install', '--package-lock-only');
      symlinkSync('../web/index.js', join(workspace.root, 'apps/api/link.js'));
    });

    it('has what an install from the lockfile and the project need, and says how much that is', async () => {
      const { stderr } = await mustBuild('api', ['--prune', 'graph'], on(workspace));
      const { root, paths } = await filesOf('api:dev');
      const gone = ['apps/web/index.js', 'libs/y/cli.js'];
      const expected = Object.keys(FILES).filter((path) => !gone.includes(path));
      const made = ['apps/api/link.js', 'nx-docker-cache.json', 'package-lock.json'];
      expect(paths).toEqual([...expected, ...made].sort());
      // The link is none.
      const all = paths.length + 1;
      expect(stderr).toMatch(
        new RegExp(`context +${paths.length - 1} of ${all} files, \\d+ kB of 2\\d kB \\(prune: graph\\)`),
      );
      await npm(root, 'ci');
      expect(existsSync(join(root, 'node_modules/web'))).toBe(true);
      expect(await mustRun('node', ['apps/api'], { cwd: root, env: process.env })).toBe('x of z');
    });

    describe('an install that looks at the whole workspace', () => {
      const MANAGERS = [
        'FROM node:20',
        'RUN npm install --global pnpm@9.15.9 yarn@1.22.22',
        'RUN npm install --global --prefix /opt/berry @yarnpkg/cli-dist@4.9.2',
      ].join('\n');
      const PATCH = `diff --git a/index.js b/index.js
--- a/index.js
+++ b/index.js
@@ -2,7 +2,7 @@
  * Helpers.
  */
${' '}
-var s = 1000;
+var s = 1007;
 var m = s * 60;
 var h = m * 60;
 var d = h * 24;
`;
      /** Needed by `api`: x and z. What only web and y name of their folders has to be there for the install. */
      const textsFor = (range: string): Record<string, string> => ({
        'apps/api/package.json': manifest('api', { dependencies: { x: range } }),
        'apps/api/index.js': 'console.log(require("x"))\n',
        'apps/web/package.json': manifest('web', {
          dependencies: { y: range, local: 'file:./local', packed: 'file:../../libs/y/packed.tgz' },
        }),
        'apps/web/local/package.json': manifest('local'),
        'apps/web/index.js': 'w'.repeat(20_000),
        'libs/x/package.json': manifest('x', { dependencies: { z: range } }),
        'libs/x/index.js': 'module.exports = `x of ${require("z")}`\n',
        'libs/y/package.json': manifest('y', { bin: 'cli.js', dependencies: { z: range } }),
        'libs/y/cli.js': '#!/usr/bin/env node\n',
        'libs/y/index.js': 'y'.repeat(20_000),
        'libs/z/package.json': manifest('z'),
        'libs/z/index.js': 'module.exports = "z"\n',
        '.dockerignore': '**/node_modules\n.git\n',
      });
      const workspaces = { name: 'root', private: true, workspaces: ['apps/*', 'libs/*'] };
      const withMs = { dependencies: { ms: '2.1.3', z: 'workspace:*' } };

      it.each<[name: string, lock: string, install: string, range: string, files: object, prints: string]>([
        [
          'pnpm',
          'pnpm install --lockfile-only',
          'pnpm install --frozen-lockfile',
          'workspace:*',
          {
            'package.json': {
              ...{ name: 'root', private: true },
              pnpm: { patchedDependencies: { 'ms@2.1.3': 'libs/y/ms.patch' } },
            },
            'pnpm-workspace.yaml': 'packages: [apps/*, libs/*]\n',
            'libs/y/ms.patch': PATCH,
            'libs/x/package.json': { name: 'x', version: '1.0.0', ...withMs },
            'libs/x/index.js': 'module.exports = `x of ${require("z")} ${require("ms")("1s")}`\n',
          },
          'x of z 1007',
        ],
        [
          'yarn classic',
          'yarn install --ignore-scripts',
          'yarn install --frozen-lockfile --offline',
          '1.0.0',
          { 'package.json': workspaces },
          'x of z',
        ],
        [
          'yarn',
          'YARN_ENABLE_IMMUTABLE_INSTALLS=0 /opt/berry/bin/yarn install --mode=update-lockfile',
          '/opt/berry/bin/yarn install --immutable',
          'workspace:*',
          { 'package.json': workspaces, '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\n' },
          'x of z',
        ],
      ])('succeeds: %s', async (name, lock, install, range, files, prints) => {
        const project = name.replace(' ', '-');
        const texts = Object.entries({ ...textsFor(range), ...files }).map(([path, text]) => [
          path,
          typeof text === 'string' ? text : JSON.stringify(text),
        ]);
        const made = await Workspace.make({
          files: {
            ...(Object.fromEntries(texts) as Record<string, string>),
            Dockerfile: `${MANAGERS}\nWORKDIR /w\nCOPY . .\nRUN ${install}\nCMD ["node", "apps/api"]\n`,
          },
          projects: { api: { dockerfile: 'Dockerfile', context: '.', image: project, cache: 'none' } },
        });
        mkdirSync(join(made.root, 'packed/package'), { recursive: true });
        made.write({ 'packed/package/package.json': manifest('packed') });
        await mustRun('tar', ['-czf', 'libs/y/packed.tgz', '-C', 'packed', 'package'], {
          cwd: made.root,
          env: { PATH: process.env['PATH'] ?? '' },
        });
        // The lockfile is made by the package manager that reads it.
        made.write({ 'managers/Dockerfile': MANAGERS });
        const tool = await agent.docker('build', '--tag', 'managers', join(made.root, 'managers'));
        expect(tool.exitCode).toBe(0);
        const places = ['--volume', `${made.root}:/w`, '--workdir', '/w'];
        const locked = await agent.docker('run', '--rm', ...places, 'managers', 'sh', '-c', lock);
        expect(locked).toMatchObject({ exitCode: 0 });

        await mustBuild('api', ['--prune', 'graph'], on(made));
        const run = await agent.docker('run', '--rm', '--network=none', `${project}:dev`);
        expect(run.stdout.trim()).toBe(prints);
        const list = 'find . -name node_modules -prune -o -type f -print';
        const listed = await agent.docker('run', '--rm', `${project}:dev`, 'sh', '-c', list);
        const paths = listed.stdout.split('\n');
        expect(paths).toContain('./libs/y/package.json');
        expect(paths).not.toContain('./apps/web/index.js');
        expect(paths).not.toContain('./libs/y/index.js');
      });
    });

    it('is not built again for a change of what it does not need', async () => {
      const status = async (mode: string): Promise<string | undefined> =>
        (await build(['api', '--prune', mode], on(workspace))).json[0]?.receipt?.status;
      expect(await status('graph')).toBe('skipped');
      workspace.write({ 'apps/web/index.js': 'other\n', 'libs/y/new/file.js': 'new\n' });
      expect(await status('graph')).toBe('skipped');
      workspace.write({ 'libs/z/index.js': 'module.exports = "another z"\n' });
      expect(await status('graph')).toBe('built');
      workspace.write({ 'apps/web/package.json': manifest('web', { dependencies: { y: '1.x' } }) });
      expect(await status('graph')).toBe('built');

      expect(await status('off')).toBe('built');
      expect(await status('off')).toBe('skipped');
      workspace.write({ 'apps/web/index.js': 'yet another\n' });
      expect(await status('off')).toBe('built');
      expect((await filesOf('api:dev')).paths).toContain('apps/web/index.js');
    });

    it('shows in the plan what is left out and why', async () => {
      const { prune, ignore } = await plan('api', ['--prune', 'graph'], on(workspace));
      expect(prune).toMatchObject({
        ...{ asked: 'graph', mode: 'graph', kept: ['api', 'x', 'z'] },
        rules: ['/apps/web', '/libs/y', '!/apps/web/package.json', '!/libs/y/package.json'],
      });
      expect(prune.sent!.before.files).toBeGreaterThan(prune.sent!.after.files);
      expect(ignore.added).toEqual(expect.arrayContaining([...prune.rules]));
      expect(readFileSync(join(workspace.root, '.dockerignore'), 'utf8')).toBe(FILES['.dockerignore']);
    });
  });
});
