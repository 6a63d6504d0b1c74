import type { RegistryPort } from '../ports/registry';
import { RegistryProbe } from './registry-probe';

type Registry = ConstructorParameters<typeof RegistryProbe>[0];

const failure = (reason: string, message = reason): Error =>
  Object.assign(new Error(message), { name: 'RegistryError', reason, temporary: false });
const never = (): never => {
  throw new Error('not asked for');
};
const make = (registry: Partial<Registry>): RegistryProbe =>
  new RegistryProbe({ headManifest: never, getManifest: never, getBlob: never, ...registry });
const probe = (headManifest: RegistryPort['headManifest']) => make({ headManifest }).probe('r.test/a:b');
/** As if the five seconds were over. */
const late = (): jest.SpyInstance =>
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    expect(ms).toBe(5_000);
    return AbortSignal.abort();
  });

afterEach(() => {
  jest.restoreAllMocks();
});

describe('probeOnce', () => {
  it('puts one question for all that want to know, while it is on its way and after, and others for other tags', async () => {
    const asked: string[] = [];
    const registry = make({
      headManifest: async (ref) => {
        asked.push(ref);
        return undefined;
      },
    });
    const refs = ['r.test/a:b', 'r.test/a:b', 'r.test/c:b'];
    await Promise.all(refs.map((ref) => registry.probeOnce(ref)));
    expect(await registry.probeOnce('r.test/a:b')).toEqual({ state: 'missing' });
    expect(asked).toEqual(['r.test/a:b', 'r.test/c:b']);
    await registry.probe('r.test/a:b');
    expect(asked).toHaveLength(3);
  });
});

describe('probe', () => {
  it('knows what is there and what is not', async () => {
    expect(await probe(async () => ({ digest: 'sha256:x' }) as never)).toEqual({
      state: 'present',
      digest: 'sha256:x',
    });
    expect(await probe(async () => undefined)).toEqual({ state: 'missing' });
  });

  it('takes forbidden, broken and unreachable registries for unknown', async () => {
    for (const reason of ['denied', 'unavailable']) {
      expect(await probe(() => Promise.reject(failure(reason)))).toEqual({
        state: 'unknown',
        message: reason,
      });
    }
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is no Error must be survived too
    expect(await probe(() => Promise.reject('odd'))).toEqual({ state: 'unknown', message: 'odd' });
  });

  it('gives up after five seconds', async () => {
    late();
    const result = await probe(() => Promise.reject(new Error('aborted')));
    expect(result).toEqual({ state: 'slow', message: 'no answer within 5 s' });
  });
});

describe('probeCache', () => {
  const headManifest = async () => ({ digest: 'sha256:x' }) as never;
  const CONFIG = `sha256:${'c'.repeat(64)}`;
  const image = { digest: 'sha256:x', manifest: { kind: 'image', config: { digest: CONFIG }, layers: [] } };
  const CHILDREN = [
    { digest: 'sha256:layer', mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' },
    { digest: CONFIG, mediaType: 'application/vnd.buildkit.cacheconfig.v0' },
  ];
  const index = { digest: 'sha256:x', manifest: { kind: 'index', manifests: CHILDREN } };

  it.each([
    ['as an image', image],
    ['as an index', index],
  ])('reads manifest and configuration of a cache %s', async (_, manifest) => {
    const asked: string[] = [];
    const result = await make({
      headManifest,
      getManifest: async () => manifest as never,
      getBlob: async (ref) => {
        asked.push(ref);
        return new Uint8Array();
      },
    }).probeCache('r.test:5000/acme/api:cache-main');
    expect(result).toEqual({ state: 'present', digest: 'sha256:x' });
    expect(asked).toEqual([`r.test:5000/acme/api@${CONFIG}`]);
  });

  it('knows what is not there', async () => {
    const result = await make({
      headManifest,
      getManifest: () => Promise.reject(failure('not-found')),
    }).probeCache('r.test/a:b');
    expect(result).toEqual({ state: 'missing' });
  });

  it('leaves a configuration that is gone or garbage to BuildKit', async () => {
    const getManifest = async () => image as never;
    for (const reason of ['not-found', 'invalid-response', 'denied']) {
      const probe = make({ headManifest, getManifest, getBlob: () => Promise.reject(failure(reason)) });
      expect(await probe.probeCache('r.test/a:b')).toMatchObject({ state: 'present' });
    }
  });

  it('is slow where the configuration does not come: BuildKit would wait for ever', async () => {
    const getManifest = async () => image as never;
    const timedOut = make({ headManifest, getManifest, getBlob: () => Promise.reject(failure('timeout')) });
    expect(await timedOut.probeCache('r.test/a:b')).toEqual({ state: 'slow', message: 'timeout' });
    late();
    const aborted = make({ headManifest, getManifest, getBlob: () => Promise.reject(failure('aborted')) });
    expect(await aborted.probeCache('r.test/a:b')).toEqual({
      state: 'slow',
      message: 'no answer within 5 s',
    });
  });

  it('takes a manifest that is garbage for something that is there', async () => {
    for (const reason of ['unsupported', 'invalid-response']) {
      const broken = make({ headManifest, getManifest: () => Promise.reject(failure(reason)) });
      expect(await broken.probeCache('r.test/a:b')).toEqual({ state: 'present', digest: undefined });
    }
  });

  it('is slow where only the question for its digest is not answered', async () => {
    const hanging = make({
      headManifest: () => Promise.reject(failure('timeout')),
      getManifest: async () => image as never,
    });
    expect(await hanging.probeCache('r.test/a:b')).toMatchObject({ state: 'slow' });
  });

  it('does not know what it may not see', async () => {
    const denied = make({ headManifest, getManifest: () => Promise.reject(failure('denied')) });
    expect(await denied.probeCache('r.test/a:b')).toEqual({ state: 'unknown', message: 'denied' });
  });
});
