/** The builds of `nx run-many --batch` as one run, in a real Nx workspace with the packed plugin. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters as plain } from 'node:util';
import { onCleanup } from './support/cleanup';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { NxWorkspace } from './support/nx-workspace';
import { RegistryView } from './support/registry';

const BATCH = { CI: 'true', NX_BATCH_MODE: 'true' };
const RUN = ['run-many', '-t', 'docker-build', '--outputStyle=static'];
const NAMES = ['api', 'base', 'web'];

const processes = (text: string): string[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text));
const until = async (what: string, isSo: () => boolean): Promise<void> => {
  const end = performance.now() + 90_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

describeWithEngine('batches of Nx', () => {
  let agent: Agent;
  let workspace: NxWorkspace;
  let host: string;

  beforeAll(async () => {
    ({ host } = await startRegistry('batch-nx'));
    agent = await freshAgent('batch-nx');
    workspace = await NxWorkspace.make({
      version: '23.2.1',
      files: {
        ...Object.assign(
          {},
          ...NAMES.map((name) => ({
            [`apps/${name}/project.json`]: JSON.stringify({ name }),
            [`apps/${name}/text`]: `${name}\n`,
          })),
        ),
        'apps/api/Dockerfile': 'FROM busybox\nCOPY text /api\n',
        'apps/base/Dockerfile': 'FROM busybox\nCOPY text /base\n',
        'apps/web/Dockerfile': `FROM ${host}/base:main\nCOPY text /web\n`,
      },
    });
    await workspace.addPlugin();
    const json = JSON.parse(workspace.read('nx.json')) as Record<string, unknown>;
    const plugin = { plugin: 'nx-docker-cache', options: { registry: host } };
    const targetDefaults = { 'docker-build': { options: { tags: ['{branch}'] } } };
    workspace.write({ 'nx.json': JSON.stringify({ ...json, plugins: [plugin], targetDefaults }) });
    await workspace.commit();
  });

  const env = (more: Readonly<Record<string, string>> = BATCH) => ({ ...agent.env, ...more });
  const statuses = (): string[] => NAMES.map((name) => workspace.receipt(name).status);

  it('build all as one, each with its own lines and receipt', async () => {
    const output = plain(await workspace.mustNx(RUN, env()));
    expect(output).toMatch(/Running 3 tasks with nx-docker-cache:build/);
    expect(statuses()).toEqual(['built', 'built', 'built']);
    const [, base, web] = NAMES.map((name) => workspace.receipt(name));
    expect(web!.baseImages).toContainEqual({ name: `${host}/base:main`, digest: base!.digest });
    for (const name of NAMES) {
      const [, own = ''] = output.split(`> nx run ${name}:docker-build`);
      expect(own.split('> nx run')[0]).toContain(`✔ ${name}  `);
    }
  });

  it.each<[string, string[], Readonly<Record<string, string>>]>([
    ['by --batch', ['--batch'], { CI: 'true' }],
    ['by the variable', [], BATCH],
  ])('are skipped on a fresh agent, asked %s', async (_, flags, more) => {
    agent = await freshAgent('batch-nx');
    const output = plain(await workspace.mustNx([...RUN, ...flags], env(more)));
    expect(output).toMatch(/Running 3 tasks with/);
    expect(statuses()).toEqual(['skipped', 'skipped', 'skipped']);
  });

  it('are what an executor that prefers them does by itself', async () => {
    const path = join(workspace.root, 'node_modules/nx-docker-cache/executors.json');
    const before = readFileSync(path, 'utf8');
    const json = JSON.parse(before) as { executors: { build: Record<string, unknown> } };
    json.executors.build['preferBatch'] = true;
    writeFileSync(path, JSON.stringify(json));
    try {
      expect(plain(await workspace.mustNx(RUN, env({ CI: 'true' })))).toMatch(/Running 3 tasks with/);
    } finally {
      writeFileSync(path, before);
    }
    expect(plain(await workspace.mustNx(RUN, env({ CI: 'true' })))).not.toMatch(/Running 3 tasks/);
  });

  it('have the keys that the builds have one by one', async () => {
    const together = NAMES.map((name) => workspace.receipt(name).contentKey);
    await workspace.mustNx([...RUN, '--skip=false'], env({ CI: 'true', NX_PARALLEL: '2' }));
    expect(statuses()).toEqual(['built', 'built', 'built']);
    expect(NAMES.map((name) => workspace.receipt(name).contentKey)).toEqual(together);
  });

  it('are as many at a time as the variable says; one that says nothing fails each task', async () => {
    const asked = (parallel: string) =>
      workspace.nx([...RUN, '--skip=false'], env({ ...BATCH, NX_DOCKER_CACHE_PARALLEL: parallel }));
    const one = await asked('1');
    expect(one.exitCode).toBe(0);
    expect(statuses()).toEqual(['built', 'built', 'built']);
    const none = await asked('0');
    const output = plain(none.stdout + none.stderr);
    expect(none.exitCode).not.toBe(0);
    expect(output).toContain('NX_DOCKER_CACHE_PARALLEL=0');
    const failed = output.split('Failed tasks:')[1]?.match(/\w+(?=:docker-build)/g);
    expect(failed?.sort()).toEqual(NAMES);
  });

  it('fail by task: one that fails takes what builds on it, and no other', async () => {
    workspace.write({
      'apps/base/Dockerfile': 'FROM busybox\nRUN echo gone wrong; exit 3\n',
      'apps/api/text': 'more\n',
    });
    const { exitCode, stdout, stderr } = await workspace.nx(RUN, env());
    const output = plain(stdout + stderr);
    expect(exitCode).not.toBe(0);
    expect(workspace.receipt('api').status).toBe('built');
    expect(output).toMatch(/gone wrong/);
    expect(output).toMatch(/DEPENDENCY_FAILED: web was not built: base, which makes its base image, failed/);
    expect(output.split('Failed tasks:')[1]).toMatch(/- base:docker-build\s+- web:docker-build/);
    workspace.write({ 'apps/base/Dockerfile': 'FROM busybox\nCOPY text /base\n' });
  });

  it.each<[string, NodeJS.Signals, boolean]>([
    ['Ctrl-C, which all processes get', 'SIGINT', true],
    ['SIGINT to Nx', 'SIGINT', false],
    ['SIGTERM to Nx, as from a CI service', 'SIGTERM', false],
  ])(
    'that end with %s: what was finished is, the rest is not, and nothing is left',
    async (what, name, all) => {
      const view = new RegistryView(host);
      workspace.write({
        'apps/api/text': `${what}\n`,
        'apps/base/Dockerfile': `FROM busybox\nRUN echo ${what}; sleep 47.13\n`,
      });
      await workspace.git('clean', '-fdxq', '.nx-docker-cache');
      const before = await Promise.all(['base', 'web'].map((image) => view.snapshot(image)));
      // buildx is called with files of this folder.
      const temporary = mkdtempSync(join(tmpdir(), 'e2e-batch-'));
      onCleanup(() => rmSync(temporary, { recursive: true, force: true }));
      const { cwd, env: nxEnv } = workspace.options(env({ CI: 'true', TMPDIR: temporary }));
      const child = spawn(process.execPath, [workspace.nxBin(), ...RUN, '--batch'], {
        ...{ cwd, env: nxEnv, stdio: 'ignore', detached: true },
      });
      const ended = new Promise((resolve) => child.on('exit', (code, by) => resolve(code ?? by)));
      await until('api is built, base begun', () => {
        return (
          workspace.has('.nx-docker-cache/api/receipt.json') &&
          processes('sleep 47.13').length > 0 &&
          processes(temporary).length > 0
        );
      });
      process.kill(all ? -child.pid! : child.pid!, name);
      expect(await ended).not.toBe(0);
      await until(
        'no process is left',
        () => processes(temporary).length + processes('sleep 47.13').length === 0,
      );

      const { digest, contentKey } = workspace.receipt('api');
      expect(await view.snapshot('api')).toMatchObject({ main: digest, [`key-t-${contentKey}`]: digest });
      for (const image of ['base', 'web'])
        expect(workspace.has(`.nx-docker-cache/${image}/receipt.json`)).toBe(false);
      expect(await Promise.all(['base', 'web'].map((image) => view.snapshot(image)))).toEqual(before);

      workspace.write({ 'apps/base/Dockerfile': `FROM busybox\nRUN echo ${what}\n` });
      await workspace.mustNx([...RUN, '--batch'], env({ CI: 'true' }));
      expect(workspace.receipt('api').digest).toBe(digest);
      expect(statuses().slice(1)).toEqual(['built', 'built']);
      for (const image of NAMES)
        expect(await view.snapshot(image)).toMatchObject({ main: workspace.receipt(image).digest });
    },
  );

  it('are refused where two projects would make one image, by both names', async () => {
    const before = workspace.read('nx.json');
    workspace.write({
      'nx.json': before.replace('"{branch}"', '"{branch}"]').replace(']]', '],"image":"one"'),
    });
    const together = await workspace.nx(RUN, env());
    // A process for each of them, none of which is told of the others.
    const apart = await workspace.nx(RUN, env({ CI: 'true' }));
    workspace.write({ 'nx.json': before });
    expect([together.exitCode, apart.exitCode]).not.toContain(0);
    expect(plain(together.stdout + together.stderr)).toMatch(
      /CONFLICTING_PLAN: \w+:docker-build and \w+:docker-build would/,
    );
    const refusals = plain(apart.stdout + apart.stderr).matchAll(
      /CONFLICTING_PLAN: (\w+) and \w+ would push/g,
    );
    // Nx does not begin web, whose base failed.
    expect([...refusals].map(([, name]) => name).sort()).toEqual(['api', 'base']);
  });
});
