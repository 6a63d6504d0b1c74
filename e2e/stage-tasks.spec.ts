/** Commands in the image of a built stage: on any agent, by digest, once. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { githubPull } from './support/ci';
import { onCleanup } from './support/cleanup';
import { mustBuild, runCli, type CliOptions, type CliResult } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { CLI } from './support/paths';
import { mustRun, run } from './support/process';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const CI = { CI: 'true' };
const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
const FILES = {
  Dockerfile: `FROM busybox AS builder
WORKDIR /app
COPY src src
RUN cat src/* > built.txt

FROM busybox
COPY prod.txt /prod.txt
COPY --from=builder /app/built.txt /
`,
  'src/main.txt': 'one\n',
  'prod.txt': 'one\n',
  '.gitignore': '.nx-docker-cache\n',
};
/** A "test" that leaves a result and says so. */
const TEST = ['sh', '-c', 'mkdir -p cov/sub && cp built.txt cov/sub/ && echo tested && echo careful >&2'];

describeWithEngine('a stage task', () => {
  let host: string;
  let view: RegistryView;
  let agents: Record<'a' | 'b' | 'c', Agent>;
  let count = 0;
  /** Each test has a repository of its own. */
  let image: string;

  beforeAll(async () => {
    host = (await startRegistry('tasks')).host;
    view = new RegistryView(host);
    const [a, b, c] = [await freshAgent('tasks-a'), await freshAgent('tasks-b'), await freshAgent('tasks-c')];
    agents = { a, b, c };
  });

  beforeEach(() => {
    image = `task${++count}`;
  });

  afterEach(async () => {
    for (const agent of Object.values(agents)) {
      const { stdout } = await agent.docker('ps', '--all', '--quiet');
      expect({ agent: agent.name, containers: stdout.trim() }).toEqual({ agent: agent.name, containers: '' });
    }
  });

  /** A checkout of its own, as every agent has. */
  const checkout = (files: Record<string, string> = {}): Promise<Workspace> =>
    Workspace.make({
      defaults: { registry: host, skip: true },
      projects: { [image]: { root: '.', context: '.' } },
      files: { ...FILES, ...files },
    });

  const on = (workspace: Workspace, agent: Agent, env: Record<string, string> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, ...CI, ...env },
  });

  /** @param flags before `--` */
  const task = (command: readonly string[], options: CliOptions, ...flags: string[]): Promise<CliResult> =>
    runCli(['run', image, '--stage', 'builder', ...flags, '--', ...command], options);

  const records = async (): Promise<string[]> =>
    (await view.tags(image)).filter((tag) => tag.startsWith('task-'));

  it('runs on agents that did not build, at once, and on no agent twice', async () => {
    const built = await checkout();
    await mustBuild(image, ['--stage', 'builder'], on(built, agents.a));
    const [b, c] = [await checkout(), await checkout()];
    const [test, lint] = await Promise.all([
      task(TEST, on(b, agents.b), '--output', 'cov'),
      task(['grep', '-c', 'one', 'built.txt'], on(c, agents.c)),
    ]);
    expect(test).toMatchObject({ exitCode: 0, stdout: 'tested\n', leftovers: [] });
    expect(lint).toMatchObject({ exitCode: 0, stdout: '1\n' });
    for (const { stderr } of [test, lint]) {
      expect(stderr).toMatch(new RegExp(`pulling ${host}/${image}@sha256:`));
      expect(stderr).not.toMatch(/executed|fetched/);
    }
    expect(test.stderr).toMatch(/^careful$/m);
    expect(b.read('cov/sub/built.txt')).toBe('one\n');
    expect(await records()).toHaveLength(2);

    // The record takes the place of a run, on an agent that ran something else.
    const d = await checkout({ 'prod.txt': 'not read by the stage\n' });
    const again = await task(TEST, on(d, agents.c), '--output', 'cov');
    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.stdout).toMatch(/^(tested\ncareful|careful\ntested)\n$/);
    expect(again.stderr).toMatch(/skipped: it has passed over the same content/);
    expect(d.read('cov/sub/built.txt')).toBe('one\n');

    const forced = await task(TEST, on(b, agents.b), '--output', 'cov', '--no-skip');
    expect(forced.stderr).toMatch(/passed · /);
    expect(forced.stderr).not.toMatch(/pulling|skipped/);

    const changed = await checkout({ 'src/main.txt': 'two\n' });
    const rerun = await task(TEST, on(changed, agents.b), '--output', 'cov');
    expect(rerun.stderr).toMatch(/passed · /);
    expect(changed.read('cov/sub/built.txt')).toBe('two\n');
  });

  it('runs on the agent that built, whose receipt knows the image', async () => {
    const workspace = await checkout();
    await mustBuild(image, ['--stage', 'builder', '--load', '--no-push'], on(workspace, agents.a));
    const before = workspace.read(`.nx-docker-cache/${image}/receipt.json`);
    const { exitCode, stderr } = await task(['true'], on(workspace, agents.a), '--load', '--no-push');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/image +sha256:/) });
    expect(stderr).not.toMatch(/pulling|executed/);
    expect(workspace.read(`.nx-docker-cache/${image}/receipt.json`)).toBe(before);
    // A build that pushes nothing leaves no record either.
    expect(await records()).toEqual([]);
  });

  it('runs by the name that the configuration gives it', async () => {
    const workspace = await checkout();
    const tasks = {
      test: { command: 'echo "$MODE $MORE" > said; exit 4', outputs: 'said', env: { MODE: 'a' } },
    };
    workspace.configure(
      { [image]: { root: '.', context: '.', stage: 'builder', tasks } },
      { registry: host, skip: true },
    );
    const options = on(workspace, agents.a);
    expect(await runCli(['run', image, 'test', '--env', 'MORE=b'], options)).toMatchObject({ exitCode: 4 });
    expect(workspace.read('said')).toBe('a b\n');
    const unknown = await runCli(['run', image, 'tets'], { ...options, env: { ...CI, ...NO_ENGINE } });
    expect(unknown).toMatchObject({ exitCode: 2 });
    expect(unknown.stderr).toMatch(/UNKNOWN_TASK[\s\S]*Did you mean test\?/);
  });

  it('never removes what nobody has added to git yet, and what git ignores it does', async () => {
    const workspace = await checkout({ '.gitignore': '.nx-docker-cache\ncov\n' });
    workspace.write({ 'fresh/mine.txt': 'mine\n', 'cov/old.txt': 'old\n' });
    const format = ['sh', '-c', 'mkdir fresh cov; echo made | tee fresh/made.txt > cov/new.txt'];
    const { exitCode, stderr } = await task(
      format,
      on(workspace, agents.a),
      ...['--output', 'fresh', '--output', 'cov'],
    );
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/kept +fresh: what was there stays/);
    expect([workspace.read('fresh/mine.txt'), workspace.read('fresh/made.txt')]).toEqual([
      'mine\n',
      'made\n',
    ]);
    expect([existsSync(join(workspace.root, 'cov/old.txt')), workspace.read('cov/new.txt')]).toEqual([
      ...[false, 'made\n'],
    ]);
  });

  it('warns where its results make another content of the stage, and not once they are left out', async () => {
    const workspace = await checkout({
      Dockerfile: 'FROM busybox AS builder\nWORKDIR /app\nCOPY . .\n',
      '.gitignore': '.nx-docker-cache\ncov\n',
    });
    const make = (): Promise<CliResult> =>
      task(['sh', '-c', 'mkdir -p cov; date > cov/x'], on(workspace, agents.a), '--output', 'cov');
    const lint = (): Promise<CliResult> => task(['true'], on(workspace, agents.a), '--no-skip');
    expect((await make()).stderr).toMatch(/cov is a result .* Write cov into a \.dockerignore in \./);
    expect((await lint()).stderr).toMatch(/COPY \. \./);
    workspace.write({ '.dockerignore': 'cov\n' });
    const cured = await make();
    expect(cured.stderr).not.toMatch(/is a result/);
    expect((await lint()).stderr).not.toMatch(/COPY \. \./);
  });

  it('that fails gives its exit code and its results, and no record', async () => {
    const workspace = await checkout();
    const failing = ['sh', '-c', 'mkdir out; echo why > out/report; exit 3'];
    const { exitCode, stderr } = await task(failing, on(workspace, agents.a), '--output', 'out');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/failed with exit code 3/);
    expect(workspace.read('out/report')).toBe('why\n');
    expect(await records()).toEqual([]);
  });

  it('is ended when its time is up, and what it has left is copied', async () => {
    const workspace = await checkout();
    const slow = ['sh', '-c', 'echo half > half; sleep 300'];
    const flags = ['--timeout', '1.5', '--output', 'half'];
    const { exitCode, stderr, seconds } = await task(slow, on(workspace, agents.a), ...flags);
    expect(exitCode).toBe(124);
    expect(stderr).toMatch(/TASK_TIMEOUT: the task was ended after 1.5 s/);
    expect(workspace.read('half')).toBe('half\n');
    expect(seconds).toBeLessThan(60);
  });

  it.each([
    ['SIGINT', 'INT'],
    ['SIGTERM', 'TERM'],
    ['SIGHUP', 'HUP'],
  ] as const)('gets %s when we get it, and is removed', async (signal, trapped) => {
    const workspace = await checkout();
    const loop = 'echo ready >&2; while :; do sleep 0.1; done';
    let sent = false;
    const { exitCode, stdout, stderr } = await task(
      ['sh', '-c', `trap "echo got ${trapped}; exit 7" ${trapped}; ${loop}`],
      {
        ...on(workspace, agents.a),
        onStderr: (text, kill) => {
          if (!/^ready$/m.test(text) || sent) return;
          sent = true;
          kill(signal);
        },
      },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: `got ${trapped}\n` });
    expect(stderr).toMatch(/INTERRUPTED/);
  });

  it('goes on to its end where nobody reads its output any more', async () => {
    const workspace = await checkout();
    const script = 'for i in 1 2 3 4 5 6 7 8; do echo "line $i"; sleep 0.1; done; echo made > said';
    const words = ['run', image, '--stage', 'builder', '--output', 'said', '--', 'sh', '-c', script];
    const { env } = on(workspace, agents.a);
    const { stdout, stderr } = await run(
      'sh',
      ['-c', '{ "$0" "$@"; echo "ended with $?" >&2; } | head -1', process.execPath, CLI, ...words],
      { cwd: workspace.root, env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env } },
    );
    expect(stdout).toBe('line 1\n');
    expect(stderr).toMatch(/passed · [\s\S]*ended with 0\n$/);
    expect(workspace.read('said')).toBe('made\n');
  });

  it('of a run that was killed is removed by the next one', async () => {
    const workspace = await checkout();
    const { signal } = await task(['sh', '-c', 'echo ready >&2; sleep 300'], {
      ...on(workspace, agents.a),
      onStderr: (text, kill) => {
        if (/^ready$/m.test(text)) kill('SIGKILL');
      },
    });
    expect(signal).toBe('SIGKILL');
    expect((await agents.a.docker('ps', '--quiet')).stdout).not.toBe('');
    const { exitCode, stderr } = await task(['true'], on(workspace, agents.a));
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/removed 1 container of a run that was killed/);
  });

  it('of a job of CI that was killed is removed by a job that is another machine, once its time is well over', async () => {
    const { a } = agents;
    const left = async (deadline: number): Promise<string> => {
      const labels = [
        'dev.nx-docker-cache.owner=a-job-of-ci/1 7 1',
        `dev.nx-docker-cache.deadline=${deadline}`,
      ];
      const flags = labels.flatMap((label) => ['--label', label]);
      const { stdout, stderr } = await a.docker('run', '--detach', ...flags, 'busybox', 'sleep', '300');
      return stdout.trim() === '' ? stderr : stdout.trim();
    };
    const now = Math.floor(Date.now() / 1000);
    const [over, living] = [await left(now - 1), await left(now + 600)];
    const workspace = await checkout();
    for (const byClient of [false, true]) {
      const env: Record<string, string> = byClient ? { DOCKER_CONFIG: configWithProxies(a) } : {};
      const { stderr } = await task(['true'], on(workspace, a, env), '--no-skip');
      if (!byClient) expect(stderr).toMatch(/removed 1 container of a run that was killed/);
    }
    const there = (await a.docker('ps', '--quiet', '--no-trunc')).stdout;
    expect([there.includes(over), there.includes(living)]).toEqual([false, true]);
    // By the client alone.
    await a.docker('rm', '--force', living);
    const again = await left(now - 1);
    await task(['true'], on(workspace, a, { DOCKER_CONFIG: configWithProxies(a) }), '--no-skip');
    expect((await a.docker('ps', '--quiet', '--no-trunc')).stdout).not.toContain(again);
  });

  it('of a fork takes what is trusted, and writes nothing', async () => {
    const workspace = await checkout();
    await task(TEST, on(workspace, agents.a), '--output', 'cov');
    const before = await view.snapshot(image);
    const sha = await workspace.git('rev-parse', 'HEAD');
    const fork = githubPull({ number: 7, head: 'main', base: 'main', from: 'mallory/shop' }, sha);
    const clone = await checkout();
    const taken = await task(TEST, on(clone, agents.b, fork), '--output', 'cov');
    expect(taken.stderr).toMatch(/skipped: .*[\s\S]*:task-t-/);
    const own = await task(['true'], on(clone, agents.b, fork));
    expect(own).toMatchObject({ exitCode: 0 });
    const evil = await checkout({ 'src/main.txt': 'evil\n' });
    const built = await task(TEST, on(evil, agents.b, fork), '--output', 'cov');
    expect(built).toMatchObject({ exitCode: 0 });
    expect(evil.read('cov/sub/built.txt')).toBe('evil\n');
    expect(await view.snapshot(image)).toEqual(before);
  });

  it('of the default branch takes no record of another branch', async () => {
    const workspace = await checkout();
    await workspace.checkout('feature');
    await task(TEST, on(workspace, agents.a));
    expect((await records()).map((tag) => tag.slice(0, 7))).toEqual(['task-i-']);
    await workspace.checkout('main');
    expect((await task(TEST, on(workspace, agents.a))).stderr).toMatch(/passed · /);
    expect((await records()).map((tag) => tag.slice(0, 7))).toEqual(['task-i-', 'task-t-']);
  });

  it('builds again what is gone from the registry, and says so', async () => {
    const workspace = await checkout();
    const first = await mustBuild(image, ['--target', 'builder', '--tag', 'moving'], on(workspace, agents.a));
    const digest = first.receipt.digest!;
    expect((await fetch(`http://${host}/v2/${image}/manifests/${digest}`, { method: 'DELETE' })).status).toBe(
      202,
    );
    const { exitCode, stderr } = await task(['true'], on(workspace, agents.a));
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`${image}@${digest} is gone from the registry; the stage is built again`);
  });

  it.each([
    ['by the engine’s socket', false],
    ['by the client, whose proxies every container gets', true],
  ])('gets variables where no list of processes shows them, %s', async (_, byClient) => {
    const workspace = await checkout({ '.env': 'FROM_FILE=of-the-file\n' });
    const { path, log } = await spyOnDocker(agents.a);
    const env = {
      ...(byClient ? { DOCKER_CONFIG: configWithProxies(agents.a) } : {}),
      NPM_TOKEN: 'hunter2hunter2',
      KEY: 'two\nlines',
      PATH: `${path}:${agents.a.env['PATH'] ?? ''}`,
    };
    const flags = ['NPM_TOKEN', 'KEY', 'HTTPS_PROXY=', 'MODE=quiet please'].flatMap((entry) => [
      '--env',
      entry,
    ]);
    const { exitCode, stdout, stderr, leftovers } = await task(
      ['sh', '-c', 'echo "$NPM_TOKEN|$KEY|$MODE|$FROM_FILE|$NO_PROXY"; echo x > out'],
      on(workspace, agents.a, env),
      ...[...flags, '--envfile', '.env', '--output', 'out'],
    );
    const proxy = byClient ? 'shop.test' : '';
    expect({ exitCode, stdout, leftovers, out: workspace.read('out') }).toEqual({
      ...{ exitCode: 0, stdout: `hunter2hunter2|two\nlines|quiet please|of-the-file|${proxy}\n` },
      ...{ leftovers: [], out: 'x\n' },
    });
    const argv = existsSync(log) ? readFileSync(log, 'utf8') : '';
    expect(argv.match(/^(create|start|cp|rm) /gm) ?? []).toEqual(
      byClient ? ['create ', 'start ', 'cp ', 'rm '] : [],
    );
    expect(argv + stderr).not.toMatch(/hunter2|quiet please|lines/);
    const [tag] = await records();
    const { layers, config } = (await view.manifest(image, tag!))!;
    const blobs = await Promise.all(
      [config!, ...layers.map((layer) => layer.digest)].map((one) => view.blob(image, one)),
    );
    expect(Buffer.concat(blobs).toString('latin1')).not.toContain('hunter2');
    // A token of each run's own would make every record a miss: another value is another task, and that is documented.
    const other = await task(['true'], on(workspace, agents.a, { ...env, NPM_TOKEN: 'other' }), ...flags);
    expect(other.stderr).toMatch(/passed · /);
  });

  it('runs as it is told to: user, folder, network, memory, tmpfs and volumes', async () => {
    const workspace = await checkout({ 'data/x.txt': 'from the workspace\n' });
    const script = 'id -u; pwd; cat /data/x.txt; ls /sys/class/net; touch /scratch/x && echo scratch';
    const flags = ['--user', '1000', '--workdir', '/tmp', '--network', 'none', '--memory', '64m'];
    const mounts = ['--volume', './data:/data:ro', '--tmpfs', '/scratch:mode=1777'];
    const { stdout, stderr } = await task(['sh', '-c', script], on(workspace, agents.a), ...flags, ...mounts);
    expect(stdout).toBe('1000\n/tmp\nfrom the workspace\nlo\nscratch\n');
    expect(stderr).toMatch(/no record {2}it reads a volume/);
    expect(await records()).toEqual([]);
  });

  it('may use the processors and the memory that it is given', async () => {
    const workspace = await checkout();
    let limits: Promise<unknown> | undefined;
    const flags = ['--memory', '64m', '--cpus', '0.5'];
    const { exitCode, stdout } = await task(
      ['sh', '-c', 'echo ready >&2; sleep 2; tr "\\0" " " < /proc/1/cmdline'],
      {
        ...on(workspace, agents.a),
        onStderr: (text) => {
          if (/^ready$/m.test(text)) limits ??= limitsOn(agents.a);
        },
      },
      ...flags,
    );
    expect(await limits).toEqual({ memory: 64 * 1024 * 1024, cpus: 0.5 });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/init/) });
  });

  describe('with services', () => {
    const web = {
      image: 'busybox',
      command: 'sleep 1; mkdir /www; echo "$SAID" > /www/index.html; echo up; httpd -f -p 8000 -h /www',
      ...{ env: { SAID: 'hello' }, port: 8000 },
    };
    const ask = 'wget -qO- http://web:8000/';

    async function withTasks(tasks: Record<string, unknown>): Promise<Workspace> {
      const workspace = await checkout();
      const project = { root: '.', context: '.', stage: 'builder', tasks };
      workspace.configure({ [image]: project }, { registry: host, skip: true });
      return workspace;
    }
    const named = (workspace: Workspace, name: string, agent: Agent): Promise<CliResult> =>
      runCli(['run', image, name], on(workspace, agent));
    const networks = async (agent: Agent): Promise<string> =>
      (await agent.docker('network', 'ls', '--quiet', '--filter', 'name=nx-docker-cache')).stdout;

    it('reaches them by name once they are ready, and its pass counts on other agents', async () => {
      const tasks = { test: { command: ask, services: { web } } };
      const [first, second] = await Promise.all(
        [agents.a, agents.b].map(async (agent) => named(await withTasks(tasks), 'test', agent)),
      );
      for (const one of [first, second]) expect(one).toMatchObject({ exitCode: 0, stdout: 'hello\n' });
      expect(await records()).toHaveLength(1);
      const again = await named(await withTasks(tasks), 'test', agents.c);
      expect(again.stderr).toMatch(/skipped: it has passed over the same content/);
      const other = { ...web, env: { SAID: 'other' } };
      const changed = await withTasks({ test: { command: ask, services: { web: other } } });
      expect((await named(changed, 'test', agents.a)).stdout).toBe('other\n');
      expect(await networks(agents.a)).toBe('');
    });

    it('shows what they said where it fails, or they do not get ready', async () => {
      const silent = { image: 'busybox', command: 'echo hm; sleep 300', port: 8000, timeout: 2 };
      const workspace = await withTasks({
        failing: { command: 'exit 3', services: { web } },
        waiting: { command: 'true', services: { web, silent } },
        ended: {
          command: 'true',
          services: { db: { image: 'busybox', command: 'echo no password; exit 1' } },
        },
      });
      const failing = await named(workspace, 'failing', agents.a);
      expect(failing).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/^ {2}web \| up$/m) });
      const waiting = await named(workspace, 'waiting', agents.a);
      expect(waiting).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/silent \| hm/) });
      expect(waiting.stderr).toMatch(/SERVICE_FAILED: the service silent was not ready within 2 s/);
      const ended = await named(workspace, 'ended', agents.a);
      expect(ended.stderr).toMatch(/db \| no password\nSERVICE_FAILED: the service db ended/);
      expect(await networks(agents.a)).toBe('');
    });

    it('of a run that was killed are removed by the next one, with their network', async () => {
      const workspace = await withTasks({
        test: { command: 'echo ready >&2; sleep 300', services: { web } },
        lint: 'true',
      });
      const { signal } = await runCli(['run', image, 'test'], {
        ...on(workspace, agents.a),
        onStderr: (text, kill) => {
          if (/^ready$/m.test(text)) kill('SIGKILL');
        },
      });
      expect(signal).toBe('SIGKILL');
      expect(await networks(agents.a)).not.toBe('');
      const { stderr } = await named(workspace, 'lint', agents.a);
      expect(stderr).toMatch(/removed 2 containers of a run that was killed/);
      expect(await networks(agents.a)).toBe('');
    });
  });

  it.each<[string, string[], string[], RegExp]>([
    [
      'a stage that is not there',
      ['--stage', 'biulder'],
      ['true'],
      /UNKNOWN_STAGE[\s\S]*Did you mean builder\?/,
    ],
    ['an empty command', [], [], /USAGE: run needs a task, or a command after --/],
    ['an empty word as command', [], [''], /INVALID_OPTIONS[\s\S]*command: expected a program/],
    ['an output that leaves the workspace', ['--output', '../../x'], ['true'], /OUTPUT_ESCAPES/],
    ['a time that is none', ['--timeout', 'soon'], ['true'], /INVALID_OPTIONS[\s\S]*timeout/],
    ['an env file that is not there', ['--envfile', 'no.env'], ['true'], /MISSING_SECRET[\s\S]*no\.env/],
  ])('refuses %s before anything is done', async (_, flags, command, message) => {
    const workspace = await checkout();
    const { exitCode, stderr } = await task(command, on(workspace, agents.a, NO_ENGINE), ...flags);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
    expect(existsSync(join(workspace.root, '.nx-docker-cache', image))).toBe(false);
  });

  it('does not follow a link that its container made', async () => {
    const workspace = await checkout();
    const evil = ['sh', '-c', 'mkdir out; ln -s /etc out/etc; ln -s ../../.. out/up; echo fine > out/fine'];
    const { exitCode, stderr } = await task(evil, on(workspace, agents.a), '--output', 'out');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/left out {2}out\/etc: is a link that leaves out/);
    expect(stderr).toMatch(/no record is left for this task/);
    expect([existsSync(join(workspace.root, 'out/etc')), workspace.read('out/fine')]).toEqual([
      false,
      'fine\n',
    ]);
  });
});

