import { DateTime } from 'luxon';

/** One opening of a day, in minutes after midnight; an end before its begin is on the next day. */
export interface Opening {
  readonly from: number;
  readonly to: number;
}

/** Openings by ISO weekday, 1 for Monday. */
export type Week = Readonly<Partial<Record<number, readonly Opening[]>>>;

export interface Shop {
  readonly name: string;
  /** IANA name of its time zone. */
  readonly zone: string;
  readonly week: Week;
}

/** `"08:30"` as minutes after midnight. */
export function minutes(clock: string): number {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(clock);
  if (match === null) throw new Error(`expected a time such as 08:30; found ${clock}`);
  return Number(match[1]) * 60 + Number(match[2]);
}

/** `"08:30-12:00"` */
export function opening(text: string): Opening {
  const [from = '', to = ''] = text.split('-');
  return { from: minutes(from), to: minutes(to) };
}

/** Is the shop open at this instant? Its own clock counts, and so does the night before. */
export function isOpen({ zone, week }: Shop, at: DateTime): boolean {
  const local = at.setZone(zone);
  const now = local.hour * 60 + local.minute;
  const today = week[local.weekday] ?? [];
  const yesterday = week[local.minus({ days: 1 }).weekday] ?? [];
  return (
    today.some(({ from, to }) => now >= from && (now < to || to <= from)) ||
    yesterday.some(({ from, to }) => to <= from && now < to)
  );
}
