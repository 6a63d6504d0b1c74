import { startMemoryRegistry } from '../../../test/registry/memory-registry';
import { createRegistryClient } from '../../registry';
import { BuildTimes } from './times';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

describe('BuildTimes', () => {
  it('reads what was left last, and nothing where nobody left any', async () => {
    await using registry = await startMemoryRegistry();
    const client = createRegistryClient({ fetch });
    const times = new BuildTimes(() => client);
    const reference = `${registry.host}/acme/api:times--docker-build`;
    expect(await times.read(reference)).toBeUndefined();
    await times.leave(reference, 12.5);
    expect(await times.read(reference)).toBe(12.5);
    await times.leave(reference, 80);
    expect(await times.read(reference)).toBe(80);
  });

  it.each([undefined, '', '-1', '1e3', 'soon', '86401', '0x10'])(
    'takes what is no time of a build for nothing: %j',
    async (written) => {
      await using registry = await startMemoryRegistry();
      const client = createRegistryClient({ fetch });
      const reference = `${registry.host}/acme/api:times--docker-build`;
      const digest = await client.uploadBlob(`${registry.host}/acme/api`, Buffer.from('{}'));
      const blob = { mediaType: 'application/vnd.oci.empty.v1+json', digest, size: 2 };
      const annotations = written === undefined ? {} : { 'nx-docker-cache.seconds': written };
      const manifest = { schemaVersion: 2, mediaType: MANIFEST, config: blob, layers: [blob], annotations };
      await client.putManifest(reference, {
        ...{ bytes: Buffer.from(JSON.stringify(manifest)), mediaType: MANIFEST },
      });
      expect(await new BuildTimes(() => client).read(reference)).toBeUndefined();
    },
  );

  it('says where a registry does not answer', async () => {
    const client = createRegistryClient({ fetch: () => Promise.reject(new Error('no route')) });
    const times = new BuildTimes(() => client);
    await expect(times.read('registry.test/acme/api:times--x')).rejects.toThrow();
    await expect(times.leave('registry.test/acme/api:times--x', 1)).rejects.toThrow();
  });
});
