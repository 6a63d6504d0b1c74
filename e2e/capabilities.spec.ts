import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onCleanup } from './support/cleanup';
import { build, mustBuild, plan, runCli, statuses, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { INSTALL, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

const SYSTEM_PLUGINS = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map((folder) =>
  join(folder, 'docker/cli-plugins/docker-buildx'),
);

describeWithEngine('engines that can do less', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  const ci = { CI: 'true' };
  const on = (env: Readonly<Record<string, string | undefined>>): CliOptions => ({
    cwd: workspace.root,
    env,
  });

  beforeAll(async () => {
    ({ host } = await startRegistry('capabilities'));
    view = new RegistryView(host);
  });

  beforeEach(async () => {
    workspace = await Workspace.make({
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
  });

  describe('without the containerd image store', () => {
    const lesser = (): Promise<Agent> => freshAgent('lesser', { containerdStore: false });

    it('cache inline, with a warning that says how to get more', async () => {
      const registry = ['--registry', `${host}/lesser`];
      const first = await lesser();
      const planned = await plan('api', registry, on({ ...first.env, ...ci }));
      expect(planned).toMatchObject({ cache: { kind: 'inline' } });
      expect(planned.warnings).toContainEqual(
        expect.objectContaining({
          code: 'CACHE_EXPORTER',
          hint: expect.stringContaining('containerd-snapshotter'),
        }),
      );
      const { receipt, stderr } = await mustBuild('api', registry, on({ ...first.env, ...ci }));
      expect(stderr).toContain('CACHE_EXPORTER');
      expect(receipt.caches).toContainEqual(
        expect.objectContaining({ direction: 'to', ref: `${host}/lesser/api:cache-main`, result: 'written' }),
      );
      expect((await view.manifest('lesser/api', 'cache-main'))?.digest).toBe(receipt.digest);
      const second = await mustBuild('api', registry, on({ ...(await lesser()).env, ...ci }));
      expect(second.receipt.steps.executed).toBe(0);
    });

    it('read what a better engine wrote, and load an image that runs', async () => {
      const registry = ['--registry', `${host}/shared`];
      const better = await freshAgent('better');
      await mustBuild('api', registry, on({ ...better.env, ...ci }));
      const agent = await lesser();
      const from = ['--load', ...registry];
      workspace.configure({ api: { root: 'apps/api', cache: { from: `${host}/shared/api:cache-main` } } });
      const { outcome } = await mustBuild('api', from, on(agent.env));
      expect(statuses(outcome)[INSTALL]).not.toBe('executed');
      const ran = await agent.docker('run', '--rm', '--network=none', `${host}/shared/api:dev`);
      expect(ran.stdout).toBe('a\nb\none\n');
    });

    it('do without any cache where there is no registry', async () => {
      const agent = await lesser();
      const { receipt, stderr } = await mustBuild('api', [], on(agent.env));
      expect(receipt).toMatchObject({ loaded: true, caches: [] });
      expect(stderr).toContain('CACHE_EXPORTER');
      const again = await mustBuild('api', [], on(agent.env));
      expect(again.receipt.steps.executed).toBe(0);
    });
  });

  it('cannot export to a bucket: said, and built all the same', async () => {
    const agent = await freshAgent('better');
    const { receipt, stderr } = await mustBuild('api', ['--cache', 's3'], on(agent.env));
    expect(receipt.loaded).toBe(true);
    expect(stderr).toContain('CACHE_EXPORTER');
  });

  describe('or are not there', () => {
    let agent: Agent;
    let empty: string;

    beforeAll(async () => {
      agent = await freshAgent('better');
      empty = mkdtempSync(join(tmpdir(), 'e2e-empty-'));
      onCleanup(() => rmSync(empty, { recursive: true, force: true }));
      mkdirSync(join(empty, 'bin'));
      symlinkSync(which('git'), join(empty, 'bin/git'));
      mkdirSync(join(empty, 'docker-bin'));
      symlinkSync(which('git'), join(empty, 'docker-bin/git'));
      symlinkSync(which('docker', agent.env['PATH']), join(empty, 'docker-bin/docker'));
      mkdirSync(join(empty, 'config'));
    });

    const cases: [string, string, number, () => Record<string, string | undefined>][] = [
      [
        'an engine that does not answer',
        'NO_DAEMON',
        1,
        () => ({ DOCKER_HOST: `unix://${empty}/none.sock` }),
      ],
      ['a host that refuses', 'NO_DAEMON', 1, () => ({ DOCKER_HOST: 'tcp://127.0.0.1:1' })],
      [
        'no docker at all',
        'NO_DOCKER',
        1,
        () => ({ PATH: join(empty, 'bin'), DOCKER_CONFIG: join(empty, 'config') }),
      ],
      ['the classic builder', 'CLASSIC_BUILDER', 2, () => ({ DOCKER_BUILDKIT: '0' })],
      ['a builder that does not exist', 'NO_BUILDER', 2, () => ({ BUILDX_BUILDER: 'nobody' })],
    ];
    const withoutSystemPlugin = SYSTEM_PLUGINS.some(existsSync) ? it.skip : it;

    const expectRefusal = async (
      code: string,
      exitCode: number,
      env: Record<string, string | undefined>,
    ): Promise<void> => {
      const options = on({ ...agent.env, ...env });
      const built = await build(['api'], options);
      expect(built.json[0]?.error).toMatchObject({ code, hint: expect.stringMatching(/\S/) });
      expect(built.exitCode).toBe(exitCode);
      const planned = await runCli(['plan', 'api'], options);
      expect(planned.stderr).toMatch(new RegExp(`^${code}: `));
      expect(planned.exitCode).toBe(exitCode);
    };

    it.each(cases)('%s: %s', (_, code, exitCode, env) => expectRefusal(code, exitCode, env()));

    withoutSystemPlugin('docker without buildx: NO_BUILDX', () =>
      expectRefusal('NO_BUILDX', 1, {
        PATH: join(empty, 'docker-bin'),
        DOCKER_CONFIG: join(empty, 'config'),
      }),
    );

    it('a builder by option', async () => {
      const { json, exitCode } = await build(['api', '--builder', 'nobody'], on(agent.env));
      expect(exitCode).toBe(2);
      expect(json[0]?.error).toMatchObject({
        code: 'NO_BUILDER',
        expected: expect.stringContaining('default'),
      });
      const known = await mustBuild('api', ['--builder', 'default'], on(agent.env));
      expect(known.receipt.loaded).toBe(true);
    });
  });

  it('of an older generation build and hit', async () => {
    const registry = ['--registry', `${host}/older`];
    const env = async (): Promise<Record<string, string>> => ({
      ...(await freshAgent('older', { suite: 'trixie' })).env,
      ...ci,
    });
    const first = await mustBuild('api', registry, on(await env()));
    expect(first.receipt.pushed).toBe(true);
    const second = await mustBuild('api', registry, on(await env()));
    expect(second.receipt.steps.executed).toBe(0);
    expect(second.receipt.digest).toBe(first.receipt.digest);
    const loaded = await mustBuild('api', [...registry, '--load'], on(await env()));
    expect(loaded.receipt).toMatchObject({ loaded: true, steps: { executed: 0 } });
  });
});

function which(program: string, path = process.env['PATH'] ?? ''): string {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);
  if (found === undefined) throw new Error(`${program} is not in PATH`);
  return found;
}
