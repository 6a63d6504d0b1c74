import { execFileSync } from 'node:child_process';
import { build, mustBuild, plan, runCli, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { oneStep, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('where the image goes', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;

  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, ...env },
  });
  const ci = { CI: 'true' };

  beforeAll(async () => {
    ({ host } = await startRegistry('output'));
    view = new RegistryView(host);
    workspace = await Workspace.make({
      projects: { api: { root: 'apps/api' }, web: { root: 'apps/web' } },
      files: { ...oneStep('apps/api'), ...twoStages('apps/web') },
    });
    agent = await freshAgent('output');
  });

  it('on a laptop it is loaded as <image>:dev, which runs', async () => {
    const { receipt } = await mustBuild('api', [], on());
    expect(receipt).toMatchObject({ loaded: true, pushed: false, refs: ['api:dev'] });
    expect(await agent.docker('run', '--rm', '--network=none', 'api:dev')).toMatchObject({
      exitCode: 0,
      stdout: 'hello\n',
    });
    expect(await view.repositories()).toEqual([]);
  });

  it('on a laptop with a registry the image is loaded, and the cache is shared', async () => {
    const { receipt } = await mustBuild('api', ['--registry', `${host}/acme`], on());
    expect(receipt).toMatchObject({ loaded: true, pushed: false, refs: [`${host}/acme/api:dev`] });
    expect(await view.tags('acme/api')).toEqual(['cache-main']);
  });

  it('in CI with a registry it is pushed and not loaded', async () => {
    const { receipt } = await mustBuild('api', ['--registry', `${host}/ci`], on(ci));
    const [ref] = receipt.refs;
    expect(receipt).toMatchObject({ loaded: false, pushed: true });
    expect((await view.manifest('ci/api', ref?.split(':').at(-1) ?? ''))?.digest).toBe(receipt.digest);
    expect(await agent.image(ref ?? '')).toBeUndefined();
  });

  it('in CI without a registry it is loaded', async () => {
    const { receipt } = await mustBuild('web', [], on(ci));
    expect(receipt).toMatchObject({ loaded: true, pushed: false });
    expect(await agent.image('web:dev')).toBeDefined();
  });

  it('is loaded and pushed where both are asked for, as the same image', async () => {
    const { receipt } = await mustBuild('api', ['--registry', `${host}/both`, '--load', '--push'], on(ci));
    const [pushed = '', loaded = ''] = receipt.refs;
    expect(receipt).toMatchObject({ loaded: true, pushed: true });
    const config = (await view.manifest('both/api', pushed.split(':').at(-1) ?? ''))?.config;
    expect(config).toMatch(/^sha256:/);
    expect((await view.manifest('both/api', receipt.digest ?? ''))?.config).toBe(config);
    const ran = await agent.docker('run', '--rm', '--network=none', loaded);
    expect(ran.stdout).toBe('hello\n');
  });

  it('is kept nowhere where neither is wanted', async () => {
    const { receipt } = await mustBuild('api', ['--no-load', '--no-push'], on());
    expect(receipt).toMatchObject({ loaded: false, pushed: false, refs: [] });
  });

  it('gets every tag that is named, templates among them', async () => {
    const tags = ['--tag', '1.2', '--tag', '{branch}-{shortSha}', '--tag', 'latest'];
    const { receipt } = await mustBuild('api', ['--registry', `${host}/tags`, ...tags], on(ci));
    const sha = (await workspace.git('rev-parse', 'HEAD')).slice(0, 7);
    const snapshot = await view.snapshot('tags/api');
    expect(snapshot).toMatchObject({
      '1.2': receipt.digest,
      latest: receipt.digest,
      [`main-${sha}`]: receipt.digest,
    });
  });

  describe('and what a plan says', () => {
    const listing = (): string =>
      execFileSync('find', ['.', '-printf', '%p %s %T@\n'], { cwd: workspace.root, encoding: 'utf8' });

    it('changes nothing, neither here nor in the registry', async () => {
      const before = [listing(), await view.repositories(), (await agent.docker('images', '-q')).stdout];
      const args = ['api', '--registry', `${host}/planned`];
      await plan('api', args.slice(1), on(ci));
      await runCli(['plan', ...args], on(ci));
      const dry = await build([...args, '--dry-run'], on(ci));
      expect(dry.exitCode).toBe(0);
      expect(dry.stderr).toMatch(/planned\/api/);
      const after = [listing(), await view.repositories(), (await agent.docker('images', '-q')).stdout];
      expect(after).toEqual(before);
    });

    it('writes nothing into a fresh checkout either', async () => {
      const other = await Workspace.make({
        projects: { api: { root: 'apps/api' } },
        files: oneStep('apps/api'),
      });
      await plan('api', [], { cwd: other.root, env: agent.env });
      await build(['api', '--dry-run'], { cwd: other.root, env: agent.env });
      expect(await other.git('status', '--porcelain', '--ignored')).toBe('');
    });

    it('is what a build then does', async () => {
      const args = ['--registry', `${host}/same`, '--tag', 'v1', '--label', 'a=b'];
      const planned = await plan('web', args, on(ci));
      const { receipt } = await mustBuild('web', args, on(ci));
      expect(planned.version).toBe(1);
      expect(planned).toMatchObject({
        project: receipt.project,
        image: receipt.image,
        tags: receipt.refs,
        target: receipt.target,
        output: { load: receipt.loaded, push: receipt.pushed },
        trust: { tier: receipt.trust },
        scope: { name: receipt.scope },
        commit: receipt.commit,
        branch: receipt.branch,
        receipt: '.nx-docker-cache/web/receipt.json',
      });
      const both = [...planned.cache.from, ...planned.cache.to].map(({ ref }) => ref);
      expect(receipt.caches.map(({ ref }) => ref)).toEqual(both);
      expect(Object.keys(await view.snapshot('same/web'))).toEqual(
        expect.arrayContaining(['cache-main', 'v1']),
      );
    });
  });

  it('leaves a receipt that git does not see', async () => {
    await mustBuild('api', [], on());
    expect(await workspace.git('status', '--porcelain')).toBe('');
    expect(workspace.receipt('api')).toMatchObject({ version: 1, project: 'api' });
  });
});
