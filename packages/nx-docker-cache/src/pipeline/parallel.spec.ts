import { countOf, parallelOf } from './parallel';

const from = (text: string | undefined): number | undefined =>
  parallelOf({
    environment: {
      get: (name) => (name === 'NX_DOCKER_CACHE_PARALLEL' ? text : '7'),
      platform: 'linux/amd64',
      clientProxies: false,
    },
  });

describe('how many builds are asked for at a time', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['1', 1],
    [' 12 ', 12],
  ])('%j', (text, expected) => expect(from(text)).toBe(expected));

  it.each(['0', '-1', '1.5', 'two', '50%', 'true'])('%s is none', (text) => {
    expect(countOf(text)).toBeUndefined();
    expect(() => from(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', found: `NX_DOCKER_CACHE_PARALLEL=${text}` }),
    );
  });
});
