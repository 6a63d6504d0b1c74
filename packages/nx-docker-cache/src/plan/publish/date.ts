import { DockerCacheError } from '../../errors';

/** Tokens of a date's format, as moment has them; what stands in [brackets] is taken as it is. */
const TOKENS = /\[([^\]]*)\]|YYYY|YY|MM|M|DDDD|DD|D|HH|H|mm|m|ss|s|X|x|GGGG|WW|W|[A-Za-z]+/g;

/**
 * A time in a time zone, for instance `YYYYMMDD`.
 * @param now milliseconds since 1970
 * @throws DockerCacheError INVALID_TEMPLATE for an unknown token or time zone
 */
export function formatDate(now: number, format: string, zone: string, where: string): string {
  const at = partsIn(now, zone, where);
  const two = (value: number): string => String(value).padStart(2, '0');
  const week = isoWeek(at.year, at.month, at.day);
  const values: Readonly<Record<string, string>> = {
    YYYY: String(at.year),
    YY: two(at.year % 100),
    MM: two(at.month),
    M: String(at.month),
    DDDD: String(dayOfYear(at.year, at.month, at.day)).padStart(3, '0'),
    DD: two(at.day),
    D: String(at.day),
    HH: two(at.hour),
    H: String(at.hour),
    mm: two(at.minute),
    m: String(at.minute),
    ss: two(at.second),
    s: String(at.second),
    X: String(Math.floor(now / 1000)),
    x: String(now),
    GGGG: String(week.year),
    WW: two(week.week),
    W: String(week.week),
  };
  return format.replace(TOKENS, (token, plain?: string) => {
    if (plain !== undefined) return plain;
    const value = Object.hasOwn(values, token) ? values[token] : undefined;
    if (value !== undefined) return value;
    throw new DockerCacheError({
      code: 'INVALID_TEMPLATE',
      message: `${where} has a date format that cannot be read`,
      expected: `${Object.keys(values).join(', ')}, and other letters in [brackets]`,
      found: `${token} in ${format}`,
      hint: 'Correct the format.',
    });
  });
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function partsIn(now: number, zone: string, where: string): Parts {
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const clock = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...numbers, ...clock });
    const found = Object.fromEntries(
      format.formatToParts(now).map(({ type, value }) => [type, Number(value)]),
    );
    return found as unknown as Parts;
  } catch (cause) {
    throw new DockerCacheError({
      code: 'INVALID_TEMPLATE',
      message: `${where} names a time zone that does not exist`,
      expected: 'a name of the tz database, for instance Europe/Berlin',
      found: zone,
      hint: 'Correct `tz`, or leave it out for UTC.',
      cause,
    });
  }
}

const DAY = 86_400_000;

function dayOfYear(year: number, month: number, day: number): number {
  return Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / DAY) + 1;
}

/** ISO 8601: the week that has the year's first Thursday is the first one. */
function isoWeek(year: number, month: number, day: number): { year: number; week: number } {
  const date = new Date(Date.UTC(year, month - 1, day));
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY);
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return {
    year: thursday.getUTCFullYear(),
    week: Math.ceil(((thursday.getTime() - start) / DAY + 1) / 7),
  };
}
