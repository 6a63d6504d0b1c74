export interface Parcel {
  readonly id: string;
  readonly grams: number;
}

/** Postage in cents: a base, and so much for each kilogram that was begun. */
export function postage({ grams }: Parcel): number {
  return 390 + Math.ceil(grams / 1000) * 120;
}
