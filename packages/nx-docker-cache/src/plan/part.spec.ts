import { COMMIT, identityOf } from '../../test/fakes/facts';
import { partTag, wholePlatforms } from './part';

const BOTH = ['linux/amd64', 'linux/arm64'];
const PART = { project: { name: 'api', target: 'docker-build' }, source: { commit: COMMIT } };
const tag = (more: object = {}): string =>
  partTag({ ...PART, stage: 'app', platform: 'linux/arm64', ...more }, { text: 't', tier: 'trusted' });

it('names commit, tier and platform', () => {
  expect(tag()).toMatch(new RegExp(`^part-t-${COMMIT}-[0-9a-f]{8}-linux-arm64$`));
});

it('differs by all that images of one repository may differ in', () => {
  const tags = [
    tag(),
    partTag({ ...PART, stage: 'app', platform: 'linux/arm64' }, { text: 'i', tier: 'internal' }),
    tag({ stage: 'builder' }),
    tag({ platform: 'linux/arm/v7' }),
    tag({ project: { name: 'web', target: 'docker-build' } }),
    tag({ project: { name: 'api', target: 'docker-debug' } }),
    tag({ source: { commit: undefined } }),
  ];
  expect(new Set(tags).size).toBe(tags.length);
});

describe('the platforms of the whole image', () => {
  it.each([
    ['all of them', BOTH, BOTH, BOTH],
    ['some of them', ['linux/arm64'], BOTH, BOTH],
    ['others', ['linux/386'], BOTH, ['linux/386']],
    ['none', [], BOTH, []],
    ['no configuration', BOTH, undefined, BOTH],
  ])('%s', (_, platforms, configured, whole) => {
    expect(wholePlatforms({ platforms }, { platforms: configured })).toEqual(whole);
  });
});

it('leaves the tags to an image that is whole', () => {
  expect(identityOf({ options: { registry: 'reg.test', platforms: BOTH } }).tags).toEqual([
    'reg.test/api:0123456',
  ]);
});
