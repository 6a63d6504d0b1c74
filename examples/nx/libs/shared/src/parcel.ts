/** What the API says of a parcel and the gateway shows. */
export const STATUSES = ['posted', 'sorting', 'on-its-way', 'delivered'] as const;

export type ParcelStatus = (typeof STATUSES)[number];

export interface Parcel {
  readonly id: string;
  readonly to: string;
  readonly status: ParcelStatus;
  /** ISO 8601 date. */
  readonly postedOn: string;
  /** ISO 8601 date. */
  readonly dueOn: string;
}

const TEXTS: Readonly<Record<ParcelStatus, string>> = {
  posted: 'Handed in',
  sorting: 'At the sorting office',
  'on-its-way': 'On its way',
  delivered: 'Delivered',
};

export function statusText(status: ParcelStatus): string {
  return TEXTS[status];
}

/** @param today ISO 8601 date */
export function isLate({ status, dueOn }: Pick<Parcel, 'status' | 'dueOn'>, today: string): boolean {
  return status !== 'delivered' && today > dueOn;
}
