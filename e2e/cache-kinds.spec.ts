import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustBuild, plan, statuses, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { FaultyRegistry, MANIFEST_PUT } from './support/proxy';
import { RegistryView } from './support/registry';
import { INSTALL, twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('kinds of cache', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;
  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, ...env },
  });
  const ci = { CI: 'true' };
  const configure = (options: Record<string, unknown>): void =>
    workspace.configure({ api: { root: 'apps/api', ...options } });
  const bytesBelow = (folder: string): number =>
    Number(execFileSync('du', ['-sb', join(workspace.root, folder)], { encoding: 'utf8' }).split('\t')[0]);

  beforeAll(async () => {
    ({ host } = await startRegistry('kinds'));
    view = new RegistryView(host);
  });

  beforeEach(async () => {
    workspace = await Workspace.make({ projects: {}, files: twoStages('apps/api') });
    agent = await freshAgent('kinds');
  });

  describe('local', () => {
    const LOCAL = '.nx-docker-cache/cache/api';

    it('is what a workspace without a registry has: a folder that a fresh agent reads', async () => {
      configure({});
      const first = await mustBuild('api', [], on());
      expect(first.receipt.caches).toContainEqual(
        expect.objectContaining({ direction: 'to', ref: `${LOCAL}/main`, result: 'written' }),
      );
      agent = await freshAgent('kinds');
      const second = await mustBuild('api', [], on());
      expect(second.receipt.steps.executed).toBe(0);
      expect(await workspace.git('status', '--porcelain', '--', LOCAL)).toBe('');
    });

    it('falls back from a branch to main', async () => {
      configure({});
      await mustBuild('api', [], on());
      await workspace.checkout('feature/x');
      workspace.write({ 'apps/api/src/main.txt': 'feature\n' });
      agent = await freshAgent('kinds');
      const { outcome, receipt } = await mustBuild('api', [], on());
      expect(statuses(outcome)[INSTALL]).not.toBe('executed');
      expect(receipt.caches).toContainEqual(
        expect.objectContaining({ direction: 'from', ref: `${LOCAL}/main`, result: 'used' }),
      );
    });

    it('holds no more than its bound, oldest scope first', async () => {
      configure({ cache: { kind: 'local' } });
      await mustBuild('api', [], on());
      const one = bytesBelow(LOCAL);
      configure({ cache: { kind: 'local', maxSize: Math.round(one * 1.5) } });
      await workspace.checkout('second');
      workspace.write({ 'apps/api/deps.txt': 'other\n' });
      await mustBuild('api', ['--no-cache'], on());
      expect(readdirSync(join(workspace.root, LOCAL))).toEqual(['second']);
      configure({ cache: { kind: 'local', maxSize: 1 } });
      await mustBuild('api', [], on());
      expect(existsSync(join(workspace.root, LOCAL, 'second'))).toBe(false);
    });

    it('does not grow with every build', async () => {
      configure({ cache: { kind: 'local' } });
      await mustBuild('api', ['--no-cache'], on());
      const first = bytesBelow(LOCAL);
      // The prune spares what a build that still runs may have written: older blobs stand for other days' ones.
      for (let round = 0; round < 2; round++) {
        execFileSync('find', [
          join(workspace.root, LOCAL),
          '-type',
          'f',
          '-exec',
          'touch',
          '-d',
          '1 day ago',
          '{}',
          '+',
        ]);
        await mustBuild('api', ['--no-cache'], on());
      }
      expect(bytesBelow(LOCAL)).toBeLessThan(first * 1.5);
    });

    it('that is garbage is no matter', async () => {
      configure({ cache: 'local' });
      await mustBuild('api', [], on());
      workspace.write({ [`${LOCAL}/main/index.json`]: '{"manifests":[{"digest":"sha256:00"}]}' });
      agent = await freshAgent('kinds');
      const { receipt } = await mustBuild('api', [], on());
      expect(receipt.loaded).toBe(true);
      expect(receipt.caches).toContainEqual(expect.objectContaining({ direction: 'from', result: 'lost' }));
      agent = await freshAgent('kinds');
      expect((await mustBuild('api', [], on())).receipt.steps.executed).toBe(0);
    });

    it('whose layers are gone is no matter, and mended', async () => {
      configure({ cache: 'local' });
      await mustBuild('api', [], on());
      const blobs = join(workspace.root, LOCAL, 'main/blobs/sha256');
      execFileSync('find', [blobs, '-type', 'f', '-size', '+1k', '-delete']);
      workspace.write({ 'apps/api/src/main.txt': 'changed\n' });
      agent = await freshAgent('kinds');
      const { receipt } = await mustBuild('api', [], on());
      expect(receipt.loaded).toBe(true);
      agent = await freshAgent('kinds');
      expect((await mustBuild('api', [], on())).receipt.steps.executed).toBe(0);
    });
  });

  describe('inline', () => {
    beforeEach(() => configure({ registry: `${host}/inline`, cache: 'inline' }));

    it('stands in the pushed images, one a stage, from which another agent takes all', async () => {
      const first = await mustBuild('api', [], on(ci));
      expect(await view.tags('inline/api')).toContain('cache-main');
      expect((await view.manifest('inline/api', 'cache-main'))?.digest).toBe(first.receipt.digest);
      agent = await freshAgent('kinds');
      const { receipt } = await mustBuild('api', [], on(ci));
      expect(receipt.steps.executed).toBe(0);
    });

    it('keeps what was installed where the source has changed', async () => {
      const first = await mustBuild('api', [], on(ci));
      const builder = first.receipt.stages.find(({ stage }) => stage === 'builder');
      expect((await view.manifest('inline/api', 'cache-main--builder'))?.digest).toBe(builder?.digest);
      workspace.write({ 'apps/api/src/main.txt': 'another\n' });
      agent = await freshAgent('kinds');
      const { receipt } = await mustBuild('api', [], on(ci));
      expect(receipt.stages.map(({ stage, status }) => [stage, status])).toEqual([
        ['1', 'built'],
        ['builder', 'built'],
      ]);
      // COPY src, the build, and the COPY of what was built.
      expect(receipt.steps.executed).toBe(3);
    });

    it('holds what an update of the dependencies installed for the builds after it', async () => {
      configure({ registry: `${host}/updated`, cache: 'inline' });
      await mustBuild('api', [], on(ci));
      workspace.write({ 'apps/api/deps.txt': 'updated\n' });
      agent = await freshAgent('kinds');
      // COPY of the list and the installation, and the three below.
      expect((await mustBuild('api', [], on(ci))).receipt.steps.executed).toBe(5);
      workspace.write({ 'apps/api/src/main.txt': 'after the update\n' });
      agent = await freshAgent('kinds');
      expect((await mustBuild('api', [], on(ci))).receipt.steps.executed).toBe(3);
    });

    it('takes all of a single stage', async () => {
      workspace.write({ 'apps/api/Dockerfile': 'FROM busybox\nCOPY deps.txt .\nRUN sort deps.txt > /out\n' });
      await mustBuild('api', ['--image', 'single'], on(ci));
      agent = await freshAgent('kinds');
      const { receipt } = await mustBuild('api', ['--image', 'single'], on(ci));
      expect(receipt.steps.executed).toBe(0);
    });
  });

  describe('inline, unasked, where the registry takes images and no cache manifests', () => {
    let proxy: FaultyRegistry;

    beforeEach(async () => {
      proxy = await FaultyRegistry.start(host);
      proxy.break({ match: MANIFEST_PUT, fault: { status: 400, body: /cacheconfig/ } });
      configure({ registry: `${proxy.host}/refused` });
    });

    const change = async (text: string): Promise<void> => {
      workspace.write({ 'apps/api/src/main.txt': `${text}\n` });
      agent = await freshAgent('kinds');
    };

    it('is what the builds after the one that found out do', async () => {
      const first = await mustBuild('api', [], on(ci));
      expect(first.stderr).toMatch(/CACHE_REFUSED.*cache-main was not written/);
      expect(await view.tags('refused/api')).toContain('no-cache-manifests');

      await change('second');
      const second = await mustBuild('api', [], on(ci));
      expect(second.stderr).not.toContain('CACHE_REFUSED');
      expect(second.stderr).toMatch(/no-cache-manifests tells that the registry takes no cache manifests/);
      expect((await view.manifest('refused/api', 'cache-main'))?.digest).toBe(second.receipt.digest);

      await change('third');
      const third = await mustBuild('api', [], on(ci));
      // COPY src, the build, and the COPY of what was built.
      expect(third.receipt.steps.executed).toBe(3);
    });

    it('is not what a registry gets that once took a cache, and stumbles', async () => {
      configure({ registry: `${proxy.host}/stumbles` });
      proxy.break();
      await mustBuild('api', [], on(ci));
      proxy.break({ match: MANIFEST_PUT, fault: { status: 400, body: /cacheconfig/ } });
      await change('stumbled');
      expect((await mustBuild('api', [], on(ci))).stderr).toContain('CACHE_REFUSED');
      expect(await view.tags('stumbles/api')).not.toContain('no-cache-manifests');
    });
  });

  it('none reads and writes nothing', async () => {
    configure({ registry: `${host}/none`, cache: 'none' });
    const { receipt } = await mustBuild('api', ['--tag', 'x'], on(ci));
    expect(receipt.caches).toEqual([]);
    expect((await view.tags('none/api')).filter((tag) => tag.startsWith('cache'))).toEqual([]);
  });

  it('registry with a repository and tag of its own, mode min', async () => {
    const cache = { repository: `${host}/caches/{projectName}`, tag: 'c.{scope}{variant}', mode: 'min' };
    configure({ registry: `${host}/own`, cache });
    await mustBuild('api', [], on(ci));
    expect(await view.tags('caches/api')).toEqual(['c.main']);
    agent = await freshAgent('kinds');
    expect((await mustBuild('api', [], on(ci))).receipt.steps.executed).toBe(0);
    // What only the builder stage made is not in a cache of mode min.
    workspace.write({ 'apps/api/src/main.txt': 'changed\n' });
    agent = await freshAgent('kinds');
    const { outcome } = await mustBuild('api', [], on(ci));
    expect(statuses(outcome)[INSTALL]).toBe('executed');
  });

  it('raw entries are read and written beside the planned ones, with {scope} in them', async () => {
    const entry = `type=registry,ref=${host}/raw/api:r-{scope}`;
    configure({
      registry: `${host}/raw`,
      cache: { kind: 'none', from: entry, to: `${entry},mode=max,ignore-error=true` },
    });
    const { receipt } = await mustBuild('api', [], on(ci));
    expect(receipt.caches).toContainEqual(
      expect.objectContaining({ direction: 'to', ref: `${host}/raw/api:r-main`, result: 'written' }),
    );
    agent = await freshAgent('kinds');
    expect((await mustBuild('api', [], on(ci))).receipt.steps.executed).toBe(0);
    await workspace.checkout('topic');
    const planned = await plan('api', [], on(ci));
    expect(planned.cache.from.map(({ ref }) => ref)).toEqual([
      `${host}/raw/api:r-topic`,
      `${host}/raw/api:r-main`,
    ]);
  });

  it.each(['', ',ignore-error=false'])(
    'a raw entry that cannot be written is reported, and no error%s',
    async (more) => {
      const to = `type=registry,ref=127.0.0.1:1/raw/api:x,mode=max${more}`;
      configure({ registry: `${host}/unwritable`, cache: { to } });
      const { receipt, outcome } = await mustBuild('api', [], on(ci));
      expect(receipt.pushed).toBe(true);
      expect(outcome.retried).toBe(more !== '');
      expect(
        receipt.caches.filter(({ direction }) => direction === 'to').map(({ result }) => result),
      ).toEqual(['written', 'lost']);
    },
  );
});
