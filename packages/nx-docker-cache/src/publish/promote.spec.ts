import type { SkipPlan } from '../model/plan';
import type { ProbeResult } from '../ports/probe';
import { leaveKey, promoteExisting, type PromotePorts } from './promote';

const IMAGE = 'registry.test/acme/api';
const [T, I, TAG] = [`${IMAGE}:key-t-k`, `${IMAGE}:key-i-k`, `${IMAGE}:abc`];
const SKIP: SkipPlan = { key: 'k', obstacles: [], enabled: true, read: [T, I], write: T };

/** A registry that knows these tags; `promote` fails where it is told to. */
function fake(tags: Record<string, ProbeResult | string>, fail?: (from: string) => boolean) {
  const calls: string[] = [];
  const ports: PromotePorts = {
    probe: {
      probe: (ref) => {
        calls.push(`probe ${ref}`);
        const found = tags[ref] ?? { state: 'missing' };
        return Promise.resolve(typeof found === 'string' ? { state: 'present', digest: found } : found);
      },
    },
    registry: {
      promote: (from, to) => {
        calls.push(`promote ${from} ${to.join(' ')}`);
        if (fail?.(from) === true) return Promise.reject(new Error('403'));
        return Promise.resolve({ digest: '', mediaType: '', refs: to, mountedBlobs: 0, copiedBytes: 0 });
      },
    },
  };
  return { ports, calls };
}

describe('a build that the registry holds', () => {
  it('is found under its key, and the tags are pointed at it', async () => {
    const { ports, calls } = fake({ [T]: 'sha256:1' });
    expect(await promoteExisting(IMAGE, SKIP, [TAG], ports)).toEqual({
      digest: 'sha256:1',
      from: T,
      promoted: [TAG],
    });
    expect(calls).toContain(`promote ${IMAGE}@sha256:1 ${TAG}`);
  });

  it('is taken by the first key that is there', async () => {
    expect(await promoteExisting(IMAGE, SKIP, [TAG], fake({ [I]: 'sha256:2' }).ports)).toMatchObject({
      digest: 'sha256:2',
      from: I,
    });
    expect(
      await promoteExisting(IMAGE, SKIP, [TAG], fake({ [T]: 'sha256:1', [I]: 'sha256:2' }).ports),
    ).toMatchObject({ from: T });
  });

  it('is proven without any write where no tag is wanted', async () => {
    const { ports, calls } = fake({ [T]: 'sha256:1' });
    expect(await promoteExisting(IMAGE, SKIP, [], ports)).toMatchObject({ digest: 'sha256:1', promoted: [] });
    expect(calls.filter((call) => call.startsWith('promote'))).toEqual([]);
  });

  it('is taken by the second key where the first one’s manifest has gone', async () => {
    const { ports } = fake({ [T]: 'sha256:1', [I]: 'sha256:2' }, (from) => from.endsWith('sha256:1'));
    expect(await promoteExisting(IMAGE, SKIP, [TAG], ports)).toMatchObject({ digest: 'sha256:2', from: I });
  });

  it('is taken where a tag that cannot be moved is there already', async () => {
    const { ports } = fake({ [T]: 'sha256:1', [TAG]: 'sha256:1' }, () => true);
    expect(await promoteExisting(IMAGE, SKIP, [TAG], ports)).toMatchObject({ digest: 'sha256:1' });
  });
});

describe('it has to be built where', () => {
  it.each<[string, Record<string, ProbeResult | string>]>([
    ['no key is there', {}],
    [
      'the registry does not answer',
      { [T]: { state: 'slow', message: '' }, [I]: { state: 'unknown', message: '' } },
    ],
    ['the registry names no digest', { [T]: { state: 'present', digest: undefined } }],
  ])('%s', async (_, tags) => {
    const { ports, calls } = fake(tags);
    expect(await promoteExisting(IMAGE, SKIP, [TAG], ports)).toBeUndefined();
    expect(calls.filter((call) => call.startsWith('promote'))).toEqual([]);
  });

  it('the tags may not be moved', async () => {
    expect(
      await promoteExisting(IMAGE, SKIP, [TAG], fake({ [T]: 'sha256:1' }, () => true).ports),
    ).toBeUndefined();
    const other = fake({ [T]: 'sha256:1', [TAG]: 'sha256:9' }, () => true);
    expect(await promoteExisting(IMAGE, SKIP, [TAG], other.ports)).toBeUndefined();
  });

  it('one of two tags could not be moved', async () => {
    const { ports } = fake({ [T]: 'sha256:1', [TAG]: 'sha256:1' }, () => true);
    expect(await promoteExisting(IMAGE, SKIP, [TAG, `${IMAGE}:latest`], ports)).toBeUndefined();
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
