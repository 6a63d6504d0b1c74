import { mustBuild, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { CACHE_PUT, cacheManifests, FaultyRegistry, type Fault } from './support/proxy';
import { RegistryView } from './support/registry';
import { twoStages } from './support/samples';
import { Workspace } from './support/workspace';

/** What was lost, as the receipt tells it. */
const lost = (caches: readonly { direction: string; result: string }[]): string[] =>
  caches.filter(({ result }) => result === 'lost').map(({ direction }) => direction);

describeWithEngine('a registry that breaks', () => {
  let proxy: FaultyRegistry;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;

  const on = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, CI: 'true', ...env },
  });

  beforeAll(async () => {
    const { host } = await startRegistry('faults');
    proxy = await FaultyRegistry.start(host);
    view = new RegistryView(host);
    workspace = await Workspace.make({
      defaults: { registry: `${proxy.host}/acme` },
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
    agent = await freshAgent('faults');
    await mustBuild('api', [], on());
  });

  beforeEach(async () => {
    proxy.break();
    agent = await freshAgent('faults');
  });

  describe('where the cache is read', () => {
    const reads: [string, Fault][] = [
      ['401', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }],
      ['403', { status: 403 }],
      ['404', { status: 404 }],
      ['429', { status: 429, headers: { 'retry-after': '1' } }],
      ['503', { status: 503 }],
      ['torn connections', { reset: true }],
      ['a manifest that is no JSON', { body: 'garbage' }],
    ];

    it.each(reads)('goes on after %s', async (name, fault) => {
      proxy.break({ match: cacheManifests(), fault });
      const { receipt, outcome } = await mustBuild('api', [], on());
      expect(proxy.hits.length).toBeGreaterThan(0);
      expect(receipt).toMatchObject({ pushed: true, digest: expect.stringMatching(/^sha256:/) });
      expect(receipt.steps.executed).toBeGreaterThan(2);
      const own = outcome.caches.find(({ direction }) => direction === 'from');
      expect(own?.result).toBe(name === '404' ? 'missing' : 'lost');
      if (name !== '404') expect(own?.message).toMatch(/\S/);
    });

    it('does not wait for one that does not answer', async () => {
      proxy.break({ match: cacheManifests(), fault: { hang: true } });
      const { receipt, seconds } = await mustBuild('api', [], on());
      expect(lost(receipt.caches)).toContain('from');
      expect(seconds).toBeLessThan(20);
    });

    it('does not wait for one whose configuration does not come, which would block the whole engine', async () => {
      const config = (await view.manifest('acme/api', 'cache-main'))?.config ?? '';
      proxy.break({ match: new RegExp(`^GET .*/blobs/${config}`), fault: { hang: true } });
      const { receipt, seconds } = await mustBuild('api', [], on());
      expect(lost(receipt.caches)).toContain('from');
      expect(seconds).toBeLessThan(20);
    });

    it('reads one on that comes in pieces', async () => {
      proxy.break({ match: cacheManifests(), fault: { truncate: 40 } });
      const { receipt } = await mustBuild('api', [], on());
      expect(proxy.hits.length).toBeGreaterThan(2);
      expect(receipt.steps.executed).toBe(0);
    });

    it('waits for one that is a little slow', async () => {
      proxy.break({ match: cacheManifests(), fault: { delayMs: 1_000 } });
      const { receipt } = await mustBuild('api', [], on());
      expect(receipt.steps.executed).toBe(0);
      expect(lost(receipt.caches)).toEqual([]);
    });
  });

  describe('where the cache is written', () => {
    it.each([400, 415])('names inline where the registry takes no cache manifests (%i)', async (status) => {
      proxy.break({ match: CACHE_PUT, fault: { status } });
      const { receipt, stderr } = await mustBuild('api', ['--no-cache'], on());
      expect(receipt.pushed).toBe(true);
      expect(stderr).toMatch(
        /CACHE_REFUSED: the registry takes no cache manifests: \S+:cache-main was not written/,
      );
      expect(stderr).toMatch(/`cache\.kind` to "inline"/);
    });

    it.each<[string, Fault]>([
      ['403', { status: 403 }],
      ['429', { status: 429 }],
      ['500', { status: 500 }],
    ])('pushes the image and reports the cache lost after %s', async (_, fault) => {
      proxy.break({ match: CACHE_PUT, fault });
      const before = await view.manifest('acme/api', 'cache-main');
      const { receipt } = await mustBuild('api', ['--no-cache'], on());
      expect(receipt.pushed).toBe(true);
      const written = receipt.caches.find(({ direction }) => direction === 'to');
      expect(written).toMatchObject({ result: 'lost', message: expect.stringMatching(/\S/) });
      expect((await view.manifest('acme/api', 'cache-main'))?.digest).toBe(before?.digest);
    });
  });
});
