import { portsOf, SOURCE, world, type World } from '../../test/fakes/ports';
import type { Receipt, StageReceipt } from '../model/receipt';
import { prepare } from './prepare';
import { trySkip } from './skip';

const IMAGE = 'registry.test/api';
const FILES = { Dockerfile: 'FROM node:20\nCOPY src /src', 'src/a.js': 'a' };
const images = { 'node:20': { digest: `sha256:${'a'.repeat(64)}` } };

async function skipOf(
  state: World,
  options: Record<string, unknown> = {},
  last?: (key: string) => Partial<StageReceipt>,
) {
  const ports = portsOf(state);
  const project = { name: 'api', root: '.', target: 'docker-build' };
  const prepared = await prepare(
    { ...project, options: { registry: 'registry.test', tags: 't', ...options } },
    ports,
    true,
  );
  const receipt =
    last === undefined
      ? undefined
      : ({ stages: [{ obstacles: [], ...last(prepared.skip.key) }] } as unknown as Receipt);
  for (const [name, digest] of Object.entries(state.tags)) {
    state.tags[name.replace('KEY', prepared.skip.key)] = digest;
  }
  return trySkip(prepared, receipt, ports);
}

const T = `${IMAGE}:key-t-KEY`;
const I = `${IMAGE}:key-i-KEY`;
const FORK = { ...SOURCE, branch: 'fix', pullRequest: '7', baseBranch: 'main', fork: true };

describe('a push', () => {
  it('is skipped where the registry holds the key', async () => {
    const state = world({ files: FILES, images, tags: { [T]: 'sha256:1' } });
    expect(await skipOf(state)).toMatchObject({ digest: 'sha256:1', promoted: [`${IMAGE}:t`] });
    expect(state.promoted).toEqual([[`${IMAGE}@sha256:1`, [`${IMAGE}:t`]]]);
  });

  it.each<[string, Partial<World>, Record<string, unknown>]>([
    ['the registry does not hold it', { tags: {} }, {}],
    ['it is an internal build’s', { tags: { [I]: 'sha256:1' } }, {}],
    ['the option says so', { tags: { [T]: 'sha256:1' } }, { skip: false }],
    ['everything is to be executed', { tags: { [T]: 'sha256:1' } }, { noCache: true }],
    ['a base image is not known', { tags: { [T]: 'sha256:1' }, images: {} }, {}],
    ['the tags cannot be moved', { tags: { [T]: 'sha256:1' }, refusal: '403' }, {}],
    ['nothing is to be kept', { tags: { [T]: 'sha256:1' } }, { push: false, load: false }],
  ])('is built where %s', async (_, more, options) => {
    const state = world({ files: FILES, images, ...more });
    expect(await skipOf(state, options)).toBeUndefined();
    expect(state.promoted).toEqual([]);
  });

  it('takes an internal build’s where the option says so', async () => {
    const state = world({ files: FILES, images, tags: { [I]: 'sha256:1' } });
    expect(await skipOf(state, { skip: 'repository' })).toMatchObject({ digest: 'sha256:1' });
  });
});

describe('where the builder is another machine', () => {
  const state = (platform: string | undefined): World =>
    world({
      ...{ files: FILES, images, tags: { [T]: 'sha256:1' }, builderIsHere: false },
      engine: { ...world().engine, platform },
    });

  it('of this one’s platform, a push is skipped', async () => {
    expect(await skipOf(state('linux/amd64'))).toMatchObject({ digest: 'sha256:1' });
  });

  it.each(['linux/arm64', undefined])('of platform %s, it is built', async (platform) => {
    expect(await skipOf(state(platform))).toBeUndefined();
  });

  it('of any platform, it is skipped where platforms are named', async () => {
    const options = { platforms: 'linux/amd64' };
    expect(await skipOf(state('linux/arm64'), options)).toMatchObject({ digest: 'sha256:1' });
  });
});

it('a fork’s build is skipped without any write', async () => {
  const state = world({ files: FILES, images, source: FORK, tags: { [T]: 'sha256:1' } });
  expect(await skipOf(state)).toMatchObject({ digest: 'sha256:1', promoted: [] });
  expect(state.promoted).toEqual([]);
});

describe('a load', () => {
  const options = { load: true, push: false };
  const last = (key: string): Partial<StageReceipt> => ({
    contentKey: key,
    imageId: 'id',
    digest: 'sha256:1',
  });
  const loaded = { [`${IMAGE}:t`]: 'id' };

  it('is skipped where the engine has the image of the last receipt, without a registry', async () => {
    expect(await skipOf(world({ files: FILES, images, loaded }), options, last)).toEqual({
      ...{ digest: 'sha256:1', from: 'the engine', promoted: [`${IMAGE}:t`] },
    });
  });

  it.each<[string, Partial<World>, ((key: string) => Partial<StageReceipt>) | undefined]>([
    ['there is no receipt', { loaded }, undefined],
    ['the receipt is of another key', { loaded }, () => ({ ...last('other') })],
    [
      'the receipt’s key proves nothing',
      { loaded },
      (key) => ({ ...last(key), obstacles: [{ line: 1, reason: '' }] }),
    ],
    ['the receipt names no image', { loaded }, (key) => ({ ...last(key), imageId: undefined })],
    ['the image is gone', { loaded: {} }, last],
    ['the name is another image’s', { loaded: { [`${IMAGE}:t`]: 'other' } }, last],
    ['only the registry has it', { loaded: {}, tags: { [T]: 'sha256:1' } }, last],
    [
      'an engine with the older store has a base image of its own',
      { loaded: { ...loaded, 'node:20': 'b' }, engine: { ...world().engine, containerdStore: false } },
      last,
    ],
    ['the engine has another base image of that name', { loaded: { ...loaded, 'node:20': 'b' } }, last],
  ])('is built where %s', async (_, more, receipt) => {
    expect(await skipOf(world({ files: FILES, images, ...more }), options, receipt)).toBeUndefined();
  });

  it.each<[string, Partial<World>]>([
    ['the engine has the base image that the registry has', {}],
    ['the builder does not see the engine’s', { engine: { ...world().engine, driver: 'docker-container' } }],
  ])('is skipped where %s', async (_, more) => {
    const own = more.engine === undefined ? images['node:20'].digest : 'b';
    const state = world({ files: FILES, images, loaded: { ...loaded, 'node:20': own }, ...more });
    expect(await skipOf(state, options, last)).toMatchObject({ from: 'the engine' });
  });

  it('with a push needs both', async () => {
    const both = { load: true, push: true };
    expect(
      await skipOf(world({ files: FILES, images, loaded, tags: { [T]: 'sha256:1' } }), both, last),
    ).toMatchObject({ from: expect.stringContaining('key-t-') });
    expect(await skipOf(world({ files: FILES, images, loaded }), both, last)).toBeUndefined();
    expect(
      await skipOf(world({ files: FILES, images, tags: { [T]: 'sha256:1' } }), both, last),
    ).toBeUndefined();
  });
});
