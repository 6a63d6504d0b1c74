import { formatDate } from './date';

const at = (iso: string, format: string, zone = 'UTC'): string =>
  formatDate(Date.parse(iso), format, zone, 'a spec');

it.each([
  ['2026-03-07T04:05:09Z', 'YYYYMMDD', '20260307'],
  ['2026-03-07T04:05:09Z', 'YY.M.D-H.m.s', '26.3.7-4.5.9'],
  ['2026-03-07T00:05:09Z', 'YYYY-MM-DD[T]HHmmss', '2026-03-07T000509'],
  ['2026-12-31T00:00:00Z', 'DDDD', '365'],
  ['2024-12-31T00:00:00Z', 'DDDD', '366'],
  ['1970-01-01T00:00:01.5Z', 'X-x', '1-1500'],
  // ISO weeks around the new year.
  ['2027-01-01T00:00:00Z', 'GGGG[w]WW', '2026w53'],
  ['2024-12-30T00:00:00Z', 'GGGG[w]W', '2025w1'],
])('%s as %s', (iso, format, text) => {
  expect(at(iso, format)).toBe(text);
});

it('counts in a time zone', () => {
  expect(at('2026-12-31T23:30:00Z', 'YYYYMMDDHH', 'Asia/Tokyo')).toBe('2027010108');
  expect(at('2026-07-01T22:30:00Z', 'YYYYMMDDHH', 'Europe/Berlin')).toBe('2026070200');
});

it('refuses tokens and zones that it does not know', () => {
  expect(() => at('2026-01-01T00:00:00Z', 'YYYY-Qo')).toThrow(/date format/);
  expect(() => at('2026-01-01T00:00:00Z', 'YYYY', 'Mars/Base')).toThrow(
    expect.objectContaining({ code: 'INVALID_TEMPLATE', found: 'Mars/Base' }),
  );
});
