/** Several projects as one run of the builder: each with its own result, and no other than one by one. */
import { createHash } from 'node:crypto';
import { githubPull } from './support/ci';
import { build, mustBuild, runCli, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const PLAIN = ['a', 'b', 'c', 'd'];
const ALL = ['base', 'web', ...PLAIN];

const DEFAULTS = (host: string) => ({ registry: `${host}/acme`, tags: '{branch}', skip: true });

describeWithEngine('projects that are built together', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;

  const on = (more: Partial<CliOptions> = {}, of = agent): CliOptions => ({
    ...{ cwd: workspace.root, env: { ...of.env, CI: 'true' } },
    ...more,
  });
  const plain = (name: string, text: string): Record<string, string> => ({
    [`${name}/Dockerfile`]: 'FROM busybox\nCOPY text /text\n',
    [`${name}/text`]: `${text}\n`,
  });
  const onBase = (tag = 'main'): string => `FROM ${host}/acme/base:${tag}\nCOPY text /web\n`;
  const statusOf = ({ json }: Awaited<ReturnType<typeof build>>): Record<string, string | undefined> =>
    Object.fromEntries(json.map(({ project, receipt, error }) => [project, error?.code ?? receipt?.status]));

  beforeAll(async () => {
    ({ host } = await startRegistry('batch'));
    view = new RegistryView(host);
    agent = await freshAgent('batch-a');
    workspace = await Workspace.make({
      defaults: DEFAULTS(host),
      projects: Object.fromEntries(ALL.map((name) => [name, { root: name }])),
      files: {
        ...Object.assign({}, ...['base', ...PLAIN].map((name) => plain(name, name))),
        'web/Dockerfile': onBase(),
        'web/text': 'web\n',
      },
    });
  });

  it('are one run; one on the image of another has what that is in this very run', async () => {
    const result = await build(['--all'], on());
    expect(statusOf(result)).toEqual(Object.fromEntries(ALL.map((name) => [name, 'built'])));
    expect(result.stderr).toMatch(/^6 projects {2}6 built · /m);
    const [base, web] = ['base', 'web'].map((name) => workspace.receipt(name));
    const layers = await Promise.all(
      ['base', 'web'].map(async (name) => (await view.manifest(`acme/${name}`, 'main'))!.layers),
    );
    expect(layers[1]!.slice(0, -1)).toEqual(layers[0]);
    expect(web!.baseImages).toContainEqual({ name: `${host}/acme/base:main`, digest: base!.digest });
    expect(web!.obstacles).toEqual([]);
    for (const name of ALL)
      expect(await view.snapshot(`acme/${name}`)).toMatchObject({
        main: workspace.receipt(name).digest,
        [`key-t-${workspace.receipt(name).contentKey}`]: workspace.receipt(name).digest,
      });
  });

  it('have the keys that they have one by one', async () => {
    const together = workspace.receipt('web');
    const { receipt } = await mustBuild('web', ['--no-skip'], on({}, await freshAgent('batch-b')));
    expect(receipt.contentKey).toBe(together.contentKey);
  });

  it('are all skipped on an agent that has nothing', async () => {
    const result = await build(['--all'], on({}, await freshAgent('batch-b')));
    expect(statusOf(result)).toEqual(Object.fromEntries(ALL.map((name) => [name, 'skipped'])));
  });

  it('are rebuilt where they, or their base, have changed', async () => {
    workspace.write({ 'a/text': 'other\n', 'base/text': 'other\n' });
    const result = await build(['--all'], on());
    expect(statusOf(result)).toEqual({
      ...{ a: 'built', base: 'built', web: 'built' },
      ...{ b: 'skipped', c: 'skipped', d: 'skipped' },
    });
    const ran = await agent.docker(
      'run',
      '--rm',
      '--network=none',
      `${host}/acme/web:main`,
      'cat',
      '/text',
      '/web',
    );
    expect(ran.stdout).toBe('other\nweb\n');
  });

  it('of a fork are built on the base that it changes, which goes nowhere', async () => {
    const before = await Promise.all(ALL.map((name) => view.snapshot(`acme/${name}`)));
    workspace.write({ 'base/text': 'from a fork\n', 'web/Dockerfile': `${onBase()}RUN grep fork /text\n` });
    const sha = await workspace.git('rev-parse', 'HEAD');
    const fork = githubPull({ number: 7, head: 'main', base: 'main', from: 'mallory/shop' }, sha);
    const result = await build(['--all'], on({ env: { ...agent.env, ...fork } }));
    if (result.exitCode !== 0) throw new Error(result.stderr);
    expect(statusOf(result)).toEqual({
      ...Object.fromEntries(PLAIN.map((name) => [name, 'skipped'])),
      ...{ base: 'built', web: 'built' },
    });
    expect(await Promise.all(ALL.map((name) => view.snapshot(`acme/${name}`)))).toEqual(before);
    workspace.write({ 'base/text': 'other\n', 'web/Dockerfile': onBase() });
  });

  it('do not fail with one that does; what needs it is not built, and says why', async () => {
    workspace.write({
      'base/Dockerfile': 'FROM busybox\nRUN sleep 1; echo no; exit 3\n',
      'b/text': 'next\n',
    });
    const result = await build(ALL, on());
    expect(result.exitCode).toBe(1);
    expect(statusOf(result)).toEqual({
      ...{ base: 'BUILD_FAILED', web: 'DEPENDENCY_FAILED' },
      ...{ a: 'skipped', b: 'built', c: 'skipped', d: 'skipped' },
    });
    expect(result.stderr).toMatch(
      /^web +│ DEPENDENCY_FAILED: web was not built: base, which makes its base image/m,
    );
    workspace.write(plain('base', 'base'));
  });

  it('are not built on yesterday’s base where the Dockerfile of today’s cannot be read', async () => {
    const before = await view.snapshot('acme/web');
    workspace.write({ 'base/Dockerfile': 'FORM busybox\n', 'web/text': 'new\n' });
    const result = await build(['--all'], on());
    expect(result.exitCode).toBe(1);
    expect(statusOf(result)).toEqual({
      ...{ base: 'DOCKERFILE_SYNTAX', web: 'DEPENDENCY_FAILED' },
      ...{ a: 'skipped', b: 'skipped', c: 'skipped', d: 'skipped' },
    });
    expect(await view.snapshot('acme/web')).toEqual(before);
    workspace.write({ ...plain('base', 'base'), 'web/text': 'web\n' });
  });

  it('do not fail with those that cannot be planned; what needs one of them is not built', async () => {
    const before = await view.snapshot('acme/base');
    const unset = { cache: { tag: '{env.NOT_SET_HERE}' } };
    const shared = { platforms: 'linux/amd64,linux/arm64', cache: { to: `type=registry,ref=${host}/one` } };
    const odd: Record<string, Record<string, unknown>> = { base: unset, a: shared };
    const root = (name: string) => ({ root: name, ...odd[name] });
    workspace.configure(Object.fromEntries(ALL.map((name) => [name, root(name)])), DEFAULTS(host));
    workspace.write({ ...plain('base', 'unplanned'), 'c/text': 'planned\n', 'd/text': 'planned\n' });
    const result = await build(['--all'], on());
    expect(result.exitCode).toBe(1);
    expect(statusOf(result)).toEqual({
      ...{ base: 'INVALID_TEMPLATE', web: 'DEPENDENCY_FAILED', a: 'CONFLICTING_PLAN' },
      ...{ b: 'skipped', c: 'built', d: 'built' },
    });
    expect(await view.snapshot('acme/base')).toEqual(before);
    workspace.configure(Object.fromEntries(ALL.map((name) => [name, { root: name }])), DEFAULTS(host));
    workspace.write(plain('base', 'base'));
  });

  it('go on where one fails before they are done', async () => {
    workspace.write({
      'a/Dockerfile': 'FROM busybox\nRUN exit 3\n',
      'b/Dockerfile': 'FROM busybox\nRUN sleep 2; echo b > /b\n',
      'c/Dockerfile': 'FROM busybox\nRUN sleep 2; echo c > /c\n',
    });
    const result = await build(['a', 'b', 'c'], on());
    expect(statusOf(result)).toEqual({ a: 'BUILD_FAILED', b: 'built', c: 'built' });
    expect(result.stderr).toMatch(/^b │ .*another build of this run failed; going on/m);
  });

  it('are tried once more by themselves where a step of theirs is killed among others', async () => {
    const killedOnce = (name: string, command: string): string =>
      `FROM busybox\nRUN --mount=type=cache,id=${name},target=/seen test -e /seen/it || ${command}\n`;
    workspace.write({
      'a/Dockerfile': killedOnce('a', "{ touch /seen/it; sh -c 'kill -9 $$'; exit $?; }"),
      'b/Dockerfile': 'FROM busybox\nRUN sleep 3; echo b > /killed\n',
      'c/Dockerfile': killedOnce('c', "{ sleep 1; sh -c 'kill -9 $$'; exit $?; }"),
    });
    const result = await build(['a', 'b', 'c'], on());
    expect(statusOf(result)).toEqual({ a: 'built', b: 'built', c: 'BUILD_FAILED' });
    expect(result.json.find(({ project }) => project === 'c')?.error?.found).toMatch(/exit code: 137/);
    expect(result.stderr).toMatch(/^a │ .*a step was killed; once more by itself/m);
  });

  it('that are interrupted fail exactly where they were not finished', async () => {
    workspace.write({
      ...plain('a', 'quick'),
      'b/Dockerfile': 'FROM busybox\nRUN echo begun; sleep 47.12\n',
    });
    let sent = false;
    const result = await build(['a', 'b', 'd'], {
      ...on(),
      onStderr: (text, kill) => {
        if (sent || !/^a │ .*image +pushed/m.test(text)) return;
        sent = true;
        kill('SIGTERM');
      },
    });
    expect(result.exitCode).toBe(130);
    expect(statusOf(result)).toEqual({ a: 'built', b: 'INTERRUPTED', d: 'skipped' });
    expect(workspace.receipt('a').digest).toBe((await view.manifest('acme/a', 'main'))!.digest);
    expect(result.leftovers).toEqual([]);
  });

  it('with a cache in each image are runs of their own, and have it on a fresh agent', async () => {
    const names = ['base', 'web', 'a', 'b'];
    const inline = { ...DEFAULTS(host), registry: `${host}/inline`, cache: 'inline', skip: false };
    workspace.configure(Object.fromEntries(names.map((name) => [name, { root: name }])), inline);
    const slow = (name: string): string => `FROM busybox\nRUN echo ${name} > /made; sleep 4\n`;
    workspace.write({
      ...Object.fromEntries(['base', 'a', 'b'].map((name) => [`${name}/Dockerfile`, slow(name)])),
      'web/Dockerfile': `FROM ${host}/inline/base:main\nCOPY text /web\n`,
    });
    const first = await build(names, on({}, await freshAgent('batch-c')));
    expect(statusOf(first)).toEqual(Object.fromEntries(names.map((name) => [name, 'built'])));
    expect(workspace.receipt('web').baseImages).toContainEqual(
      expect.objectContaining({ digest: workspace.receipt('base').digest }),
    );
    const again = await build(names, on({}, await freshAgent('batch-c')));
    expect(statusOf(again)).toEqual(Object.fromEntries(names.map((name) => [name, 'built'])));
    for (const name of ['base', 'a', 'b'])
      expect([name, workspace.receipt(name).steps.executed]).toEqual([name, 0]);
  });

  it('have each the value of its own where they call a secret the same', async () => {
    const values: Record<string, string> = { TOKEN_A: 'the first value', TOKEN_B: 'the second' };
    const secret = (name: string) => ({ root: name, secrets: [`id=token,env=TOKEN_${name.toUpperCase()}`] });
    const out =
      'COPY text /text\nRUN --mount=type=secret,id=token sha256sum < /run/secrets/token | cut -c1-64 > /out\n';
    workspace.configure({ a: secret('a'), b: secret('b') }, DEFAULTS(host));
    workspace.write({
      ...{ ...plain('a', 'secret a'), ...plain('b', 'secret b') },
      ...{ 'a/Dockerfile': `FROM busybox\n${out}`, 'b/Dockerfile': `FROM busybox\n${out}` },
    });
    const result = await build(['a', 'b'], on({ env: { ...agent.env, CI: 'true', ...values } }));
    expect(statusOf(result)).toEqual({ a: 'built', b: 'built' });
    for (const name of ['a', 'b']) {
      const { stdout } = await agent.docker('run', '--rm', `${host}/acme/${name}:main`, 'cat', '/out');
      const value = values[`TOKEN_${name.toUpperCase()}`]!;
      expect(stdout.trim()).toBe(createHash('sha256').update(value).digest('hex'));
    }
  });

  it('load what they build where there is no registry', async () => {
    workspace.configure(
      { base: { root: 'base' }, web: { root: 'web' } },
      { load: true, cache: 'none', image: 'acme/{projectName}', tags: 'dev', skip: true },
    );
    workspace.write({ ...plain('base', 'loaded'), 'web/Dockerfile': 'FROM acme/base:dev\nCOPY text /web\n' });
    const loads = await freshAgent('batch-c');
    const laptop = { cwd: workspace.root, env: loads.env };
    expect(statusOf(await build(['web', 'base'], laptop))).toEqual({ base: 'built', web: 'built' });
    const ran = await loads.docker('run', '--rm', '--network=none', 'acme/web:dev', 'cat', '/text', '/web');
    expect(ran.stdout).toBe('loaded\nweb\n');
    expect(statusOf(await build(['web', 'base'], laptop))).toEqual({ base: 'skipped', web: 'skipped' });
  });

  it('are refused before anything is built where their images go round in a circle, or are one', async () => {
    workspace.configure(
      { base: { root: 'base' }, web: { root: 'web' } },
      { registry: `${host}/circle`, tags: 'x' },
    );
    workspace.write({
      'base/Dockerfile': `FROM ${host}/circle/web:x\nCOPY text /text\n`,
      'web/Dockerfile': `FROM ${host}/circle/base:x\nCOPY text /web\n`,
    });
    const refused = async (...asked: string[]): Promise<string> =>
      (await build(asked.length > 0 ? asked : ['--all'], on()).catch(String)) as string;
    expect(await refused()).toMatch(/IMAGE_CYCLE: .*base → web → base/);
    workspace.configure(
      { base: { root: 'base' }, web: { root: 'web' } },
      { registry: `${host}/circle`, image: 'one', cache: 'none' },
    );
    const conflict = /CONFLICTING_PLAN: base and web would push one image and tag/;
    expect(await refused()).toMatch(conflict);
    // On agents that each build one of them, too.
    expect(await refused('base')).toMatch(conflict);
    for (const argv of [['matrix', '--shards=2'], ['affected']]) {
      const { exitCode, stderr } = await runCli(argv, on());
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(conflict)]);
    }
    expect((await view.repositories()).filter((name) => name.startsWith('circle/'))).toEqual([]);
  });
});
