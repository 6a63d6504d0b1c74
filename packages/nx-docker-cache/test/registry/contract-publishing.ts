import type { RegistryPort } from '../../src/ports/registry';
import { collect } from './collect';
import { OCI_IMAGE, OCI_INDEX, pushCache, pushImage, pushIndex } from './samples';

export interface ContractPlace {
  readonly registry: RegistryPort;
  /** Two repositories that no other test uses. */
  readonly repository: string;
  readonly other: string;
}

/** The contract's part about tags: listing, promoting, deleting. */
export function itPublishes(at: () => ContractPlace): void {
  it('lists tags, all or some', async () => {
    const { registry, repository } = at();
    const image = await pushImage(registry, repository, 'v1', 'tags');
    const wanted = ['v1', ...Array.from({ length: 6 }, (_value, index) => `t${index}`)];
    await registry.promote(
      `${repository}@${image.digest}`,
      wanted.map((tag) => `${repository}:${tag}`),
    );
    expect((await collect(registry.tags(repository))).sort()).toEqual([...wanted].sort());
    const some = await collect(registry.tags(repository, { limit: 4 }));
    expect(some).toHaveLength(4);
    expect(wanted).toEqual(expect.arrayContaining(some));
  });

  it('promotes a digest to tags without another digest coming about', async () => {
    const { registry, repository } = at();
    const old = await pushImage(registry, repository, 'latest', 'old');
    const image = await pushImage(registry, repository, 'build-1', 'new');
    const refs = [`${repository}:v2`, `${repository}:latest`];
    const result = await registry.promote(`${repository}@${image.digest}`, refs);
    expect(result).toEqual({
      digest: image.digest,
      mediaType: OCI_IMAGE,
      refs,
      mountedBlobs: 0,
      copiedBytes: 0,
    });
    for (const reference of [...refs, `${repository}:build-1`]) {
      await expect(registry.headManifest(reference)).resolves.toMatchObject({
        digest: image.digest,
        mediaType: OCI_IMAGE,
      });
    }
    await expect(registry.headManifest(`${repository}@${old.digest}`)).resolves.toMatchObject({
      digest: old.digest,
    });
  });

  it('promotes an index to another repository with all that it names', async () => {
    const { registry, repository, other } = at();
    const children = [
      await pushImage(registry, repository, undefined, 'first child'),
      await pushImage(registry, repository, undefined, 'second child'),
    ];
    const index = await pushIndex(registry, repository, 'multi', children);
    const result = await registry.promote(`${repository}@${index.digest}`, [
      `${other}:v1`,
      `${repository}:v1`,
    ]);
    expect(result).toMatchObject({
      digest: index.digest,
      mediaType: OCI_INDEX,
      mountedBlobs: 4,
      copiedBytes: 0,
    });
    const found = await registry.getManifest(`${other}:v1`);
    expect(Buffer.from(found.bytes).equals(index.bytes)).toBe(true);
    for (const child of children) {
      await expect(registry.headManifest(`${other}@${child.digest}`)).resolves.toMatchObject({
        digest: child.digest,
      });
      for (const blob of child.blobs)
        await expect(registry.blobExists(`${other}@${blob}`)).resolves.toBe(true);
    }
  });

  it('deletes by digest, with every tag on it', async () => {
    const { registry, repository } = at();
    const image = await pushImage(registry, repository, 'one', 'deleted');
    const kept = await pushImage(registry, repository, 'kept', 'kept');
    await registry.promote(`${repository}@${image.digest}`, [`${repository}:two`]);
    await expect(registry.deleteManifest(`${repository}@${image.digest}`)).resolves.toBe(true);
    for (const tag of ['one', 'two']) {
      await expect(registry.headManifest(`${repository}:${tag}`)).resolves.toBeUndefined();
    }
    await expect(registry.headManifest(`${repository}:kept`)).resolves.toMatchObject({
      digest: kept.digest,
    });
    await expect(registry.deleteManifest(`${repository}@${image.digest}`)).resolves.toBe(false);
  });

  it('promotes BuildKit’s index of layers, whose children are blobs', async () => {
    const { registry, repository, other } = at();
    const cache = await pushCache(registry, repository, 'main', 'cache');
    const result = await registry.promote(`${repository}@${cache.digest}`, [`${other}:main`]);
    expect(result).toMatchObject({ digest: cache.digest, mountedBlobs: 2, copiedBytes: 0 });
    for (const blob of cache.blobs) await expect(registry.blobExists(`${other}@${blob}`)).resolves.toBe(true);
  });
}
