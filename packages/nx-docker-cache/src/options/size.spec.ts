import { parseSize } from './size';

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['12', 12],
    ['12b', 12],
    ['64m', 64 * 1024 ** 2],
    ['1k', 1024],
    ['1kB', 1000],
    ['1KiB', 1024],
    ['2.5 GB', 2_500_000_000],
    ['1TiB', 1024 ** 4],
    [' 7 MB ', 7_000_000],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'MB', '-1', '1.2.3', '1 elephant', '1e9', '0x10'])('%j is none', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});
