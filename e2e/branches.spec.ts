import { githubPull, githubPush, gitlabMergeRequest } from './support/ci';
import { mustBuild, plan, statuses } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { COMPILE, INSTALL, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('cache refs of branches and pull requests', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;
  let sha: string;

  const image = 'acme/api';
  const ref = (scope: string): string => `${host}/${image}:cache-${scope}`;
  const on = (env: Readonly<Record<string, string>>) => ({
    cwd: workspace.root,
    env: { ...agent.env, ...env },
  });

  beforeAll(async () => {
    ({ host } = await startRegistry('branches'));
    view = new RegistryView(host);
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme` },
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
    agent = await freshAgent('branches');
    sha = await workspace.git('rev-parse', 'HEAD');
    await mustBuild('api', [], on(githubPush('main', sha)));
  });

  it("lets a feature branch on a fresh agent read main's cache, and write its own", async () => {
    await workspace.checkout('feature-login');
    workspace.write({ 'apps/api/src/main.txt': 'feature\n' });
    sha = await workspace.commit();
    agent = await freshAgent('branches');
    const { receipt, outcome } = await mustBuild('api', [], on(githubPush('feature-login', sha)));
    expect(receipt).toMatchObject({ scope: 'feature-login', trust: 'internal' });
    expect(statuses(outcome)[COMPILE]).toBe('executed');
    expect(statuses(outcome)[INSTALL]).not.toBe('executed');
    expect(receipt.caches.map(({ direction, ref, result }) => [direction, ref, result])).toEqual([
      ['from', ref('feature-login'), 'missing'],
      ['from', ref('main'), 'used'],
      ['to', ref('feature-login'), 'written'],
    ]);
  });

  it('lets its second build read its own first, and main beside it', async () => {
    // BuildKit now and then misses a step that two caches hold; a fresh agent settles that it can hit.
    let executed = Infinity;
    for (let round = 0; round < 3 && executed > 0; round++) {
      agent = await freshAgent('branches');
      const { receipt } = await mustBuild('api', [], on(githubPush('feature-login', sha)));
      executed = receipt.steps.executed;
      expect(receipt.caches.filter(({ result }) => result === 'used').map((cache) => cache.ref)).toEqual([
        ref('feature-login'),
        ref('main'),
      ]);
    }
    expect(executed).toBe(0);
  });

  it('lets a pull request read its own, its base branch and the default branch, in this order', async () => {
    const pull = githubPull({ number: 42, head: 'fix/it', base: 'release/2.x' }, sha);
    const planned = await plan('api', [], on(pull));
    expect(planned.cache.from.map(({ ref }) => ref)).toEqual([
      ref('pr-42'),
      expect.stringMatching(/:cache-release-2\.x-[0-9a-f]{8}$/),
      ref('main'),
    ]);
    expect(planned.cache.to.map(({ ref }) => ref)).toEqual([ref('pr-42')]);
  });

  it('gives a merge request of GitLab the same', async () => {
    const planned = await plan('api', [], on(gitlabMergeRequest('fix', 'develop', '1')));
    expect(planned).toMatchObject({ trust: { tier: 'internal' }, scope: { name: 'pr-9' } });
    expect(planned.cache.from.map(({ ref }) => ref)).toEqual([ref('pr-9'), ref('develop'), ref('main')]);
  });

  it("leaves main's cache and image byte-identical when a pull request builds", async () => {
    const before = await view.snapshot(image);
    const bytes = (await view.manifest(image, 'cache-main'))?.body;
    const { receipt } = await mustBuild(
      'api',
      ['--no-cache'],
      on(githubPull({ number: 42, head: 'main', base: 'main' }, sha)),
    );
    expect(receipt).toMatchObject({ scope: 'pr-42', trust: 'internal', pushed: true });
    const after = await view.snapshot(image);
    expect(after).toMatchObject({
      'cache-main': before['cache-main'],
      'cache-feature-login': before['cache-feature-login'],
    });
    expect((await view.manifest(image, 'cache-main'))?.body).toBe(bytes);
    expect(Object.keys(after).filter((tag) => !(tag in before))).toEqual(['cache-pr-42']);
  });

  it('keeps feature/x, feature-x and Feature/X apart', async () => {
    const scopes = [];
    for (const branch of ['feature/x', 'feature-x', 'Feature/X']) {
      const { receipt } = await mustBuild('api', [], on(githubPush(branch, sha)));
      scopes.push(receipt.scope);
      const own = await view.manifest(image, `cache-${receipt.scope}`);
      expect(own).toBeDefined();
    }
    expect(new Set(scopes).size).toBe(3);
    expect(scopes[1]).toBe('feature-x');
  });

  it('takes a branch called pr-42 or tag-1 for a branch', async () => {
    const names = [];
    for (const branch of ['pr-42', 'tag-1', 'detached']) {
      names.push((await plan('api', [], on(githubPush(branch, sha)))).scope.name);
    }
    expect(names).toEqual([
      expect.stringMatching(/^pr-42-[0-9a-f]{8}$/),
      expect.stringMatching(/^tag-1-[0-9a-f]{8}$/),
      expect.stringMatching(/^detached-[0-9a-f]{8}$/),
    ]);
  });

  it('knows the branch of a detached HEAD where one branch only points at it', async () => {
    await workspace.git('checkout', '--quiet', '--detach');
    const { scope } = await plan('api', [], on({}));
    expect(scope.name).toBe('feature-login');
    await workspace.git('branch', 'other');
    const ambiguous = await plan('api', [], on({}));
    expect(ambiguous.scope.name).toBe('detached');
    expect(ambiguous.cache.from.map(({ ref }) => ref)).toEqual([ref('detached'), ref('main')]);
    await workspace.checkout('feature-login');
  });

  it('gives a git tag a scope of its own that reads the default branch', async () => {
    const env = { ...githubPush('main', sha), GITHUB_REF: 'refs/tags/v1.2.0' };
    const { receipt } = await mustBuild('api', ['--tag', '{gitTag}'], on(env));
    expect(receipt).toMatchObject({
      scope: 'tag-v1.2.0',
      trust: 'internal',
      refs: [`${host}/${image}:v1.2.0`],
    });
    expect((await view.manifest(image, 'v1.2.0'))?.digest).toBe(receipt.digest);
  });

  it('takes another default branch from the options', async () => {
    const planned = await plan('api', ['--default-branch', 'trunk'], on(githubPush('x', sha)));
    expect(planned.cache.from.map(({ ref }) => ref)).toEqual([ref('x'), ref('trunk')]);
  });
});
