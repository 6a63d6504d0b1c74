import { mustBuild, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('builds at the same time', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agents: [Agent, Agent];

  const on = (agent: Agent, env: Readonly<Record<string, string>> = { CI: 'true' }): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, ...env },
  });

  beforeAll(async () => {
    ({ host } = await startRegistry('concurrency'));
    view = new RegistryView(host);
  });

  beforeEach(async () => {
    agents = [await freshAgent('concurrency-a'), await freshAgent('concurrency-b')];
    workspace = await Workspace.make({
      projects: { api: { root: 'apps/api' }, web: { root: 'apps/web' } },
      files: { ...twoStages('apps/api', 'api'), ...twoStages('apps/web', 'web') },
    });
  });

  describe.each([
    ['in a registry', (): Record<string, unknown> => ({ registry: `${host}/acme` }), ['--push', '--no-load']],
    ['in a folder', (): Record<string, unknown> => ({ cache: 'local' }), ['--load']],
  ])('with caches %s', (_, options, flags) => {
    beforeEach(() =>
      workspace.configure({ api: { root: 'apps/api' }, web: { root: 'apps/web' } }, options()),
    );

    /** What every one of them has to leave: nothing lost, and a cache that a fresh agent reads to the end. */
    const settle = async (projects: readonly string[]): Promise<void> => {
      const agent = await freshAgent('concurrency-c');
      for (const project of projects) {
        const { receipt } = await mustBuild(project, flags, on(agent));
        expect(receipt.steps.executed).toBe(0);
        expect(workspace.receipt(project).digest).toBe(receipt.digest);
      }
    };
    const unharmed = ({ receipt }: Awaited<ReturnType<typeof mustBuild>>): void => {
      expect(receipt.caches.map(({ result }) => result)).not.toContain('lost');
    };

    it('two projects do not disturb each other on one engine', async () => {
      const built = await Promise.all([
        mustBuild('api', flags, on(agents[0])),
        mustBuild('web', flags, on(agents[0])),
      ]);
      built.forEach(unharmed);
      expect(built[0].receipt.digest).not.toBe(built[1].receipt.digest);
      await settle(['api', 'web']);
    });

    it('one project does not disturb itself on one engine', async () => {
      const built = await Promise.all([1, 2, 3].map(() => mustBuild('api', flags, on(agents[0]))));
      built.forEach(unharmed);
      expect(built.flatMap(({ receipt }) => receipt.caches).map(({ result }) => result)).toContain('written');
      await settle(['api']);
    });

    it('one project does not disturb itself on two engines', async () => {
      const built = await Promise.all(agents.map((agent) => mustBuild('api', flags, on(agent))));
      built.forEach(unharmed);
      await settle(['api']);
    });
  });

  it('of two branches write two caches', async () => {
    workspace.configure({ api: { root: 'apps/api' } }, { registry: `${host}/branches` });
    const github = (branch: string): Record<string, string> => ({
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF: `refs/heads/${branch}`,
      GITHUB_SHA: '0'.repeat(40),
    });
    await Promise.all([
      mustBuild('api', [], on(agents[0], github('one'))),
      mustBuild('api', [], on(agents[1], github('two'))),
    ]);
    expect(await view.tags('branches/api')).toEqual(expect.arrayContaining(['cache-one', 'cache-two']));
  });
});
