import { mustBuild, statuses } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { ASSEMBLE, COMPILE, INSTALL, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('layers that any agent built', () => {
  const ci = { CI: 'true' };
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let first: Agent;

  beforeAll(async () => {
    ({ host } = await startRegistry('reuse'));
    view = new RegistryView(host);
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme` },
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
    first = await freshAgent('reuse-a');
  });

  it('are executed by the first build ever, which finds no cache and no fault', async () => {
    const { receipt, outcome, stderr } = await mustBuild('api', [], {
      cwd: workspace.root,
      env: { ...first.env, ...ci },
    });
    expect(statuses(outcome)).toMatchObject({
      [INSTALL]: 'executed',
      [COMPILE]: 'executed',
      [ASSEMBLE]: 'executed',
    });
    expect(outcome).toMatchObject({ retried: false, warnings: [] });
    const ref = `${host}/acme/api:cache-main`;
    expect(receipt.caches.map(({ direction, ref, result }) => [direction, ref, result])).toEqual([
      ['from', ref, 'missing'],
      ['to', ref, 'written'],
    ]);
    expect(stderr).not.toMatch(/error|warning/i);
    expect(receipt).toMatchObject({ pushed: true, loaded: false, scope: 'main', trust: 'trusted' });
    const commit = await workspace.git('rev-parse', 'HEAD');
    expect(await view.snapshot('acme/api')).toMatchObject({
      [commit.slice(0, 7)]: receipt.digest,
      'cache-main': expect.stringMatching(/^sha256:/),
    });
  });

  it('are not executed on an agent that has nothing, and not moved where nothing is loaded', async () => {
    const before = workspace.receipt('api');
    const agent = await freshAgent('reuse-b');
    const { receipt, outcome } = await mustBuild('api', [], {
      cwd: workspace.root,
      env: { ...agent.env, ...ci },
    });
    expect(receipt.steps.executed).toBe(0);
    expect(outcome.steps.reduce((sum, step) => sum + step.bytesFetched, 0)).toBe(0);
    expect(receipt.digest).toBe(before.digest);
    expect(receipt.caches).toContainEqual(
      expect.objectContaining({ direction: 'from', ref: `${host}/acme/api:cache-main`, result: 'used' }),
    );
  });

  it('are fetched, and not executed, where the image is loaded', async () => {
    const agent = await freshAgent('reuse-b');
    const { receipt, outcome } = await mustBuild('api', ['--load'], {
      cwd: workspace.root,
      env: { ...agent.env, ...ci },
    });
    expect(receipt.steps.executed).toBe(0);
    expect(receipt).toMatchObject({ pushed: false, loaded: true });
    expect(Object.values(statuses(outcome))).not.toContain('executed');
    const ran = await agent.docker('run', '--rm', '--network=none', `${host}/acme/api:dev`);
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'a\nb\none\n' });
  });

  it('stand up to a change of the source: only what comes after it is executed', async () => {
    workspace.write({ 'apps/api/src/main.txt': 'two\n' });
    const commit = await workspace.commit();
    const agent = await freshAgent('reuse-b');
    const { receipt, outcome } = await mustBuild('api', [], {
      cwd: workspace.root,
      env: { ...agent.env, ...ci },
    });
    const byStep = statuses(outcome);
    expect(byStep).toMatchObject({
      'builder: COPY src src': 'executed',
      [COMPILE]: 'executed',
      [ASSEMBLE]: 'executed',
    });
    expect(['fetched', 'cached']).toContain(byStep[INSTALL]);
    expect(receipt.steps.executed).toBe(3);
    const layer = (await view.manifest('acme/api', commit.slice(0, 7)))?.layers.at(-1);
    expect(layer?.digest).toMatch(/^sha256:/);
  });

  it('are used once more by the next agent, changed ones included', async () => {
    const agent = await freshAgent('reuse-b');
    const { receipt } = await mustBuild('api', [], { cwd: workspace.root, env: { ...agent.env, ...ci } });
    expect(receipt.steps.executed).toBe(0);
  });

  it('are executed again with --no-cache, and written for the next build', async () => {
    const before = await view.manifest('acme/api', 'cache-main');
    const { outcome, receipt } = await mustBuild('api', ['--no-cache'], {
      cwd: workspace.root,
      env: { ...first.env, ...ci },
    });
    expect(statuses(outcome)).toMatchObject({ [INSTALL]: 'executed', [COMPILE]: 'executed' });
    expect(receipt.caches).toContainEqual(expect.objectContaining({ direction: 'to', result: 'written' }));
    expect((await view.manifest('acme/api', 'cache-main'))?.digest).not.toBe(before?.digest);
  });
});
