import { variantOf, type VariantInput } from './variant';

const of = (input: Partial<VariantInput>): ReturnType<typeof variantOf> =>
  variantOf({
    target: undefined,
    platforms: [],
    buildArgs: {},
    consumed: ['A', 'B'],
    volatile: [],
    ...input,
  });

describe('variantOf', () => {
  it('has no name for the plain build', () => {
    expect(of({})).toEqual({ name: undefined, volatileArgs: [] });
  });

  it('tells targets, platforms and build args apart', () => {
    const names = [
      of({ target: 'test' }),
      of({ target: 'builder' }),
      of({ platforms: ['linux/amd64'] }),
      of({ platforms: ['linux/arm64'] }),
      of({ buildArgs: { A: '1' } }),
      of({ buildArgs: { A: '2' } }),
      of({ buildArgs: { B: '1' } }),
      of({ target: 'test', buildArgs: { A: '1' } }),
    ].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('does not count orders, nor args that no stage consumes', () => {
    expect(of({ buildArgs: { A: '1', B: '2' } })).toEqual(of({ buildArgs: { B: '2', A: '1' } }));
    expect(of({ platforms: ['b', 'a'] })).toEqual(of({ platforms: ['a', 'b'] }));
    expect(of({ buildArgs: { UNUSED: '1' } }).name).toBeUndefined();
  });

  it.each([
    ['a commit', '0123456789abcdef'],
    ['a text with a commit in it', 'v1-0123456'],
    ['a time', '2026-01-02T03:04:05Z'],
    ['seconds since 1970', '1767312000'],
    ['milliseconds since 1970', '1767312000123'],
    ['a build number', '77'],
  ])('leaves %s out, and says so', (_, value) => {
    expect(of({ buildArgs: { A: value }, volatile: ['0123456', '0123456789abcdef', '77'] })).toEqual({
      name: undefined,
      volatileArgs: ['A'],
    });
  });

  it('keeps a version that only has a build number in it', () => {
    expect(of({ buildArgs: { A: '1.77.0' }, volatile: ['77'] }).volatileArgs).toEqual([]);
  });

  it('bounds the names of stages', () => {
    const long = 'stage-'.repeat(30);
    const { name = '' } = of({ target: `${long}a`, platforms: ['linux/amd64'] });
    expect(name.length).toBeLessThanOrEqual(40);
    expect(of({ target: `${long}b`, platforms: ['linux/amd64'] }).name).not.toBe(name);
  });
});
