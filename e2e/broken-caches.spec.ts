import { mustBuild, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { BLOB_GET, FaultyRegistry } from './support/proxy';
import { RegistryView } from './support/registry';
import { twoStages } from './support/samples';
import { Workspace } from './support/workspace';

describeWithEngine('a cache that is broken', () => {
  let proxy: FaultyRegistry;
  let view: RegistryView;
  let workspace: Workspace;
  let agent: Agent;
  let round = 0;

  const on = (): CliOptions => ({ cwd: workspace.root, env: { ...agent.env, CI: 'true' } });
  const onFresh = async (): Promise<CliOptions> => {
    agent = await freshAgent('broken');
    return on();
  };
  const change = (): void => workspace.write({ 'apps/api/src/main.txt': `change ${round++}\n` });

  /** Takes every layer of the cache out of the registry and leaves its manifest. */
  const loseLayers = async (): Promise<void> => {
    const manifest = await view.manifest('acme/api-cache', 'cache-main');
    const digests = [...new Set((manifest?.layers ?? []).map(({ digest }) => digest))];
    for (const digest of digests) await view.deleteBlob('acme/api-cache', digest);
    expect(digests.length).toBeGreaterThan(0);
  };

  beforeAll(async () => {
    const { host } = await startRegistry('broken');
    proxy = await FaultyRegistry.start(host);
    view = new RegistryView(host);
    workspace = await Workspace.make({
      defaults: { registry: `${proxy.host}/acme`, cache: { repository: `${proxy.host}/acme/api-cache` } },
      projects: { api: { root: 'apps/api' } },
      files: twoStages('apps/api'),
    });
  });

  beforeEach(async () => {
    proxy.break();
    change();
    await mustBuild('api', [], await onFresh());
  });

  const lostRead = [
    expect.objectContaining({ direction: 'from', result: 'lost', message: expect.any(String) }),
  ];

  it('for it has lost its layers is done without, and mended for the next agent', async () => {
    await loseLayers();
    change();
    const { receipt, outcome } = await mustBuild('api', ['--load', '--no-push'], await onFresh());
    expect(outcome.retried).toBe(true);
    expect(receipt.loaded).toBe(true);
    expect(receipt.caches).toEqual([
      ...lostRead,
      expect.objectContaining({ direction: 'to', result: 'written' }),
    ]);
    const ran = await agent.docker('run', '--rm', '--network=none', `${proxy.host}/acme/api:dev`);
    expect(ran.stdout).toContain(`change ${round - 1}`);
    const next = await mustBuild('api', ['--load', '--no-push'], await onFresh());
    expect(next.receipt.steps.executed).toBe(0);
    expect(next.outcome.retried).toBe(false);
  });

  it('is done without where nothing changed and the image is loaded', async () => {
    await loseLayers();
    const { receipt, outcome } = await mustBuild('api', ['--load', '--no-push'], await onFresh());
    expect(outcome.retried).toBe(true);
    expect(receipt.caches).toEqual(expect.arrayContaining(lostRead));
    expect(await agent.image(`${proxy.host}/acme/api:dev`)).toBeDefined();
  });

  it('is done without where nothing changed and the image is pushed to another place', async () => {
    await loseLayers();
    const { receipt, outcome } = await mustBuild('api', ['--image', 'elsewhere'], await onFresh());
    expect(outcome.retried).toBe(true);
    expect(receipt.caches).toEqual(expect.arrayContaining(lostRead));
    const tag = receipt.refs[0]?.split(':').at(-1) ?? '';
    expect((await view.manifest('acme/elsewhere', tag))?.digest).toBe(receipt.digest);
  });

  it('for its layers are garbage is done without', async () => {
    const manifest = await view.manifest('acme/api-cache', 'cache-main');
    const layers = (manifest?.layers ?? []).map(({ digest }) => digest).join('|');
    const match = new RegExp(`^GET .*/blobs/(${layers})`);
    proxy.break({ match, fault: { body: 'garbage', type: 'application/octet-stream' } });
    change();
    const { receipt } = await mustBuild('api', ['--load', '--no-push'], await onFresh());
    expect(proxy.hits.length).toBeGreaterThan(0);
    expect(receipt).toMatchObject({ loaded: true, caches: expect.arrayContaining(lostRead) });
  });

  it('of which layers come torn, twice, is read on', async () => {
    proxy.break({ match: BLOB_GET, fault: { truncate: 10 }, times: 2 });
    const { receipt } = await mustBuild('api', ['--load', '--no-push'], await onFresh());
    expect(proxy.hits.length).toBe(2);
    expect(receipt.loaded).toBe(true);
  });

  it('for its configuration is garbage is done without', async () => {
    const manifest = await view.manifest('acme/api-cache', 'cache-main');
    const match = new RegExp(`^GET .*/blobs/${manifest?.config ?? ''}`);
    proxy.break({ match, fault: { body: '{"layers":[{}],"records":7}' } });
    const { receipt } = await mustBuild('api', [], await onFresh());
    expect(proxy.hits.length).toBeGreaterThan(0);
    expect(receipt.caches).toEqual(expect.arrayContaining(lostRead));
  });

  it('for another thing stands under its tag is done without, and mended', async () => {
    const type = 'application/vnd.oci.image.index.v1+json';
    const body = JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [] });
    expect(await view.putManifest('acme/api-cache', 'cache-main', body, type)).toBe(201);
    const { receipt } = await mustBuild('api', [], await onFresh());
    expect(receipt.steps.executed).toBeGreaterThan(2);
    const next = await mustBuild('api', [], await onFresh());
    expect(next.receipt.steps.executed).toBe(0);
  });
});
