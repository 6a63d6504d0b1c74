import { parseBuildOptions } from '../options';
import type { ContentKey } from '../model/content';
import type { TrustTier } from '../model/plan';
import type { Identity } from './identity';
import { marksOf } from './marks';
import { planSkip } from './skip';

const IMAGE = 'registry.test/acme/api';
const CONTENT: ContentKey = { key: 'k1', inputs: [], obstacles: [], images: [], changed: 0 };
const [T, I] = [`${IMAGE}:key-t-k1`, `${IMAGE}:key-i-k1`];

function plan(
  tier: TrustTier,
  options: Record<string, unknown> = {},
  more: { push?: boolean; known?: boolean; obstacle?: boolean } = {},
) {
  const parsed = parseBuildOptions(options, 'spec');
  const source = { commit: 'c', gitTag: undefined, pullRequest: undefined };
  const identity = {
    marks: marksOf(tier, source, parsed.skip),
    image: IMAGE,
    registryKnown: more.known ?? true,
    output: { push: more.push ?? tier !== 'untrusted', load: false },
  } as Identity;
  const obstacles = more.obstacle === true ? [{ line: 1, reason: 'x' }] : [];
  return planSkip(parsed, identity, { ...CONTENT, obstacles });
}

it('a trusted build takes what trusted builds made, and leaves its own', () => {
  expect(plan('trusted')).toEqual({ key: 'k1', obstacles: [], enabled: true, read: [T], write: T });
});

it('a trusted build takes what internal ones made where the option says so', () => {
  expect(plan('trusted', { skip: 'repository' })).toMatchObject({ enabled: true, read: [T, I], write: T });
});

it('an internal build takes both and leaves one that trusted builds do not take', () => {
  expect(plan('internal')).toMatchObject({ enabled: true, read: [T, I], write: I });
});

it('a fork’s build takes both and leaves none, even if it pushed', () => {
  expect(plan('untrusted')).toMatchObject({ enabled: true, read: [T, I], write: undefined });
  expect(plan('untrusted', {}, { push: true }).write).toBeUndefined();
});

it('what proves nothing is neither taken nor left', () => {
  expect(plan('trusted', {}, { obstacle: true })).toMatchObject({ enabled: false, write: undefined });
});

it.each([{ skip: false }, { noCache: true }, { noCacheFilter: 'deps' }])(
  '%j takes no key and leaves one',
  (options) => {
    expect(plan('trusted', options)).toMatchObject({ enabled: false, write: T });
  },
);

it('a build that is not pushed leaves none', () => {
  expect(plan('trusted', {}, { push: false }).write).toBeUndefined();
});

it('without a registry nothing is read or left there', () => {
  expect(plan('trusted', {}, { known: false })).toMatchObject({ enabled: true, read: [], write: undefined });
});
