import { openRegistry, type Opened } from '../../test/registry/open';
import {
  descriptorOf,
  DOCKER_IMAGE,
  OCI_IMAGE,
  OCI_INDEX,
  pushImage,
  toBytes,
  type Pushed,
} from '../../test/registry/samples';
import { indexOf, type ImagePart } from './join';

let opened: Opened;
beforeEach(async () => {
  opened = await openRegistry();
});
afterEach(() => opened[Symbol.asyncDispose]());

const part = (platform: string, { digest }: Pick<Pushed, 'digest'>): ImagePart => ({
  ...{ platform, digest, annotations: {} },
});
const join = (parts: readonly ImagePart[], annotations: Record<string, string> = {}) =>
  indexOf(opened.repository, parts, annotations, opened.client, {});
const read = ({ bytes }: { readonly bytes: Uint8Array }): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

describe('the index of several platforms', () => {
  it('lists each with its platform, and the registry takes it', async () => {
    const { client, repository } = opened;
    const [amd64, arm] = [
      await pushImage(client, repository, 'a', 'a'),
      await pushImage(client, repository, 'b', 'b'),
    ];
    const index = await join([part('linux/arm/v7', arm), part('linux/amd64', amd64)]);
    expect(read(index)).toEqual({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [
        { ...descriptorOf(amd64.bytes, OCI_IMAGE), platform: { os: 'linux', architecture: 'amd64' } },
        {
          ...descriptorOf(arm.bytes, OCI_IMAGE),
          platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
        },
      ],
    });
    expect(await client.putManifest(`${repository}:both`, index)).toBe(index.digest);
    expect((await client.getManifest(`${repository}:both`)).digest).toBe(index.digest);
  });

  it('has the same bytes in whatever order its parts and annotations come', async () => {
    const { client, repository } = opened;
    const a = part('linux/amd64', await pushImage(client, repository, 'a', 'a'));
    const b = part('linux/arm64', await pushImage(client, repository, 'b', 'b', { docker: true }));
    const one = await join([a, b], { title: 't', source: 's' });
    const other = await join([b, a], { source: 's', title: 't' });
    expect(other.digest).toBe(one.digest);
    expect(read(one)).toMatchObject({
      annotations: { source: 's', title: 't' },
      manifests: [{ mediaType: OCI_IMAGE }, { mediaType: DOCKER_IMAGE }],
    });
    expect((await join([a, b])).digest).not.toBe(one.digest);
  });

  it('writes nothing', async () => {
    const { client, repository, memory } = opened;
    const a = part('linux/amd64', await pushImage(client, repository, 'a', 'a'));
    memory.forget();
    await join([a]);
    expect(memory.lines(/^(PUT|POST|PATCH|DELETE) /)).toEqual([]);
  });

  it('takes over what an index of one platform lists: attestations, and every field of a line', async () => {
    const { client, repository } = opened;
    const image = await pushImage(client, repository, 'a', 'a');
    const attestation = await pushImage(client, repository, 'b', 'b');
    const lines = [
      {
        ...descriptorOf(image.bytes, OCI_IMAGE),
        platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1' },
      },
      {
        ...descriptorOf(attestation.bytes, OCI_IMAGE),
        annotations: {
          'vnd.docker.reference.digest': image.digest,
          'vnd.docker.reference.type': 'attestation-manifest',
        },
        platform: { os: 'unknown', architecture: 'unknown' },
      },
    ];
    const bytes = toBytes({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: lines });
    const { digest } = descriptorOf(bytes, OCI_INDEX);
    await client.putManifest(`${repository}:windows`, { bytes, mediaType: OCI_INDEX });
    const joined = await join([{ platform: 'windows/amd64', digest, annotations: { a: '1' } }]);
    expect(read(joined)['manifests']).toEqual([{ ...lines[0], annotations: { a: '1' } }, lines[1]]);
  });

  it('says which platform is gone', async () => {
    await expect(join([part('linux/arm64', { digest: `sha256:${'0'.repeat(64)}` })])).rejects.toMatchObject({
      code: 'DIGEST_GONE',
      message: expect.stringContaining('linux/arm64'),
    });
  });
});
