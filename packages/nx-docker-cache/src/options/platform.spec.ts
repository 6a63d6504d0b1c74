import { canonicalPlatform, readPlatforms } from './platform';

it.each([
  ['linux/amd64', 'linux/amd64'],
  ['linux/x86_64', 'linux/amd64'],
  ['Linux/AMD64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/armhf', 'linux/arm/v7'],
  ['linux/arm/6', 'linux/arm/v6'],
  ['linux/i386', 'linux/386'],
  ['arm64', 'arm64'],
])('%s is %s', (text, platform) => {
  expect(canonicalPlatform(text)).toBe(platform);
});

it('reads texts and lists, each platform once', () => {
  expect(readPlatforms('linux/amd64, linux/arm64')).toEqual(['linux/amd64', 'linux/arm64']);
  expect(readPlatforms(['linux/arm64', 'linux/aarch64', 'linux/386'])).toEqual(['linux/arm64', 'linux/386']);
  expect(readPlatforms(undefined)).toEqual([]);
});
