import type { SkipPlan } from '../model/plan';
import { manifestOf } from '../../test/fakes/registry';
import type { RegistryManifest, RegistryPort } from '../ports/registry';
import { leaveKey, promoteExisting, type PromotePorts } from './promote';

const IMAGE = 'registry.test/acme/api';
const [T, I, TAG] = [`${IMAGE}:key-t-k`, `${IMAGE}:key-i-k`, `${IMAGE}:abc`];
const SKIP: SkipPlan = { key: 'k', obstacles: [], enabled: true, read: [T, I], write: T };

/** A registry that knows these tags; putting one fails where it is told to. */
function fake(tags: Record<string, string>, fail?: (digest: string) => boolean) {
  const calls: string[] = [];
  const refuse = (digest: string): void => {
    if (fail?.(digest) === true) throw new Error('403');
  };
  const ports: PromotePorts & { readonly registry: Pick<RegistryPort, 'promote'> } = {
    probe: {
      probe: (ref) => {
        calls.push(`probe ${ref}`);
        const digest = tags[ref];
        return Promise.resolve(digest === undefined ? { state: 'missing' } : { state: 'present', digest });
      },
    },
    registry: {
      getManifest: async (ref) => {
        calls.push(`get ${ref}`);
        const digest = tags[ref];
        if (digest === undefined) throw new Error('404');
        return manifestOf(digest);
      },
      putManifest: async (ref, content) => {
        const { digest } = content as RegistryManifest;
        calls.push(`put ${ref} ${digest}`);
        refuse(digest);
        return digest;
      },
      promote: async (from, to) => {
        calls.push(`promote ${from} ${to.join(' ')}`);
        refuse(from);
        return { digest: '', mediaType: '', refs: to, mountedBlobs: 0, copiedBytes: 0 };
      },
    },
  };
  return { ports, calls };
}

describe('a build that the registry holds', () => {
  it('is found under its key, and the tags are pointed at it', async () => {
    const { ports, calls } = fake({ [T]: 'sha256:1' });
    expect(await promoteExisting(SKIP, [TAG], ports)).toEqual({
      digest: 'sha256:1',
      from: T,
      promoted: [TAG],
    });
    expect(calls).toEqual([`get ${T}`, `get ${I}`, `put ${TAG} sha256:1`]);
  });

  it('is taken by the first key that is there', async () => {
    expect(await promoteExisting(SKIP, [TAG], fake({ [I]: 'sha256:2' }).ports)).toMatchObject({
      digest: 'sha256:2',
      from: I,
    });
    expect(
      await promoteExisting(SKIP, [TAG], fake({ [T]: 'sha256:1', [I]: 'sha256:2' }).ports),
    ).toMatchObject({ from: T });
  });

  it('is proven without any write where no tag is wanted', async () => {
    const { ports, calls } = fake({ [T]: 'sha256:1' });
    expect(await promoteExisting(SKIP, [], ports)).toMatchObject({ digest: 'sha256:1', promoted: [] });
    expect(calls.filter((call) => call.startsWith('put'))).toEqual([]);
  });

  it('is taken by the second key where the first one’s may not be put', async () => {
    const { ports } = fake({ [T]: 'sha256:1', [I]: 'sha256:2' }, (digest) => digest === 'sha256:1');
    expect(await promoteExisting(SKIP, [TAG], ports)).toMatchObject({ digest: 'sha256:2', from: I });
  });

  it('is taken where a tag that cannot be moved is there already', async () => {
    const { ports } = fake({ [T]: 'sha256:1', [TAG]: 'sha256:1' }, () => true);
    expect(await promoteExisting(SKIP, [TAG], ports)).toMatchObject({ digest: 'sha256:1' });
  });
});

describe('it has to be built where', () => {
  it('no key is there, or the registry does not answer', async () => {
    const { ports, calls } = fake({});
    expect(await promoteExisting(SKIP, [TAG], ports)).toBeUndefined();
    expect(calls.filter((call) => call.startsWith('put'))).toEqual([]);
  });

  it('the tags may not be moved', async () => {
    expect(await promoteExisting(SKIP, [TAG], fake({ [T]: 'sha256:1' }, () => true).ports)).toBeUndefined();
    const other = fake({ [T]: 'sha256:1', [TAG]: 'sha256:9' }, () => true);
    expect(await promoteExisting(SKIP, [TAG], other.ports)).toBeUndefined();
  });

  it('one of two tags could not be moved', async () => {
    const { ports } = fake({ [T]: 'sha256:1', [TAG]: 'sha256:1' }, () => true);
    expect(await promoteExisting(SKIP, [TAG, `${IMAGE}:latest`], ports)).toBeUndefined();
  });
});

describe('the key of a build', () => {
  it('is left as a tag on its digest', async () => {
    const { ports, calls } = fake({});
    expect(await leaveKey(IMAGE, SKIP, 'sha256:1', ports.registry)).toBeUndefined();
    expect(calls).toEqual([`promote ${IMAGE}@sha256:1 ${T}`]);
  });

  it('is not left where nothing may be written', async () => {
    const { ports, calls } = fake({});
    expect(await leaveKey(IMAGE, { ...SKIP, write: undefined }, 'sha256:1', ports.registry)).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it('that cannot be left is told, not thrown', async () => {
    expect(await leaveKey(IMAGE, SKIP, 'sha256:1', fake({}, () => true).ports.registry)).toBe('403');
  });
});
