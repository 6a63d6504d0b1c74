/** A pool of builders in Kubernetes: what buildx asks of the cluster, and what several pods mean for a build. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanup } from './support/cleanup';
import { build, mustBuild, plan, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { exposeBuildKit } from './support/exposed';
import { configOf, kubernetesApi, type KubernetesApi } from './support/kubernetes-api';
import { mustRun } from './support/process';
import { RegistryView } from './support/registry';
import { twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('a pool of builders in Kubernetes', () => {
  let host: string;
  let view: RegistryView;
  let client: Agent;
  let count = 0;
  let workspace: Workspace;
  let repository: string;

  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...client.env, CI: 'true', ...env },
  });
  const create = async (kubeconfig: string, replicas: number): Promise<string> => {
    const name = `pool-${++count}`;
    const words = ['buildx', 'create', '--name', name, '--driver', 'kubernetes'];
    const options = ['--driver-opt', `namespace=buildkit,replicas=${replicas},loadbalance=random`];
    const env = { ...process.env, ...client.env, KUBECONFIG: kubeconfig };
    await mustRun('docker', [...words, ...options], { env });
    return name;
  };
  const pool = async (replicas: number): Promise<{ name: string; api: KubernetesApi }> => {
    const agents = Array.from({ length: replicas }, (_, index) => freshAgent(`pod-${index}`));
    const api = await kubernetesApi(
      'buildkit',
      await Promise.all((await Promise.all(agents)).map(exposeBuildKit)),
    );
    return { name: await create(api.kubeconfig, replicas), api };
  };
  const keys = async (): Promise<string[]> =>
    (await view.tags(`${repository}/api`)).filter((tag) => tag.startsWith('key-t-'));

  beforeAll(async () => {
    ({ host } = await startRegistry('pool'));
    view = new RegistryView(host);
    client = await freshAgent('pool-client');
  });

  beforeEach(async () => {
    repository = `pool${count}`;
    workspace = await Workspace.make({
      defaults: { registry: `${host}/${repository}`, skip: true },
      projects: { api: { root: 'apps/api' }, web: { root: 'apps/web' } },
      files: { ...twoStages('apps/api', 'api'), ...twoStages('apps/web', 'web') },
    });
  });

  it('of one pod is started by the build, which pushes and leaves a cache and a key', async () => {
    const { name, api } = await pool(1);
    expect(await plan('api', ['--builder', name], on())).toMatchObject({
      engine: { builder: name, driver: 'kubernetes' },
      cache: { kind: 'registry' },
    });
    const { receipt, stderr } = await mustBuild('api', ['--builder', name], on());
    expect(receipt).toMatchObject({ pushed: true, steps: { executed: 6 } });
    expect(stderr).not.toMatch(/no key is left/);
    expect(await keys()).toHaveLength(1);
    const both = await build(['api', 'web', '--builder', name], on());
    expect(both.json.map(({ receipt: one }) => one?.status)).toEqual(['skipped', 'built']);
    // The role in docs/guides/builders.md has to allow this, and need not allow more.
    expect([...api.asked].sort()).toEqual([
      'create deployments',
      'create pods/exec',
      'get deployments',
      'list pods',
    ]);
  });

  it('of several pods leaves a key where the platform is named', async () => {
    const { name, api } = await pool(2);
    const { stderr, receipt } = await mustBuild('api', ['--builder', name], on());
    expect(receipt.pushed).toBe(true);
    expect(stderr).toMatch(/no key is left .*: the builder is for a platform that it does not name/);
    expect(await keys()).toEqual([]);
    const named = await mustBuild('api', ['--builder', name, '--platform', 'linux/amd64'], on());
    expect(named.stderr).not.toMatch(/no key is left/);
    const again = await build(['api', '--builder', name, '--platform', 'linux/amd64'], on());
    expect(again.json[0]?.receipt?.status).toBe('skipped');
    expect(api.used.length).toBeGreaterThan(0);
  });

  it('that cannot be reached, or whose configuration is gone, is an error with the reason', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'e2e-kube-'));
    onCleanup(() => rmSync(folder, { recursive: true, force: true }));
    const kubeconfig = join(folder, 'config');
    writeFileSync(kubeconfig, configOf('http://127.0.0.1:1'));
    const name = await create(kubeconfig, 1);
    const gone = { code: 'NO_DAEMON', message: `the builder ${name} does not answer` };
    for (const projects of [['api'], ['api', 'web']]) {
      const { json } = await build([...projects, '--builder', name], on());
      const expected = {
        ...gone,
        found: expect.stringContaining('127.0.0.1:1: connect: connection refused'),
      };
      expect(json).toHaveLength(projects.length);
      for (const { error } of json) expect(error).toMatchObject(expected);
    }
    rmSync(kubeconfig);
    for (const projects of [['api'], ['api', 'web']]) {
      const { json } = await build([...projects, '--builder', name], on());
      const expected = { ...gone, found: expect.stringMatching(/no such file or directory/) };
      expect(json).toHaveLength(projects.length);
      for (const { error } of json) expect(error).toMatchObject(expected);
    }
  });
});
