import { planOf } from '../../test/fakes/facts';
import { FakeLocalCache } from '../../test/fakes/files';
import { FakeProbe } from '../../test/fakes/registry';
import type { ProbeResult } from '../ports/probe';
import { chooseCaches, withoutCaches } from './caches';
import { claimFolders } from './claims';

const OWN = 'reg.test/acme/api:cache-topic';
const MAIN = 'reg.test/acme/api:cache-main';
const PRESENT: ProbeResult = { state: 'present', digest: 'sha256:x' };
const plan = planOf({ source: { branch: 'topic' } });
const choose = (answers: Record<string, ProbeResult>, of = plan) =>
  chooseCaches(of, { probe: new FakeProbe(answers), localCache: new FakeLocalCache() });

describe('chooseCaches', () => {
  it('keeps what is there, and drops what is missing', async () => {
    const chosen = await choose({ [MAIN]: PRESENT });
    expect(chosen.from.map(({ ref }) => ref)).toEqual([MAIN]);
    expect(chosen.to.map(({ ref }) => ref)).toEqual([OWN]);
    expect(chosen.dropped).toEqual([
      expect.objectContaining({ direction: 'from', ref: OWN, result: 'missing' }),
    ]);
    expect([...chosen.seen]).toEqual([MAIN]);
  });

  it('leaves in what this machine may not see: the builder may', async () => {
    const chosen = await choose({ [OWN]: { state: 'unknown', message: '403' }, [MAIN]: PRESENT });
    expect(chosen.from).toHaveLength(2);
    expect(chosen.dropped).toEqual([]);
  });

  it('leaves in what a builder elsewhere may have', async () => {
    const remote = { ...plan, engine: { ...plan.engine, driver: 'remote' } };
    expect((await choose({}, remote)).from).toHaveLength(2);
  });

  it('does not wait for a slow registry, neither to read nor to write', async () => {
    const chosen = await choose({ [OWN]: { state: 'slow', message: 'no answer' }, [MAIN]: PRESENT });
    expect(chosen.to).toEqual([]);
    expect(chosen.dropped.map(({ direction, result, message }) => [direction, result, message])).toEqual([
      ['from', 'lost', 'no answer'],
      ['to', 'lost', 'no answer'],
    ]);
  });

  it('asks for a reference once', async () => {
    const probe = new FakeProbe({ [MAIN]: PRESENT });
    const raw = planOf({ options: { cache: { from: 'reg.test/acme/api:cache-main' } } });
    await chooseCaches(raw, { probe, localCache: new FakeLocalCache() });
    expect(probe.asked).toEqual([MAIN]);
  });

  it('looks for folders in the workspace', async () => {
    const localCache = new FakeLocalCache();
    localCache.folders.add('/repo/.nx-docker-cache/cache/api/main');
    const local = planOf({ options: { cache: 'local' }, source: { branch: 'topic' } });
    const chosen = await chooseCaches(local, { probe: new FakeProbe(), localCache });
    expect(chosen.from.map(({ scope }) => scope)).toEqual(['main']);
  });
});

describe('withoutCaches', () => {
  it('takes a broken cache out of what is read, and still writes it: that mends it', async () => {
    const own = planOf();
    const chosen = await choose({ [MAIN]: PRESENT }, own);
    const left = withoutCaches(chosen, { from: [MAIN], to: [] }, 'gone');
    expect(left.from).toEqual([]);
    expect(left.to.map(({ ref }) => ref)).toEqual([MAIN]);
    expect(left.dropped).toEqual([
      expect.objectContaining({ direction: 'from', result: 'lost', message: 'gone' }),
    ]);
  });

  it('takes a cache that cannot be written out of what is written', async () => {
    const left = withoutCaches(await choose({ [MAIN]: PRESENT }), { from: [], to: [OWN] }, 'refused');
    expect([left.from.length, left.to.length]).toEqual([1, 0]);
  });
});

describe('claimFolders', () => {
  const local = planOf({ options: { cache: 'local' } });
  const folder = '/repo/.nx-docker-cache/cache/api/main';

  it('gives a folder to one build at a time', async () => {
    const localCache = new FakeLocalCache();
    const chosen = await chooseCaches(local, { probe: new FakeProbe(), localCache });
    const first = await claimFolders(chosen, '/repo', { localCache });
    const second = await claimFolders(chosen, '/repo', { localCache });
    expect(first.chosen.to).toHaveLength(1);
    expect(second.chosen.to).toEqual([]);
    expect(second.chosen.dropped).toContainEqual(
      expect.objectContaining({ direction: 'to', result: 'unused' }),
    );
    await second.release();
    expect(localCache.claimed.has(folder)).toBe(true);
    await first.release();
    expect(localCache.claimed.size).toBe(0);
  });

  it('claims nothing in a registry', async () => {
    const localCache = new FakeLocalCache();
    const { chosen } = await claimFolders(await choose({}), '/repo', { localCache });
    expect(chosen.to).toHaveLength(1);
    expect(localCache.claimed.size).toBe(0);
  });
});
