/** A build that is not needed is not done, and one that is needed always is. */
import { chmodSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Receipt } from '../packages/nx-docker-cache/src/model/receipt';
import { githubPull } from './support/ci';
import { build, plan, runCli, type Built, type CliOptions, type CliResult } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { EVERYTHING, FaultyRegistry, IMAGE_PUT } from './support/proxy';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const CI = { CI: 'true' };
const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
const WRITES = /^(PUT|POST|PATCH|DELETE) /;

describeWithEngine('a build that is not needed', () => {
  let proxy: FaultyRegistry;
  let view: RegistryView;
  let agent: Agent;
  let workspace: Workspace;
  let count = 0;
  /** Each test has a repository of its own. */
  let image: string;

  beforeAll(async () => {
    const { host } = await startRegistry('skip');
    proxy = await FaultyRegistry.start(host);
    view = new RegistryView(host);
    agent = await freshAgent('skip');
    await pushBase('one');
    await pushBase('two');
  });

  beforeEach(async () => {
    proxy.break();
    image = `skip${++count}`;
    await moveBase('one');
  });

  /** An image in the registry under test, so that its digest is known without an engine. */
  async function pushBase(marker: string, more = ''): Promise<void> {
    const folder = await Workspace.make({
      files: { Dockerfile: `FROM busybox\n${more}COPY marker /marker\n`, marker },
      projects: {},
      git: false,
    });
    const tag = `${proxy.host}/base:${marker}`;
    const args = ['buildx', 'build', '--provenance=false', '--push', '--tag', tag, folder.root];
    const { exitCode, stderr } = await agent.docker(...args);
    if (exitCode !== 0) throw new Error(stderr);
  }

  async function moveBase(marker: string): Promise<void> {
    const { body, mediaType } = (await view.manifest('base', marker))!;
    expect(await view.putManifest('base', 'moving', body, mediaType)).toBe(201);
  }

  const dockerfile = (more = ''): string => `FROM ${proxy.host}/base:moving\nCOPY src /src\n${more}`;

  async function make(more = '', options: Record<string, unknown> = {}): Promise<void> {
    workspace = await Workspace.make({
      defaults: { registry: proxy.host, skip: true },
      projects: { [image]: { root: '.', context: '.', ...options } },
      files: { Dockerfile: dockerfile(more), 'src/main.txt': 'one\n', '.gitignore': '.nx-docker-cache\n' },
    });
  }

  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, ...CI, ...env },
  });

  async function run(
    args: readonly string[] = [],
    options: CliOptions = on(),
  ): Promise<Built & { receipt: Receipt }> {
    const result = await build([image, ...args], options);
    const receipt = result.json[0]?.receipt;
    if (result.exitCode !== 0 || receipt === undefined)
      throw new Error(`${result.exitCode}\n${result.stdout}\n${result.stderr}`);
    return { ...result, receipt };
  }

  const keys = async (): Promise<string[]> =>
    (await view.tags(image)).filter((tag) => tag.startsWith('key-'));
  /** Every request from now on. */
  const listen = (): void => proxy.break({ match: EVERYTHING, fault: { delayMs: 0 } });

  describe('is skipped', () => {
    it('on an agent that has nothing: one manifest is put, no layer is moved', async () => {
      await make();
      const first = await run();
      expect(first.receipt.status).toBe('built');
      const before = (await view.manifest(image, (await workspace.git('rev-parse', 'HEAD')).slice(0, 7)))!;
      workspace.write({ 'README.md': 'not read\n' });
      const commit = await workspace.commit();
      agent = await freshAgent('skip');
      listen();
      const { receipt, stderr } = await run();
      expect(receipt).toMatchObject({
        status: 'skipped',
        digest: first.receipt.digest,
        contentKey: first.receipt.contentKey,
        pushed: true,
      });
      expect(proxy.hits.filter((line) => line.includes('/blobs/'))).toEqual([]);
      expect(proxy.hits.filter((line) => WRITES.test(line))).toEqual([
        `PUT /v2/${image}/manifests/${commit.slice(0, 7)}`,
      ]);
      expect(await view.manifest(image, commit.slice(0, 7))).toEqual(before);
      expect(stderr).toMatch(/skipped: nothing that it reads has changed/);
      const { stdout } = await agent.docker('image', 'ls', '--quiet');
      expect(stdout).toBe('');
    });

    it('with no engine at all', async () => {
      await make();
      const first = await run();
      const { receipt } = await run([], on(NO_ENGINE));
      expect(receipt).toMatchObject({ status: 'skipped', digest: first.receipt.digest });
    });

    it('with no engine at all, its base pinned by a digest of a registry that is gone', async () => {
      const { digest } = (await view.manifest('base', 'one'))!;
      await make();
      workspace.write({ Dockerfile: `FROM ${proxy.host}/base@${digest}\nCOPY src /src\n` });
      await run();
      proxy.break({ match: /\/base\//, fault: { reset: true } });
      expect((await run([], on(NO_ENGINE))).receipt.status).toBe('skipped');
      expect(proxy.hits).toEqual([]);
    });

    it('as an index of two platforms', async () => {
      await make('', { platforms: ['linux/amd64', 'linux/arm64'] });
      workspace.write({ Dockerfile: 'FROM scratch\nCOPY src /src\n' });
      const first = await run();
      const { receipt } = await run(['--tag', 'again'], on(NO_ENGINE));
      expect(receipt).toMatchObject({ status: 'skipped', digest: first.receipt.digest });
      const index = (await view.manifest(image, 'again'))!;
      expect(JSON.parse(index.body)).toMatchObject({
        manifests: [{ platform: { architecture: 'amd64' } }, { platform: { architecture: 'arm64' } }],
      });
    });

    it('after it was changed and changed back', async () => {
      await make();
      const first = await run();
      workspace.write({ 'src/main.txt': 'two\n' });
      expect((await run()).receipt.status).toBe('built');
      workspace.write({ 'src/main.txt': 'one\n' });
      expect((await run()).receipt).toMatchObject({ status: 'skipped', digest: first.receipt.digest });
    });

    it('with a build arg in the place of a platform, where nothing uses it', async () => {
      await make();
      const first = await run(['--build-arg', 'TARGETARCH=arm64']);
      const { receipt } = await run(['--build-arg', 'TARGETARCH=riscv64'], on(NO_ENGINE));
      expect(receipt).toMatchObject({ status: 'skipped', digest: first.receipt.digest });
      workspace.write({ Dockerfile: dockerfile('ARG TARGETARCH\nRUN echo $TARGETARCH > /arch\n') });
      const arm = await run(['--build-arg', 'TARGETARCH=arm64']);
      const riscv = await run(['--build-arg', 'TARGETARCH=riscv64']);
      expect([arm.receipt.status, riscv.receipt.status]).toEqual(['built', 'built']);
      expect(riscv.receipt.digest).not.toBe(arm.receipt.digest);
    });

    it('for a fork, without any write', async () => {
      await make();
      const first = await run();
      const sha = await workspace.git('rev-parse', 'HEAD');
      const fork = githubPull({ number: 7, head: 'main', base: 'main', from: 'mallory/shop' }, sha);
      listen();
      const { receipt } = await run([], on({ ...NO_ENGINE, ...fork }));
      expect(receipt).toMatchObject({
        status: 'skipped',
        digest: first.receipt.digest,
        pushed: false,
        trust: 'untrusted',
      });
      expect(proxy.hits.filter((line) => WRITES.test(line))).toEqual([]);
    });

    it('on a laptop while the engine still has the image, without a registry', async () => {
      await make();
      workspace.configure({ [image]: { root: '.', context: '.' } }, { skip: true });
      const laptop = { cwd: workspace.root, env: agent.env };
      const first = await run([], laptop);
      expect(first.receipt).toMatchObject({ status: 'built', loaded: true, obstacles: [] });
      expect((await run([], laptop)).receipt).toMatchObject({
        status: 'skipped',
        digest: first.receipt.digest,
        imageId: first.receipt.imageId,
      });
      expect((await run([], laptop)).receipt.status).toBe('skipped');
      await agent.docker('image', 'rm', `${image}:dev`);
      expect((await run([], laptop)).receipt.status).toBe('built');
      expect((await agent.image(`${image}:dev`))?.Id).toBeDefined();
    });
  });

  describe('is built all the same', () => {
    it('with --no-skip, and leaves its key', async () => {
      await make();
      const first = await run(['--no-skip']);
      expect(first.receipt.status).toBe('built');
      expect(await keys()).toEqual([`key-t-${first.receipt.contentKey}`]);
      expect((await run(['--no-skip'])).receipt.status).toBe('built');
      expect((await run()).receipt.status).toBe('skipped');
    });

    it('with --no-cache, and later builds take the newer one', async () => {
      await make('RUN cat /proc/uptime > /made\n');
      const first = await run();
      const second = await run(['--no-cache']);
      expect(second.receipt.status).toBe('built');
      expect(second.receipt.digest).not.toBe(first.receipt.digest);
      expect((await run()).receipt).toMatchObject({ status: 'skipped', digest: second.receipt.digest });
    });

    it('where only a branch has built it, but with --skip repository', async () => {
      await make();
      await workspace.checkout('feature/x');
      const branch = await run();
      expect(await keys()).toEqual([`key-i-${branch.receipt.contentKey}`]);
      await workspace.checkout('main');
      expect((await run(['--skip', 'repository'], on(NO_ENGINE))).receipt).toMatchObject({
        status: 'skipped',
        digest: branch.receipt.digest,
      });
      expect((await run()).receipt.status).toBe('built');
      await workspace.checkout('feature/x');
      expect((await run([], on(NO_ENGINE))).receipt.status).toBe('skipped');
    });

    it('after its base image’s tag was moved', async () => {
      await make();
      const first = await run();
      await moveBase('two');
      const second = await run();
      expect(second.receipt).toMatchObject({ status: 'built' });
      expect(second.receipt.contentKey).not.toBe(first.receipt.contentKey);
      expect(second.stderr).toMatch(/why +Dockerfile:1 FROM .*: the base is another one/);
      await moveBase('one');
      expect((await run()).receipt).toMatchObject({ status: 'skipped', digest: first.receipt.digest });
    });

    it.each([
      ['a line’s end in a heredoc', 'COPY <<EOF /made\na\r\nEOF\n', 'COPY <<EOF /made\na\nEOF\n'],
      ['a blank that separates nothing', 'COPY src \u00A0/made\n', 'COPY src /made\n'],
      ['a byte order mark', 'COPY src /made\uFEFF\n', 'COPY src /made\n'],
      ['one behind a flag', 'COPY --chmod=700\uFEFF src /made\n', 'COPY --chmod=700 src /made\n'],
    ])('after a change that few editors show: %s', async (_, before, after) => {
      await make(before);
      // BuildKit may refuse what stands there by mistake; it is another build all the same.
      const first = await build([image], on());
      workspace.write({ Dockerfile: dockerfile(after) });
      const { receipt } = await run();
      expect(receipt.status).toBe('built');
      expect(receipt.contentKey).not.toBe(first.json[0]?.receipt?.contentKey);
    });

    it('after another value of a global ARG that one makes its own value of twice', async () => {
      const made = (value: string): Record<string, string> => ({
        Dockerfile: `ARG FROM=${value}\nARG TO=$FROM\nARG TO=\${TO}-x\nFROM scratch\nARG TO\nCOPY src /$TO\n`,
      });
      await make();
      workspace.write(made('one'));
      expect((await run()).receipt.status).toBe('built');
      workspace.write(made('two'));
      expect((await run()).receipt.status).toBe('built');
    });

    it('after a link that it copies was ignored, and fails as it is not there', async () => {
      await make('COPY link /link\n');
      symlinkSync('src/main.txt', join(workspace.root, 'link'));
      expect((await run()).receipt.status).toBe('built');
      expect((await run()).receipt.status).toBe('skipped');
      workspace.write({ '.dockerignore': 'link\n' });
      const { exitCode, stderr } = await build([image], on());
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(/"\/link": not found/);
    });

    it('where what the key pointed at is gone from the registry', async () => {
      await make();
      const { receipt } = await run();
      const gone = new RegExp(`^GET /v2/${image}/manifests/key-t-`);
      proxy.break({ match: gone, fault: { status: 404 }, times: 1 });
      const second = await run(['--tag', 'again']);
      expect(second.receipt).toMatchObject({ status: 'built', digest: receipt.digest });
      expect(proxy.hits).toHaveLength(1);
    });

    it('where the registry does not say what it holds', async () => {
      await make();
      await run();
      proxy.break({ match: /^GET .*\/manifests\/key-/, fault: { status: 500 } });
      expect((await run()).receipt.status).toBe('built');
    });

    it('where the registry takes nothing, and fails as it cannot be pushed', async () => {
      await make();
      await run();
      proxy.break({ match: IMAGE_PUT, fault: { status: 403 } });
      const result = await build([image, '--tag', 'again'], on());
      expect(result.exitCode).toBe(1);
      expect(result.json[0]?.error?.code).toMatch(/PUSH_FAILED|BUILD_FAILED/);
      expect(await view.manifest(image, 'again')).toBeUndefined();
    });
  });

  describe('is never skipped, and the report says why', () => {
    it.each([
      [
        'ADD https://files.test/a /a\n',
        /never skipped: +Dockerfile:3 ADD https:\/\/files\.test\/a has no checksum/,
      ],
      ['COPY $HOME/x /x\n', /never skipped: +Dockerfile:3 \$HOME/],
      ['COPY --from=nowhere.test/a:1 /a /a\n', /never skipped: +Dockerfile:3 image nowhere\.test\/a:1/],
    ])('%j', async (more, reason) => {
      await make(more);
      // The plan is enough: nothing here can be built without the network.
      const { skip } = await plan(image, [], on());
      expect(skip.enabled).toBe(false);
      expect(skip.write).toBeUndefined();
      const { stderr } = await build([image], on());
      expect(stderr).toMatch(reason);
    });

    it('where it declares a proxy that docker’s own configuration fills in', async () => {
      await make('ARG HTTP_PROXY\n');
      const config = join(workspace.root, '.docker');
      cpSync(agent.env['DOCKER_CONFIG']!, config, { recursive: true });
      const path = join(config, 'config.json');
      const proxies = { default: { httpProxy: 'http://proxy.test:1' } };
      writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), proxies }));
      const { skip } = await plan(image, [], on({ DOCKER_CONFIG: config }));
      expect(skip.obstacles).toEqual([
        expect.objectContaining({ reason: expect.stringContaining('HTTP_PROXY') }),
      ]);
      expect((await plan(image, [], on())).skip.obstacles).toEqual([]);
    });

    it('where its base image has ONBUILD, which may read anything', async () => {
      await pushBase('trigger', 'ONBUILD COPY other /other\n');
      await moveBase('trigger');
      await make();
      workspace.write({ other: 'one\n' });
      const first = await run();
      expect(first.stderr).toMatch(
        /no key is left for this build: the base image has instructions of its own/,
      );
      expect(await keys()).toEqual([]);
      workspace.write({ other: 'two\n' });
      const second = await run();
      expect(second.receipt).toMatchObject({ status: 'built', contentKey: first.receipt.contentKey });
      expect(second.receipt.digest).not.toBe(first.receipt.digest);
    });
  });

  it('has no stage task skipped either, nor run in what it was before: ONBUILD, and a context known by its name', async () => {
    await pushBase('trigger', 'ONBUILD COPY other /other\n');
    await moveBase('trigger');
    await make('', { buildContexts: { more: 'more' } });
    const named = 'FROM busybox AS named\nCOPY --from=more . /more\n';
    const stages = `FROM ${proxy.host}/base:moving AS builder\nCOPY src /src\n\n${named}`;
    workspace.write({ Dockerfile: stages, other: 'one\n', 'more/text': 'one\n' });
    const project = { root: '.', context: '.', buildContexts: { more: 'more' }, stages: ['builder'] };
    const tasks = {
      test: { stage: 'builder', command: 'cat /other' },
      named: { stage: 'named', command: 'cat /more/text' },
    };
    workspace.configure({ [image]: { ...project, tasks } }, { registry: proxy.host, skip: true });
    await run();
    const task = (name: string): Promise<CliResult> => runCli(['run', image, name], on());
    for (const text of ['one\n', 'two\n']) {
      workspace.write({ other: text, 'more/text': text });
      for (const name of ['test', 'named']) {
        const { stdout, stderr, exitCode } = await task(name);
        expect({ name, stdout, exitCode }).toEqual({ name, stdout: text, exitCode: 0 });
        expect(stderr).toMatch(/passed · [\s\S]*no record/);
      }
    }
    expect((await view.tags(image)).filter((tag) => tag.startsWith('task-'))).toEqual([]);
  });

  describe('leaves no key', () => {
    it.each<[string, (at: Workspace) => void]>([
      ['a file is saved', (at) => at.write({ 'src/main.txt': 'two\n' })],
      [
        'a file is saved and put back',
        (at) => {
          at.write({ 'src/main.txt': 'two\n' });
          at.write({ 'src/main.txt': 'one\n' });
        },
      ],
      ['the Dockerfile is saved', (at) => at.write({ Dockerfile: dockerfile('ENV A=1\n') })],
    ])('where %s meanwhile', async (_, edit) => {
      // Executed in each test.
      await make(`RUN sleep 2 && echo ${image}\n`);
      let edited = false;
      const onStderr = (): void => {
        if (edited) return;
        edited = true;
        setTimeout(() => edit(workspace), 700);
      };
      const { receipt, stderr } = await run([], { ...on(), onStderr });
      expect(stderr).toMatch(/no key is left for this build: what it reads changed while it ran/);
      expect(await keys()).toEqual([]);
      expect(receipt.obstacles).toEqual([{ reason: 'what it reads changed while it ran' }]);
    });
  });

  it('says umask where only permissions differ', async () => {
    await make();
    await run();
    chmodSync(join(workspace.root, 'src/main.txt'), 0o664);
    const { stderr, receipt } = await run();
    expect(receipt.status).toBe('built');
    expect(stderr).toMatch(/why +Dockerfile:2 COPY src \/src: only permission bits differ/);
    expect(stderr).toMatch(/cure +.*umask 0022/);
  });

  it.each<[string, { containerdStore?: false }]>([
    ['the containerd store', {}],
    ['the older store', { containerdStore: false }],
  ])('on an engine with %s, which prefers its own base images', async (_, store) => {
    const own = await freshAgent('skip-own', store);
    const laptop = { cwd: '', env: own.env };
    await make();
    laptop.cwd = workspace.root;
    const first = await run([], laptop);
    expect(first.receipt).toMatchObject({ status: 'built', obstacles: [] });
    expect((await run([], laptop)).receipt.status).toBe('skipped');
    // Another image takes the name in the engine only.
    await own.docker('pull', '--quiet', `${proxy.host}/base:two`);
    await own.docker('tag', `${proxy.host}/base:two`, `${proxy.host}/base:moving`);
    const third = await run([], laptop);
    expect(third.receipt).toMatchObject({ status: 'built', contentKey: first.receipt.contentKey });
    expect(third.receipt.imageId).not.toBe(first.receipt.imageId);
    expect(third.stderr).toMatch(/no key is left for this build: the builder did not use .*base:moving@/);
    // What others get is made from what the registry has.
    const { digest } = (await view.manifest('base', 'moving'))!;
    const pushed = await run([], { cwd: workspace.root, env: { ...own.env, ...CI } });
    const name = `${proxy.host}/base:moving`;
    expect(pushed.receipt).toMatchObject({ obstacles: [], baseImages: [{ name, digest }] });
    expect(await keys()).toEqual([`key-t-${first.receipt.contentKey}`]);
  });
});