/** Another configuration of an agent's client. */
function configWithProxies(agent: Agent): string {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-config-'));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  const own = JSON.parse(readFileSync(join(agent.env['DOCKER_CONFIG']!, 'config.json'), 'utf8')) as object;
  const proxies = { default: { noProxy: 'shop.test' } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...own, proxies }));
  return folder;
}

/** A `docker` that writes down its arguments before it does what it is told. */
async function spyOnDocker(agent: Agent): Promise<{ path: string; log: string }> {
  const path = mkdtempSync(join(tmpdir(), 'e2e-spy-'));
  onCleanup(() => rmSync(path, { recursive: true, force: true }));
  const real = await mustRun('sh', ['-c', 'command -v docker'], { env: agent.env });
  const log = join(path, 'log');
  writeFileSync(join(path, 'docker'), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${log}\nexec ${real} "$@"\n`);
  chmodSync(join(path, 'docker'), 0o755);
  return { path, log };
}

/** What the engine says that its only container may use. */
async function limitsOn(agent: Agent): Promise<unknown> {
  const { stdout: id } = await agent.docker('ps', '--quiet');
  const { stdout } = await agent.docker('inspect', '--format', '{{json .HostConfig}}', id.trim());
  const { Memory, NanoCpus } = JSON.parse(stdout) as { Memory: number; NanoCpus: number };
  return { memory: Memory, cpus: NanoCpus / 1e9 };
}
