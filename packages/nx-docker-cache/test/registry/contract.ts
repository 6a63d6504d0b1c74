/** What every registry and the client in front of it must do together; run against the in-memory one and real ones. */
import { randomUUID } from 'node:crypto';
import { isRegistryFailure, type RegistryPort } from '../../src/ports/registry';
import { collect } from './collect';
import { itPublishes } from './contract-publishing';
import { sha256 } from './memory-store';
import { DOCKER_IMAGE, OCI_IMAGE, OCI_INDEX, pushImage, pushIndex, toBytes, descriptorOf } from './samples';

export interface ContractTarget {
  /** What references begin with. */
  readonly host: string;
  readonly registry: RegistryPort;
  /** What the registry asks of its users. */
  readonly auth: 'none' | 'basic' | 'bearer';
  readonly scheme: 'http' | 'https';
}

const ABSENT = `sha256:${'0'.repeat(64)}`;

/** @param start called once, before the first test */
export function describeRegistryContract(name: string, start: () => Promise<ContractTarget>): void {
  describe(`registry contract: ${name}`, () => {
    let target: ContractTarget;
    let registry: RegistryPort;
    /** Repositories that no other test uses. */
    let repository: string;
    let other: string;

    beforeAll(async () => {
      target = await start();
      registry = target.registry;
    });
    beforeEach(() => {
      repository = `${target.host}/contract/${randomUUID()}`;
      other = `${target.host}/contract/other/${randomUUID()}`;
    });

    it('answers a ping with its origin and its way in', async () => {
      const ping = await registry.ping(target.host);
      expect(ping).toEqual({ origin: `${target.scheme}://${target.host}`, auth: target.auth });
    });

    it('finds nothing in a repository that is not there', async () => {
      await expect(registry.headManifest(`${repository}:main`)).resolves.toBeUndefined();
      await expect(registry.blobExists(`${repository}@${ABSENT}`)).resolves.toBe(false);
      await expect(collect(registry.tags(repository))).resolves.toEqual([]);
      await expect(registry.deleteManifest(`${repository}@${ABSENT}`)).resolves.toBe(false);
      await expect(registry.referrers(`${repository}@${ABSENT}`)).resolves.toEqual([]);
    });

    it('says what is missing when it is read', async () => {
      const error = await registry.getManifest(`${repository}:main`).catch((thrown: unknown) => thrown);
      expect(isRegistryFailure(error) && error).toMatchObject({
        reason: 'not-found',
        status: 404,
        method: 'GET',
        url: `${target.scheme}://${repository.replace('/', '/v2/')}/manifests/main`,
        temporary: false,
      });
      expect(isRegistryFailure(error) && error.code).toMatch(/^(MANIFEST|NAME)_UNKNOWN$/);
      await expect(registry.getBlob(`${repository}@${ABSENT}`)).rejects.toMatchObject({
        reason: 'not-found',
      });
    });

    it.each([
      ['OCI', false, OCI_IMAGE],
      ['Docker', true, DOCKER_IMAGE],
    ])('keeps the bytes of an %s image as they are', async (_name, docker, mediaType) => {
      const image = await pushImage(registry, repository, 'v1', 'bytes', { docker });
      const size = image.bytes.byteLength;
      for (const reference of [
        `${repository}:v1`,
        `${repository}@${image.digest}`,
        `${repository}:v1@${image.digest}`,
      ]) {
        await expect(registry.headManifest(reference)).resolves.toEqual({
          digest: image.digest,
          mediaType,
          size,
        });
      }
      const found = await registry.getManifest(`${repository}:v1`);
      expect(Buffer.from(found.bytes).equals(image.bytes)).toBe(true);
      expect(found).toMatchObject({ digest: image.digest, mediaType, size, manifest: { kind: 'image' } });
      expect(found.manifest.kind === 'image' && found.manifest.layers.map(({ digest }) => digest)).toEqual([
        image.blobs[1],
      ]);
    });

    it('reads an index, and its children by digest', async () => {
      const child = await pushImage(registry, repository, undefined, 'child');
      const index = await pushIndex(registry, repository, 'multi', [child]);
      const found = await registry.getManifest(`${repository}:multi`);
      expect(found).toMatchObject({ digest: index.digest, mediaType: OCI_INDEX });
      expect(found.manifest).toMatchObject({
        kind: 'index',
        manifests: [
          { digest: child.digest, mediaType: OCI_IMAGE, platform: { os: 'linux', architecture: 'amd64' } },
        ],
      });
      await expect(registry.headManifest(`${repository}@${child.digest}`)).resolves.toMatchObject({
        digest: child.digest,
      });
    });

    it('refuses a manifest whose blobs are not there', async () => {
      const config = descriptorOf(Buffer.from('nowhere'), 'application/vnd.oci.image.config.v1+json');
      const bytes = toBytes({ schemaVersion: 2, mediaType: OCI_IMAGE, config, layers: [] });
      await expect(
        registry.putManifest(`${repository}:broken`, { bytes, mediaType: OCI_IMAGE }),
      ).rejects.toMatchObject({
        reason: 'rejected',
        status: 400,
        code: 'MANIFEST_BLOB_UNKNOWN',
        temporary: false,
      });
    });

    it('takes blobs, knows them and gives them back', async () => {
      const bytes = Buffer.from(`blob ${randomUUID()}`);
      const digest = await registry.uploadBlob(repository, bytes);
      expect(digest).toBe(sha256(bytes));
      await expect(registry.blobExists(`${repository}@${digest}`)).resolves.toBe(true);
      const found = await registry.getBlob(`${repository}@${digest}`);
      expect(Buffer.from(found).equals(bytes)).toBe(true);
      await expect(registry.getBlob(`${repository}@${digest}`, { maxBytes: 10 })).rejects.toMatchObject({
        reason: 'invalid-response',
        message: expect.stringContaining('more than the 10 bytes'),
      });
    });

    it('takes a blob of several megabytes and an empty one', async () => {
      const large = Buffer.alloc(5 * 1024 * 1024, randomUUID());
      const empty = Buffer.alloc(0);
      for (const bytes of [large, empty]) {
        const digest = await registry.uploadBlob(repository, bytes);
        expect((await registry.getBlob(`${repository}@${digest}`)).byteLength).toBe(bytes.byteLength);
      }
    });

    it('mounts a blob from another repository', async () => {
      const digest = await registry.uploadBlob(repository, Buffer.from('to be mounted'));
      await expect(registry.mountBlob(`${repository}@${digest}`, other)).resolves.toBe(true);
      await expect(registry.blobExists(`${other}@${digest}`)).resolves.toBe(true);
      await expect(registry.mountBlob(`${repository}@${ABSENT}`, other)).resolves.toBe(false);
    });

    itPublishes(() => ({ registry, repository, other }));

    it('has no referrers for an image that nothing refers to', async () => {
      const image = await pushImage(registry, repository, 'v1', 'alone');
      await expect(registry.referrers(`${repository}@${image.digest}`)).resolves.toEqual([]);
    });

    it('says what the login may do, and leaves nothing behind', async () => {
      await expect(registry.access(repository)).resolves.toMatchObject({ pull: 'absent' });
      await pushImage(registry, repository, 'v1', 'access');
      const access = await registry.access(repository);
      expect(access.pull).toBe('granted');
      expect(access.push).toBe(target.auth === 'bearer' ? 'granted' : 'unknown');
    });

    it('copes with many calls at once', async () => {
      const image = await pushImage(registry, repository, 'v1', 'parallel');
      const heads = await Promise.all(
        Array.from({ length: 40 }, () => registry.headManifest(image.reference)),
      );
      expect(new Set(heads.map((head) => head?.digest))).toEqual(new Set([image.digest]));
    });
  });
}
