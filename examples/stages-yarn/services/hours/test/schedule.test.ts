import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DateTime } from 'luxon';
import { isOpen, minutes, opening, type Shop } from '../src/schedule.js';

const utc = (text: string): DateTime => DateTime.fromISO(text, { zone: 'utc' });

describe('a schedule', () => {
  it('is read from clock times', () => {
    assert.deepEqual(opening('08:30-12:00'), { from: 510, to: 720 });
    assert.throws(() => minutes('8.30'), /expected a time such as 08:30; found 8\.30/);
  });

  it('counts in the time zone of the shop, in summer too', () => {
    const shop: Shop = { name: 'x', zone: 'Europe/Lisbon', week: { 3: [opening('09:00-17:00')] } };
    assert.equal(isOpen(shop, utc('2025-01-08T08:30Z')), false);
    assert.equal(isOpen(shop, utc('2025-07-09T08:30Z')), true);
    assert.equal(isOpen(shop, utc('2025-07-09T16:00Z')), false);
  });

  it('goes on after midnight', () => {
    const bar: Shop = { name: 'x', zone: 'utc', week: { 6: [opening('22:00-03:00')] } };
    assert.equal(isOpen(bar, utc('2025-01-11T23:00Z')), true);
    assert.equal(isOpen(bar, utc('2025-01-12T02:59Z')), true);
    assert.equal(isOpen(bar, utc('2025-01-12T03:00Z')), false);
    assert.equal(isOpen(bar, utc('2025-01-11T02:00Z')), false);
  });
});
