import { dronePull, githubPull, githubPush, githubWorkflowRun, gitlabMergeRequest } from './support/ci';
import { mustBuild, plan, statuses } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { INSTALL, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('changes from forks', () => {
  const sha = '0123456789abcdef0123456789abcdef01234567';
  const fork = { number: 7, head: 'main', base: 'main', from: 'mallory/shop' };
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;

  const on = (env: Readonly<Record<string, string>>) => ({
    cwd: workspace.root,
    env: { ...agent.env, ...env },
  });

  beforeAll(async () => {
    ({ host } = await startRegistry('trust'));
    view = new RegistryView(host);
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme` },
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
    agent = await freshAgent('trust');
    await mustBuild('api', [], on(githubPush('main', sha)));
    agent = await freshAgent('trust');
  });

  it('read the default branch, and write and push nothing, even where push is asked for', async () => {
    const before = await view.snapshot('acme/api');
    workspace.write({ 'apps/api/src/main.txt': 'from a fork\n' });
    const { receipt, outcome, stderr } = await mustBuild('api', ['--push'], on(githubPull(fork, sha)));
    expect(receipt).toMatchObject({
      trust: 'untrusted',
      scope: 'pr-7',
      pushed: false,
      loaded: false,
      refs: [],
    });
    expect(statuses(outcome)[INSTALL]).not.toBe('executed');
    expect(receipt.caches.map(({ direction, ref, result }) => [direction, ref, result])).toEqual([
      ['from', `${host}/acme/api:cache-main`, 'used'],
    ]);
    expect(await view.snapshot('acme/api')).toEqual(before);
    expect(await view.repositories()).toEqual(['acme/api']);
    expect(stderr).toMatch(/fork/);
    expect(stderr).toMatch(/PUSH_REFUSED/);
  });

  it('write nothing through raw entries or another repository either', async () => {
    const cache = { to: [`type=registry,ref=${host}/acme/raw:x`], repository: `${host}/acme/other` };
    workspace.configure({ api: { root: 'apps/api', cache } }, { registry: `${host}/acme` });
    await mustBuild('api', [], on(githubPull(fork, sha)));
    expect(await view.repositories()).toEqual(['acme/api']);
  });

  it('can be loaded to be tested', async () => {
    const { receipt } = await mustBuild('api', ['--load'], on(githubPull(fork, sha)));
    expect(receipt).toMatchObject({ loaded: true, pushed: false, refs: [`${host}/acme/api:dev`] });
    expect(await agent.image(`${host}/acme/api:dev`)).toBeDefined();
  });

  it.each([
    ['a pull request of a fork', () => githubPull(fork, sha), 'untrusted'],
    ['a fork that was deleted', () => githubPull({ ...fork, from: null }, sha), 'untrusted'],
    [
      'a pull request of the same repository',
      () => githubPull({ ...fork, from: undefined }, sha),
      'internal',
    ],
    ['workflow_run after a fork', () => githubWorkflowRun('mallory/shop', sha), 'untrusted'],
    ['workflow_run of the same repository', () => githubWorkflowRun('acme/shop', sha), 'trusted'],
    ['a push to the default branch', () => githubPush('main', sha), 'trusted'],
    ['a push to another branch', () => githubPush('topic', sha), 'internal'],
    ['a merge request of a fork', () => gitlabMergeRequest('main', 'main', '666'), 'untrusted'],
    ['a pull request of a service that does not say', () => dronePull(3, 'main'), 'untrusted'],
    [
      'the same, vouched for',
      () => ({ ...dronePull(3, 'main'), NX_DOCKER_CACHE_TRUST: 'internal' }),
      'internal',
    ],
    [
      'a fork, vouched for in vain',
      () => ({ ...githubPull(fork, sha), NX_DOCKER_CACHE_TRUST: 'internal' }),
      'untrusted',
    ],
    [
      'a push that is lowered',
      () => ({ ...githubPush('main', sha), NX_DOCKER_CACHE_TRUST: 'untrusted' }),
      'untrusted',
    ],
    [
      'a pull request whose payload cannot be read',
      () => ({ ...githubPull(fork, sha), GITHUB_EVENT_PATH: '/does/not/exist' }),
      'untrusted',
    ],
    [
      'a pull_request_target whose payload cannot be read',
      () => ({
        ...githubPush('main', sha),
        GITHUB_EVENT_NAME: 'pull_request_target',
        GITHUB_EVENT_PATH: '/does/not/exist',
      }),
      'untrusted',
    ],
  ])('%s is judged', async (_, env, tier) => {
    const planned = await plan('api', [], on(env()));
    expect(planned.trust.tier).toBe(tier);
    expect(planned.output.push).toBe(tier !== 'untrusted');
    expect(planned.cache.to.length > 0).toBe(tier !== 'untrusted');
  });
});
