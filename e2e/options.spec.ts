import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onCleanup } from './support/cleanup';
import { mustBuild, plan, statuses, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const VALUE = 'hunter2-never-to-be-seen';

describeWithEngine('options of a build', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;

  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, CI: 'true', ...env },
  });
  /** Builds one Dockerfile with these options and reads a file of the image. */
  const show = async (dockerfile: string, options: Record<string, unknown>, env = {}): Promise<string> => {
    workspace.write({ 'app/Dockerfile': dockerfile });
    workspace.configure({ app: { root: 'app', ...options } });
    await mustBuild('app', ['--load', '--no-push'], on(env));
    return (await agent.docker('run', '--rm', '--network=none', 'app:dev', 'cat', '/out')).stdout;
  };

  beforeAll(async () => {
    ({ host } = await startRegistry('options'));
    view = new RegistryView(host);
    agent = await freshAgent('options');
    workspace = await Workspace.make({ projects: {}, files: { 'app/.keep': '', 'secret.txt': VALUE } });
  });

  it('build args are evaluated at run time, and unused ones named', async () => {
    const dockerfile = 'FROM busybox\nARG A\nARG B=default\nRUN echo "$A $B" > /out\n';
    expect(await show(dockerfile, { buildArgs: { A: 'x {projectName}', UNUSED: 1 } })).toBe(
      'x app default\n',
    );
    const { warnings } = await plan('app', [], on());
    expect(warnings.map(({ code }) => code)).toContain('UNUSED_BUILD_ARG');
  });

  it('labels, with templates', async () => {
    workspace.configure({
      app: {
        root: 'app',
        registry: host,
        labels: { 'org.opencontainers.image.revision': '{sha}', a: '1,2' },
      },
    });
    const { receipt } = await mustBuild('app', ['--tag', 'labels'], on());
    const { config } = await view.config('app', 'labels');
    expect(config?.Labels).toMatchObject({ a: '1,2', 'org.opencontainers.image.revision': receipt.commit });
  });

  it('annotations stand in the manifest', async () => {
    workspace.configure({ app: { root: 'app', registry: host, annotations: { 'com.example.a': 'b' } } });
    await mustBuild('app', ['--tag', 'annotations'], on());
    const manifest = await view.manifest('app', 'annotations');
    expect(JSON.parse(manifest?.body ?? '{}')).toMatchObject({ annotations: { 'com.example.a': 'b' } });
  });

  it('a platform', async () => {
    workspace.configure({ app: { root: 'app', registry: host, platforms: ['linux/amd64'] } });
    const { receipt } = await mustBuild('app', ['--tag', 'platform'], on());
    expect(receipt.platforms).toEqual(['linux/amd64']);
    expect(await view.config('app', 'platform')).toMatchObject({ os: 'linux', architecture: 'amd64' });
  });

  it('provenance and sbom are off unless they are asked for', async () => {
    workspace.configure({ app: { root: 'app', registry: host } });
    await mustBuild('app', ['--tag', 'plain'], on());
    expect((await view.manifest('app', 'plain'))?.mediaType).toMatch(/manifest\.v\d\+json/);
    workspace.configure({ app: { root: 'app', registry: host, provenance: 'mode=min' } });
    await mustBuild('app', ['--tag', 'proven'], on());
    expect((await view.manifest('app', 'proven'))?.mediaType).toMatch(/index|list/);
  });

  it('hosts, size of /dev/shm, ulimits and the network', async () => {
    const dockerfile =
      'FROM busybox\nRUN { grep -w db /etc/hosts; df /dev/shm | tail -1 | tr -s " " | cut -d" " -f2; ulimit -n; } > /out\n';
    const out = await show(dockerfile, {
      addHosts: ['db:10.1.2.3'],
      shmSize: '32m',
      ulimits: ['nofile=777:777'],
    });
    expect(out.split('\n')).toEqual([expect.stringMatching(/10\.1\.2\.3\s+db/), '32768', '777', '']);
    const own = 'FROM busybox\nRUN ls /sys/class/net | tr "\\n" " " > /out\n';
    expect(await show(own, { network: 'none' })).toBe('lo ');
    const namespace = 'FROM busybox\nRUN readlink /proc/self/ns/net > /out\n';
    const host = await show(namespace, { network: 'host' });
    expect(host).toMatch(/^net:/);
    expect(await show(namespace, { noCache: true })).not.toBe(host);
  });

  it('compression', async () => {
    // A step that no test before has pushed: layers that exist keep the compression that they have.
    workspace.write({ 'app/Dockerfile': 'FROM busybox\nRUN echo zstd > /zstd\n' });
    workspace.configure({ app: { root: 'app', registry: host, cache: { compression: 'zstd' } } });
    await mustBuild('app', ['--tag', 'zstd'], on());
    expect((await view.manifest('app', 'zstd'))?.body).toContain('tar+zstd');
    expect((await view.manifest('app', 'cache-main'))?.body).toContain('tar+zstd');
  });

  it('noCacheFilter executes the stages that it names and no other', async () => {
    workspace.write({
      'app/Dockerfile':
        'FROM busybox AS one\nRUN echo 1 > /1\nFROM busybox AS two\nRUN echo 2 > /2\nFROM busybox\nCOPY --from=one /1 /\nCOPY --from=two /2 /\n',
    });
    workspace.configure({ app: { root: 'app' } });
    await mustBuild('app', [], on());
    workspace.configure({ app: { root: 'app', noCacheFilter: 'two' } });
    const byStep = statuses((await mustBuild('app', [], on())).outcome);
    expect(byStep).toMatchObject({ 'one: RUN echo 1 > /1': 'cached', 'two: RUN echo 2 > /2': 'executed' });
  });

  it('pull looks for base images again, and still hits', async () => {
    const { receipt } = await mustBuild('app', ['--pull'], on());
    expect(receipt.baseImages).toEqual([
      { name: expect.stringContaining('busybox'), digest: expect.stringMatching(/^sha256:/) },
    ]);
  });

  describe('secrets', () => {
    const dockerfile = [
      'FROM busybox',
      'RUN --mount=type=secret,id=token --mount=type=secret,id=file \\',
      '  sha256sum /run/secrets/token /run/secrets/file | cut -c1-64 > /out',
      '',
    ].join('\n');
    const secrets = ['id=token,env=MY_TOKEN', { id: 'file', src: 'secret.txt' }];

    it('reach the step that mounts them', async () => {
      const out = (await show(dockerfile, { secrets }, { MY_TOKEN: VALUE })).trim().split('\n');
      expect(out[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(out[1]).toBe(out[0]);
    });

    it('and nothing else: no output, plan, receipt or image', async () => {
      workspace.configure({ app: { root: 'app', registry: host, secrets } });
      const env = on({ MY_TOKEN: VALUE });
      const planned = JSON.stringify(await plan('app', [], env));
      const { stdout, stderr } = await mustBuild(
        'app',
        ['--progress', 'plain', '--no-cache', '--tag', 's'],
        env,
      );
      const image = JSON.stringify([await view.config('app', 's'), await view.manifest('app', 's')]);
      const receipt = JSON.stringify(workspace.receipt('app'));
      for (const text of [planned, stdout, stderr, image, receipt]) expect(text).not.toContain(VALUE);
      expect(planned).toContain('MY_TOKEN');
      const cache = await view.manifest('app', 'cache-main');
      expect((await view.blob('app', cache?.config ?? '')).toString()).not.toContain(VALUE);
    });

    it('that fail a step do not stand in its error', async () => {
      workspace.write({
        'app/Dockerfile':
          'FROM busybox\nRUN --mount=type=secret,id=token test -s /run/secrets/token && exit 9\n',
      });
      workspace.configure({ app: { root: 'app', secrets: ['id=token,env=MY_TOKEN'] } });
      const failed = await mustBuild('app', [], on({ MY_TOKEN: VALUE })).catch((error: unknown) =>
        String(error),
      );
      expect(failed).toMatch(/exit code: 9/);
      expect(failed).not.toContain(VALUE);
    });
  });

  describe('ssh', () => {
    const dockerfile = `FROM busybox
RUN --mount=type=ssh,required test -S "$SSH_AUTH_SOCK" && echo there > /out
`;
    let socket: string;

    beforeAll(async () => {
      // What listens is an agent to buildx, which only hands the connection on.
      socket = join(mkdtempSync(join(tmpdir(), 'e2e-ssh-')), 'agent.sock');
      const server = createServer((connection) => connection.end());
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      onCleanup(async () => {
        await new Promise((resolve) => server.close(resolve));
        rmSync(dirname(socket), { recursive: true, force: true });
      });
    });

    it("hands the user's agent to the step that mounts it", async () => {
      expect(await show(dockerfile, { ssh: 'default' }, { SSH_AUTH_SOCK: socket })).toBe('there\n');
    });

    it('is handed to nobody unasked', async () => {
      await expect(
        show(dockerfile.replace('echo there', 'echo unasked'), {}, { SSH_AUTH_SOCK: socket }),
      ).rejects.toThrow(/BUILD_FAILED|ssh/);
    });
  });
});
