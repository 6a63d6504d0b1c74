import { build, mustBuild, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { EVERYTHING, FaultyRegistry, IMAGE_PUT, UPLOADS, type Rule } from './support/proxy';
import { twoStages } from './support/samples';
import { Workspace } from './support/workspace';

/** What was lost, as the receipt tells it. */
const lost = (caches: readonly { direction: string; result: string }[]): string[] =>
  caches.filter(({ result }) => result === 'lost').map(({ direction }) => direction);

describeWithEngine('a push to a registry that breaks', () => {
  let proxy: FaultyRegistry;
  let workspace: Workspace;
  let agent: Agent;

  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, CI: 'true', ...env },
  });

  beforeAll(async () => {
    const { host } = await startRegistry('faults-push');
    proxy = await FaultyRegistry.start(host);
    workspace = await Workspace.make({
      defaults: { registry: `${proxy.host}/acme` },
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
    agent = await freshAgent('faults-push');
    await mustBuild('api', [], on());
  });

  beforeEach(async () => {
    proxy.break();
    agent = await freshAgent('faults-push');
  });

  describe('fails, with the cause', () => {
    const pushes: [string, Rule][] = [
      ['manifests are refused', { match: IMAGE_PUT, fault: { status: 403 } }],
      ['manifests meet 500', { match: IMAGE_PUT, fault: { status: 500 } }],
      ['uploads are refused', { match: UPLOADS, fault: { status: 403 } }],
      ['everything is torn down', { match: EVERYTHING, fault: { reset: true } }],
    ];

    it.each(pushes)('when %s', async (name, rule) => {
      workspace.write({ 'apps/api/src/main.txt': `${name}\n` });
      proxy.break(rule);
      const { exitCode, json } = await build(['api'], on());
      expect(exitCode).toBe(1);
      expect(json[0]?.error).toMatchObject({
        code: 'PUSH_FAILED',
        found: expect.stringMatching(/on purpose|503|reset|EOF/),
        hint: expect.stringMatching(/\S/),
      });
      expect(json[0]?.receipt).toBeUndefined();
    });
  });

  it('is not tried where the image is only loaded, and the build is done', async () => {
    proxy.break({ match: EVERYTHING, fault: { reset: true } });
    const { receipt } = await mustBuild('api', ['--load', '--no-push'], on());
    expect(receipt).toMatchObject({ loaded: true, pushed: false });
    expect(lost(receipt.caches).sort()).toEqual(['from', 'to']);
  });

  it('that is down fails, and a build without it does not', async () => {
    const down = `${proxy.host.split(':')[0]}:1/acme`;
    const loaded = await mustBuild('api', ['--registry', down, '--load', '--no-push'], on());
    expect(loaded.receipt.loaded).toBe(true);
    expect(lost(loaded.receipt.caches).sort()).toEqual(['from', 'to']);
    const pushed = await build(['api', '--registry', down], on());
    expect(pushed.exitCode).toBe(1);
    expect(pushed.json[0]?.error?.code).toBe('PUSH_FAILED');
    expect(pushed.json[0]?.error?.found).toMatch(/refused/);
  });
});
