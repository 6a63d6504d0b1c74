import { githubPush } from './support/ci';
import { mustBuild, plan, runCli, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { oneStep, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

const SHA = '0123456789abcdef0123456789abcdef01234567';

describeWithEngine('names', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;
  const on = (env: Readonly<Record<string, string>> = { CI: 'true' }): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, ...env },
  });

  const PROJECTS = ['@acme/api', 'Größe', 'API_v2', 'my.app', 'under__score'];

  beforeAll(async () => {
    ({ host } = await startRegistry('names'));
    view = new RegistryView(host);
    agent = await freshAgent('names');
    workspace = await Workspace.make({
      defaults: { registry: `${host}/team`, tags: ['t'] },
      projects: Object.fromEntries(PROJECTS.map((name, index) => [name, { root: `p/${index}` }])),
      files: Object.assign({}, ...PROJECTS.map((_, index) => oneStep(`p/${index}`))) as Record<
        string,
        string
      >,
    });
  });

  it.each(PROJECTS)('%s gives an image that a registry takes, and a receipt', async (name) => {
    const { receipt } = await mustBuild(name, [], on());
    const path = receipt.image.slice(host.length + 1);
    expect(path).toMatch(/^team\/[a-z0-9]+([._/-]+[a-z0-9]+)*$/);
    expect((await view.manifest(path, 't'))?.digest).toBe(receipt.digest);
  });

  it('scoped names keep their two levels', async () => {
    expect((await plan('@acme/api', [], on())).image).toBe(`${host}/team/acme/api`);
    expect(workspace.receipt('@acme/api').project).toBe('@acme/api');
  });

  it('that differ give images that differ', async () => {
    const planned = await Promise.all(PROJECTS.map((name) => plan(name, [], on())));
    expect(new Set(planned.map(({ image }) => image)).size).toBe(PROJECTS.length);
    expect(new Set(planned.map(({ receipt }) => receipt)).size).toBe(PROJECTS.length);
  });

  it.each(['../x', 'a b', '$(touch owned)', '`id`', 'a;b', '-rf', 'a/../b', '/etc', 'a\\b', 'a\nb', 'a"b'])(
    'refuses a project called %j, and does nothing',
    async (name) => {
      workspace.configure({ [name]: { root: 'p/0' } }, { registry: `${host}/team` });
      const before = await view.repositories();
      // A name that looks like a flag is one, unless it is said that flags are over.
      const { exitCode, stdout } = await runCli(['build', '--json', '--', name], on());
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject([
        { ok: false, error: { code: 'INVALID_PROJECT_NAME', found: JSON.stringify(name) } },
      ]);
      expect(await workspace.git('status', '--porcelain', '--', ':!nx-docker-cache.json')).toBe('');
      expect(await view.repositories()).toEqual(before);
    },
  );

  describe('of branches', () => {
    const LONG = `feature/${'sehr-lang-'.repeat(22)}ende`;

    beforeAll(() => {
      workspace.write(twoStages('p/branches'));
      workspace.configure({ branches: { root: 'p/branches' } }, { registry: `${host}/team` });
    });

    it.each([
      LONG,
      'ünïcode/🚀',
      'a--b',
      'UPPER',
      'dependabot/npm_and_yarn/@types/node-20.1.0',
      'quote\'and"more',
      'semi;colon&amp',
      '.hidden',
      'trailing.',
    ])('%s gives tags that a registry takes', async (branch) => {
      const args = ['--target', 'builder', '--platform', 'linux/amd64', '--tag', '{branch}'];
      const { receipt } = await mustBuild('branches', args, on(githubPush(branch, SHA)));
      const written = receipt.caches.find(({ direction }) => direction === 'to');
      expect(written).toMatchObject({ result: 'written' });
      const tag = written?.ref.split(':').at(-1) ?? '';
      expect(tag).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/);
      expect(await view.manifest('team/branches', tag)).toBeDefined();
    });

    it('of any length leave room for any stage', async () => {
      const stage = `${'stage-with-a-long-name-'.repeat(4)}x`;
      workspace.write({ 'p/branches/Dockerfile': `FROM busybox AS ${stage}\nFROM busybox\n` });
      const planned = await plan('branches', ['--target', stage], on(githubPush(LONG, SHA)));
      const tag = planned.cache.to[0]?.ref.split(':').at(-1) ?? '';
      expect(tag.length).toBeLessThanOrEqual(128);
      const other = await plan('branches', [], on(githubPush(LONG, SHA)));
      expect(other.cache.to[0]?.ref).not.toBe(planned.cache.to[0]?.ref);
    });

    it('that share their first hundred characters are two scopes', async () => {
      const [one, two] = await Promise.all(
        [`${LONG}1`, `${LONG}2`].map((branch) => plan('branches', [], on(githubPush(branch, SHA)))),
      );
      expect(one?.scope.name).not.toBe(two?.scope.name);
    });
  });
});
