/** Engines elsewhere, by docker context and by DOCKER_HOST, and builders that were made of them. */
import { build, mustBuild, plan, runCli, type CliOptions } from './support/cli';
import { ownClient } from './support/client';
import { containerBuilder, pushBuilderImage } from './support/container-builder';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { exposeEngine } from './support/exposed';
import { mustRun } from './support/process';
import { twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('an engine elsewhere', () => {
  let host: string;
  let here: Agent;
  let far: Agent;
  let client: Readonly<Record<string, string>>;
  let workspace: Workspace;

  /** @param env undefined removes a variable */
  const on = (env: Readonly<Record<string, string | undefined>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...client, ...env },
  });
  const current = (context: string): CliOptions => on({ DOCKER_HOST: undefined, DOCKER_CONTEXT: context });
  const makeContext = (name: string, address: string): Promise<string> =>
    mustRun('docker', ['context', 'create', name, '--docker', `host=${address}`], {
      env: { ...process.env, ...client },
    });
  const ran = async (agent: Agent): Promise<string> =>
    (await agent.docker('run', '--rm', '--network=none', `${host}/far/api:dev`)).stdout;
  const has = async (agent: Agent): Promise<boolean> =>
    (await agent.image(`${host}/far/api:dev`)) !== undefined;

  beforeAll(async () => {
    ({ host } = await startRegistry('far'));
  });

  beforeEach(async () => {
    here = await freshAgent('here');
    far = await freshAgent('far');
    client = ownClient(here);
    await makeContext('far', far.env['DOCKER_HOST']!);
    workspace = await Workspace.make({
      defaults: { registry: `${host}/far`, skip: true },
      projects: { api: { root: 'api' } },
      files: twoStages('api'),
    });
  });

  it('that is the current context builds, holds the image and runs its tasks', async () => {
    expect(await plan('api', [], current('far'))).toMatchObject({
      engine: { builder: 'far', driver: 'docker', server: expect.stringMatching(/^\d/) },
      cache: { kind: 'registry' },
    });
    const { receipt, stderr } = await mustBuild('api', [], current('far'));
    expect(receipt).toMatchObject({ loaded: true });
    expect(stderr).not.toMatch(/no key is left/);
    expect([await has(here), await ran(far)]).toEqual([false, 'a\nb\none\n']);
    const task = await runCli(['run', 'api', '--stage', 'builder', '--', 'cat', 'built.txt'], current('far'));
    expect(task).toMatchObject({ exitCode: 0, stdout: 'a\nb\none\n' });
    const again = await build(['api', '--builder', 'far'], current('far'));
    expect(again.json[0]?.receipt?.status).toBe('skipped');
    // DOCKER_HOST goes before it.
    await mustBuild('api', [], on({ DOCKER_CONTEXT: 'far' }));
    expect(await ran(here)).toBe('a\nb\none\n');
  });

  it('that DOCKER_HOST names over TCP does, too', async () => {
    const { port } = await exposeEngine(far);
    const { receipt } = await mustBuild('api', [], on({ DOCKER_HOST: `tcp://127.0.0.1:${port}` }));
    expect(receipt).toMatchObject({ loaded: true });
    expect([await has(here), await ran(far)]).toEqual([false, 'a\nb\none\n']);
  });

  it('is no builder while it is not the current one, and says what to do', async () => {
    for (const verb of [
      ['plan', 'api'],
      ['build', 'api', '--no-skip'],
    ]) {
      const { exitCode, stdout, stderr } = await runCli([...verb, '--builder', 'far'], on());
      expect(exitCode).toBe(2);
      expect(stdout + stderr).toMatch(
        /NO_BUILDER: the builder far is a docker context, and not the current one/,
      );
      expect(stdout + stderr).toMatch(/Set DOCKER_CONTEXT=far, without DOCKER_HOST/);
    }
  });

  it('can have a builder made of it, whose images are loaded here', async () => {
    const image = await pushBuilderImage(host, far);
    const as = { ...here, env: client };
    const of = await freshAgent('far-box');
    await containerBuilder('far-box', { image, of, client: as, context: 'far', host: far });
    const { receipt } = await mustBuild('api', ['--builder', 'far-box'], on());
    expect(receipt).toMatchObject({ loaded: true });
    expect([await ran(here), await has(far)]).toEqual(['a\nb\none\n', false]);
  });

  it('that does not answer, or is not known, is an error with its reason', async () => {
    await makeContext('gone', 'unix:///nowhere/docker.sock');
    const gone = await build(['api', '--no-skip'], current('gone'));
    expect(gone.json[0]?.error).toMatchObject({
      code: 'NO_DAEMON',
      found: expect.stringContaining('unix:///nowhere/docker.sock'),
    });
    for (const builders of [false, true]) {
      if (builders)
        await containerBuilder('some', { image: 'none', of: far, client: { ...here, env: client } });
      const unknown = await build(['api', '--no-skip'], current('nobody'));
      expect(unknown.json[0]?.error).toMatchObject({
        code: 'NO_DAEMON',
        found: expect.stringContaining('"nobody"'),
      });
    }
  });
});
