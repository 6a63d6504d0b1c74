import { Injectable } from '@nestjs/common';
import { addBusinessDays, formatISO } from 'date-fns';
import type { Parcel } from '@example/shared';
import type { NewParcel } from './new-parcel';

const BUSINESS_DAYS: Readonly<Record<NewParcel['speed'], number>> = { standard: 3, express: 1 };

@Injectable()
export class ParcelsService {
  readonly #parcels = new Map<string, Parcel>();

  constructor() {
    this.post({ to: 'Ada Lovelace, London', speed: 'express' });
    this.post({ to: 'Grace Hopper, New York', speed: 'standard' });
  }

  all(): Parcel[] {
    return [...this.#parcels.values()];
  }

  find(id: string): Parcel | undefined {
    return this.#parcels.get(id);
  }

  post({ to, speed }: NewParcel, today = new Date()): Parcel {
    const parcel: Parcel = {
      id: `P-${String(this.#parcels.size + 1).padStart(4, '0')}`,
      to,
      status: 'posted',
      postedOn: isoDate(today),
      dueOn: isoDate(addBusinessDays(today, BUSINESS_DAYS[speed])),
    };
    this.#parcels.set(parcel.id, parcel);
    return parcel;
  }
}

function isoDate(date: Date): string {
  return formatISO(date, { representation: 'date' });
}
