import { opening, type Shop } from './schedule.js';

const DAYS = [opening('08:30-12:00'), opening('14:00-18:30')];
const LATE = [opening('18:00-02:00')];

export const SHOPS: ReadonlyMap<string, Shop> = new Map([
  [
    'bakery',
    { name: 'Bakery', zone: 'Europe/Lisbon', week: { 2: DAYS, 3: DAYS, 4: DAYS, 5: DAYS, 6: DAYS } },
  ],
  ['bar', { name: 'Night bar', zone: 'Asia/Tokyo', week: { 5: LATE, 6: LATE } }],
]);
