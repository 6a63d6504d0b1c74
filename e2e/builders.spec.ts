/** Builders that are not the engine's own: what a pool of them gives, and what they are asked before they are believed. */
import { build, mustBuild, plan, runCli, statuses, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { remoteBuilder } from './support/remote-builder';
import { INSTALL, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('a remote builder', () => {
  let host: string;
  let view: RegistryView;
  /** Whose engine is beside the client, and builds nothing. */
  let client: Agent;
  let count = 0;
  let repository: string;
  let workspace: Workspace;

  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...client.env, CI: 'true', ...env },
  });
  /** A builder with an engine of its own that has nothing. */
  const fresh = async (...flags: string[]): Promise<string> => {
    const name = `remote-${++count}`;
    await remoteBuilder(name, await freshAgent('remote'), client, ...flags);
    return name;
  };
  const checkout = async (projects: readonly string[] = ['api']): Promise<Workspace> => {
    repository = `remote${count}`;
    workspace = await Workspace.make({
      defaults: { registry: `${host}/${repository}`, skip: true },
      projects: Object.fromEntries(projects.map((name) => [name, { root: `apps/${name}` }])),
      files: Object.assign({}, ...projects.map((name) => twoStages(`apps/${name}`, name))),
    });
    return workspace;
  };

  beforeAll(async () => {
    ({ host } = await startRegistry('remote'));
    view = new RegistryView(host);
    client = await freshAgent('remote-client');
  });

  it('builds, pushes and leaves a key, and its cache serves the next builder', async () => {
    await checkout();
    const first = await mustBuild('api', ['--builder', await fresh()], on());
    expect(first.stderr).not.toMatch(/no key is left/);
    expect(first.receipt).toMatchObject({ pushed: true, steps: { executed: 6 } });
    expect((await view.tags(`${repository}/api`)).filter((tag) => tag.startsWith('key-t-'))).toHaveLength(1);

    const again = await build(['api', '--builder', `remote-${count}`], on());
    expect(again.json[0]?.receipt).toMatchObject({ status: 'skipped', digest: first.receipt.digest });

    workspace.write({ 'apps/api/src/main.txt': 'changed\n' });
    const changed = await mustBuild('api', ['--builder', await fresh()], on());
    expect(statuses(changed.outcome)[INSTALL]).not.toBe('executed');
    expect(
      (await view.manifest(`${repository}/api`, changed.receipt.refs[0]!.split(':').at(-1)!))?.digest,
    ).toBe(changed.receipt.digest);
  });

  it('can do what the plan says: all exporters of caches', async () => {
    await checkout();
    const builder = await fresh();
    const planned = await plan('api', ['--builder', builder], on());
    expect(planned).toMatchObject({ engine: { builder, driver: 'remote' }, cache: { kind: 'registry' } });
    const local = await mustBuild('api', ['--builder', builder, '--cache', 'local'], on());
    expect(local.receipt.caches).toContainEqual(
      expect.objectContaining({ direction: 'to', ref: '.nx-docker-cache/cache/api/main', result: 'written' }),
    );
  });

  it('loads the image into the engine beside the client', async () => {
    await checkout();
    const { receipt } = await mustBuild('api', ['--builder', await fresh(), '--load', '--no-push'], on());
    expect(receipt).toMatchObject({ loaded: true, pushed: false });
    const ran = await client.docker('run', '--rm', '--network=none', `${host}/${repository}/api:dev`);
    expect(ran.stdout).toBe('a\nb\napi\n');
  });

  it('builds many as one run, each with its key, and runs a task in what it pushed', async () => {
    await checkout(['api', 'web', 'job']);
    const builder = await fresh();
    const { exitCode, json, stderr } = await build(['api', 'web', 'job', '--builder', builder], on());
    expect({ exitCode, ok: json.map(({ ok }) => ok) }).toEqual({ exitCode: 0, ok: [true, true, true] });
    expect(stderr).not.toMatch(/no key is left/);
    const again = await build(['api', 'web', 'job', '--builder', builder], on());
    expect(again.json.map(({ receipt }) => receipt?.status)).toEqual(['skipped', 'skipped', 'skipped']);
    const command = ['run', 'api', '--stage', 'builder', '--builder', builder, '--', 'cat', 'built.txt'];
    const task = await runCli(command, on());
    expect({ exitCode: task.exitCode, stdout: task.stdout }).toEqual({ exitCode: 0, stdout: 'a\nb\napi\n' });
  });

  it('is not believed about its platform where somebody named one', async () => {
    await checkout();
    // A key that another machine has left may be of another platform.
    await mustBuild('api', ['--builder', await fresh()], on());
    const { stderr, receipt } = await mustBuild(
      'api',
      ['--builder', await fresh('--platform', 'linux/amd64')],
      on(),
    );
    expect(receipt).toMatchObject({ status: 'built', pushed: true });
    expect(stderr).toMatch(
      /no key is left for this build: the builder is for a platform that it does not name/,
    );
  });

  it('is not asked where platforms are named', async () => {
    await checkout();
    const asked = ['api', '--platform', 'linux/amd64', '--builder'];
    await mustBuild(asked[0]!, [...asked.slice(1), await fresh()], on());
    const again = await build([...asked, 'not-there'], on());
    expect(again.json[0]?.receipt?.status).toBe('skipped');
  });

  it('that does not answer is an error with what to do', async () => {
    await checkout();
    const name = `remote-${++count}`;
    const builder = await remoteBuilder(name, client, client);
    await builder.stop();
    const { exitCode, json } = await build(['api', '--builder', name, '--no-skip'], on());
    expect(exitCode).toBe(1);
    expect(json[0]?.error).toMatchObject({
      code: 'NO_DAEMON',
      message: `the builder ${name} does not answer`,
      hint: expect.stringContaining('docker buildx inspect'),
    });
  });
});
