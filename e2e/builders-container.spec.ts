/** Builders that live in a container of an engine: `docker buildx create --driver docker-container`. */
import { build, mustBuild, plan, runCli, statuses, type CliOptions } from './support/cli';
import { ownClient } from './support/client';
import { containerBuilder, pushBuilderImage } from './support/container-builder';
import { describeWithEngine, freshAgent, startRegistry, stopAgent, type Agent } from './support/engine';
import type { ProcessOptions } from './support/process';
import { RegistryView } from './support/registry';
import { INSTALL, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('a builder in a container', () => {
  let host: string;
  let view: RegistryView;
  let image: string;
  /** In whose engine the containers are; none of it is used otherwise. */
  let client: Agent;
  let count = 0;
  let repository: string;
  let workspace: Workspace;

  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...client.env, CI: 'true', ...env },
  });
  /** A builder with a BuildKit of its own that has nothing. It does not run yet. */
  const fresh = async (): Promise<{ name: string; container: string }> => {
    const name = `box-${++count}`;
    const of = await freshAgent('box');
    return { name, container: await containerBuilder(name, { image, of, client }) };
  };
  const checkout = async (projects: readonly string[] = ['api']): Promise<void> => {
    repository = `box${count}`;
    workspace = await Workspace.make({
      defaults: { registry: `${host}/${repository}`, skip: true },
      projects: Object.fromEntries(projects.map((name) => [name, { root: `apps/${name}` }])),
      files: Object.assign({}, ...projects.map((name) => twoStages(`apps/${name}`, name))),
    });
  };
  const status = async (container: string): Promise<string> =>
    (await client.docker('inspect', '--format', '{{.State.Status}}', container)).stdout.trim();

  beforeAll(async () => {
    ({ host } = await startRegistry('box'));
    view = new RegistryView(host);
    client = await freshAgent('box-client');
    image = await pushBuilderImage(host, client);
  });

  it('is started by the build that needs it, which pushes and leaves a cache and a key for the next', async () => {
    await checkout();
    const one = await fresh();
    expect(await plan('api', ['--builder', one.name], on())).toMatchObject({
      engine: { builder: one.name, driver: 'docker-container' },
      cache: { kind: 'registry' },
      output: { push: true, load: false },
    });
    expect(await status(one.container)).toBe('');
    const first = await mustBuild('api', ['--builder', one.name], on());
    expect(await status(one.container)).toBe('running');
    expect(first.stderr).not.toMatch(/no key is left/);
    expect(first.receipt).toMatchObject({ pushed: true, loaded: false, steps: { executed: 6 } });
    expect((await view.tags(`${repository}/api`)).filter((tag) => tag.startsWith('key-t-'))).toHaveLength(1);
    expect(await client.image(first.receipt.refs[0]!)).toBeUndefined();

    const two = await fresh();
    const again = await build(['api', '--builder', two.name], on());
    expect(again.json[0]?.receipt).toMatchObject({ status: 'skipped', digest: first.receipt.digest });
    expect(await status(two.container)).toBe('');

    workspace.write({ 'apps/api/src/main.txt': 'changed\n' });
    const changed = await mustBuild('api', ['--builder', two.name], on());
    expect(statuses(changed.outcome)[INSTALL]).not.toBe('executed');
    const tag = changed.receipt.refs[0]!.split(':').at(-1)!;
    expect((await view.manifest(`${repository}/api`, tag))?.digest).toBe(changed.receipt.digest);
  });

  it('builds many as one run, and again after it was stopped', async () => {
    await checkout(['api', 'web']);
    const { name, container } = await fresh();
    const first = await build(['api', 'web', '--builder', name], on());
    expect(first.json.map(({ ok, receipt }) => ok && receipt?.status)).toEqual(['built', 'built']);
    expect(first.stderr).not.toMatch(/no key is left/);
    await client.docker('stop', '--time', '1', container);
    const again = await build(['api', 'web', '--builder', name], on());
    expect(again.json.map(({ receipt }) => receipt?.status)).toEqual(['skipped', 'skipped']);
    expect(await status(container)).toBe('exited');
    const forced = await build(['api', 'web', '--builder', name, '--no-skip'], on());
    expect(forced.json.map(({ ok, receipt }) => ok && receipt?.steps.executed)).toEqual([0, 0]);
    expect(await status(container)).toBe('running');
  });

  it('hands an image to the engine beside it where that is asked for, or by itself on a laptop', async () => {
    await checkout();
    const { name } = await fresh();
    const run = async (): Promise<string> =>
      (await client.docker('run', '--rm', '--network=none', `${host}/${repository}/api:dev`)).stdout;
    const { receipt } = await mustBuild('api', ['--builder', name, '--load', '--no-push'], on());
    expect(receipt).toMatchObject({ loaded: true, pushed: false });
    expect(await run()).toBe('a\nb\napi\n');
    workspace.write({ 'apps/api/src/main.txt': 'laptop\n' });
    const laptop: CliOptions = { cwd: workspace.root, env: { ...client.env, BUILDX_BUILDER: name } };
    expect((await mustBuild('api', [], laptop)).receipt).toMatchObject({ loaded: true, pushed: false });
    expect(await run()).toBe('a\nb\nlaptop\n');
    // What is in the engine is not in the builder: the task's image comes out of the registry's cache.
    const command = ['run', 'api', '--stage', 'builder', '--builder', name, '--', 'cat', 'built.txt'];
    expect(await runCli(command, on())).toMatchObject({ exitCode: 0, stdout: 'a\nb\nlaptop\n' });
  });

  it('writes every kind of cache', async () => {
    await checkout();
    const { name } = await fresh();
    const local = await mustBuild('api', ['--builder', name, '--cache', 'local'], on());
    expect(local.receipt.caches).toContainEqual(
      expect.objectContaining({ direction: 'to', ref: '.nx-docker-cache/cache/api/main', result: 'written' }),
    );
  });

  it('that is not known is named, with those that are', async () => {
    await checkout();
    const { name } = await fresh();
    const { exitCode, json } = await build(['api', '--builder', 'box', '--no-skip'], on());
    expect(exitCode).toBe(2);
    expect(json[0]?.error).toMatchObject({
      code: 'NO_BUILDER',
      message: 'there is no builder called box',
      expected: expect.stringMatching(new RegExp(`^one of .*\\b${name}\\b`)),
    });
  });

  it('that cannot be started is an error with what was in the way', async () => {
    await checkout(['api', 'web']);
    const missing = `box-${++count}`;
    await containerBuilder(missing, { image: `${host}/nothing:e2e`, of: client, client });
    const one = await build(['api', '--builder', missing], on());
    const both = await build(['api', 'web', '--builder', missing], on());
    for (const { error } of [...one.json, ...both.json])
      expect(error).toMatchObject({
        code: 'NO_DAEMON',
        message: `the builder ${missing} does not answer`,
        found: expect.stringMatching(/nothing:e2e.*not found/),
        hint: expect.stringContaining(`docker buildx inspect ${missing} --bootstrap`),
      });
    expect([one.json.length, both.json.length]).toEqual([1, 2]);

    const mute = `box-${++count}`;
    await containerBuilder(mute, { image, of: undefined, client });
    const { json } = await build(['api', '--builder', mute], on());
    expect(json[0]?.error).toMatchObject({
      code: 'NO_DAEMON',
      message: `the builder ${mute} does not answer`,
      found: expect.stringMatching(/^nc: can't connect to remote host .*\nexit code 1$/),
      hint: expect.stringContaining(`docker logs buildx_buildkit_${mute}0`),
    });
  });

  describe('that is lost in mid-run', () => {
    /** Once, as soon as the quick one was told to be pushed. */
    const whenPushed = (lose: () => void): NonNullable<ProcessOptions['onStderr']> => {
      let isLost = false;
      return (text) => {
        if (isLost || !/^quick +│ .*image +pushed/m.test(text)) return;
        isLost = true;
        lose();
      };
    };
    const withPause = async (): Promise<void> => {
      await checkout(['quick', 'slow']);
      workspace.configure(
        { quick: { root: 'apps/quick' }, slow: { root: 'apps/slow', secrets: ['id=pause,env=PAUSE'] } },
        { registry: `${host}/${repository}`, skip: true },
      );
      workspace.write({
        'apps/slow/Dockerfile':
          'FROM busybox\nRUN --mount=type=secret,id=pause sleep "$(cat /run/secrets/pause)"; echo slow > /made\n',
      });
    };
    const codes = ({ json }: Awaited<ReturnType<typeof build>>): unknown =>
      Object.fromEntries(
        json.map(({ project, receipt, error }) => [project, error?.code ?? receipt?.status]),
      );
    const lose = async (name: string, how: () => unknown): ReturnType<typeof build> => {
      let lostAt = Infinity;
      const result = await build(['quick', 'slow', '--builder', name], {
        ...on({ PAUSE: '300' }),
        onStderr: whenPushed(() => {
          lostAt = performance.now();
          how();
        }),
      });
      expect(performance.now() - lostAt).toBeLessThan(20_000);
      expect(codes(result)).toEqual({ quick: 'built', slow: 'NO_DAEMON' });
      expect(result.json.find(({ project }) => project === 'slow')?.error?.message).toBe(
        'the engine was lost in mid-run',
      );
      expect(result.leftovers).toEqual([]);
      return result;
    };

    it('with its container is started again by the same command, which does the rest', async () => {
      await withPause();
      const { name, container } = await fresh();
      const { json } = await lose(name, () => client.docker('kill', container));
      expect(json.map(({ error }) => error?.found)).toContain(`${name} is stopped`);
      const rest = await build(['quick', 'slow', '--builder', name], on({ PAUSE: '0' }));
      expect(codes(rest)).toEqual({ quick: 'skipped', slow: 'built' });
    });

    it('with the engine that it is a container of leaves what was finished', async () => {
      await withPause();
      // The builder is known to a client whose settings are still there then.
      client = { ...client, env: ownClient(client) };
      const { name } = await fresh();
      let stopped: Promise<void> | undefined;
      const { json } = await lose(name, () => (stopped = stopAgent(client)));
      await stopped;
      expect(json.map(({ error }) => error?.found)).toContain(
        `${name} went with the engine that it is a container of`,
      );
      client = await freshAgent('box-client');
      const rest = await build(['quick', 'slow', '--builder', (await fresh()).name], on({ PAUSE: '0' }));
      expect(codes(rest)).toEqual({ quick: 'skipped', slow: 'built' });
    });
  });
});
