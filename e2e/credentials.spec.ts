import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanup } from './support/cleanup';
import { build, mustBuild, runCli, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { twoStages } from './support/samples';
import { Workspace } from './support/workspace';

const LOGIN = 'robot:pa$$word-1';

describeWithEngine('a registry that asks for a login', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;

  /** A client configuration like the agent's, with logins in it. */
  const dockerConfig = (auths: Record<string, unknown>): Record<string, string> => {
    const folder = mkdtempSync(join(tmpdir(), 'e2e-docker-config-'));
    onCleanup(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(agent.env['DOCKER_CONFIG'] ?? '', 'config.json');
    const own = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...own, auths }));
    return { ...agent.env, DOCKER_CONFIG: folder, CI: 'true' };
  };
  const auth = (login: string): unknown => ({ auth: Buffer.from(login).toString('base64') });
  const on = (env: Readonly<Record<string, string>>): CliOptions => ({ cwd: workspace.root, env });

  beforeAll(async () => {
    ({ host } = await startRegistry('login', { htpasswd: LOGIN }));
    view = new RegistryView(host, LOGIN);
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme` },
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
    agent = await freshAgent('login');
  });

  it('is written to and read with the login of DOCKER_CONFIG', async () => {
    const env = dockerConfig({ [host]: auth(LOGIN) });
    const first = await mustBuild('api', [], on(env));
    expect(await view.tags('acme/api')).toContain('cache-main');
    expect(first.stderr).not.toMatch(/not verified/);
    agent = await freshAgent('login');
    const second = await mustBuild('api', [], on(dockerConfig({ [host]: auth(LOGIN) })));
    expect(second.receipt.steps.executed).toBe(0);
    expect(second.receipt.caches.map(({ result }) => result)).toEqual(['used', 'written']);
  });

  it.each([
    ['without a login', () => ({})],
    ['with a wrong one', () => ({ [host]: auth('robot:wrong') })],
  ])('loses cache and push %s, and says how to log in', async (_, auths) => {
    agent = await freshAgent('login');
    const env = dockerConfig(auths());
    const loaded = await mustBuild('api', ['--load', '--no-push'], on(env));
    expect(loaded.receipt.caches.map(({ result }) => result)).toEqual(['lost', 'lost']);
    const pushed = await build(['api'], on(env));
    expect(pushed.exitCode).toBe(1);
    expect(pushed.json[0]?.error).toMatchObject({
      code: 'PUSH_FAILED',
      hint: expect.stringContaining('docker login'),
    });
    expect(pushed.stderr + pushed.stdout).not.toContain('wrong');
  });

  it('shows the login nowhere', async () => {
    const { stdout, stderr } = await runCli(
      ['build', 'api', '--progress', 'plain', '--json'],
      on(dockerConfig({ [host]: auth(LOGIN) })),
    );
    const secrets = [LOGIN, LOGIN.split(':')[1] ?? '', Buffer.from(LOGIN).toString('base64')];
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  });
});

describeWithEngine('a registry behind TLS of its own authority', () => {
  it('is verified with NODE_EXTRA_CA_CERTS, and is no error without', async () => {
    const { host, caCert = '' } = await startRegistry('tls', { tls: true });
    const agent = await freshAgent('tls');
    const workspace = await Workspace.make({
      defaults: { registry: `${host}/acme` },
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
    // The engine takes any certificate of a loopback address; our own client does not.
    const trusting = { ...agent.env, CI: 'true', NODE_EXTRA_CA_CERTS: caCert };
    const first = await mustBuild('api', [], { cwd: workspace.root, env: trusting });
    expect(first.stderr).not.toMatch(/not verified/);
    const again = await freshAgent('tls');
    const second = await mustBuild('api', [], { cwd: workspace.root, env: { ...again.env, CI: 'true' } });
    expect(second.receipt.steps.executed).toBe(0);
    expect(second.stderr).toMatch(/not verified/);
  });
});
