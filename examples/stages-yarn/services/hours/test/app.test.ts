import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DateTime } from 'luxon';
import { makeApp } from '../src/app.js';

const app = makeApp(() => DateTime.fromISO('2025-01-08T10:00Z'));

describe('the service', () => {
  it('says whether a shop is open now', async () => {
    const answer = await app.request('/shops/bakery');
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), {
      name: 'Bakery',
      open: true,
      localTime: '2025-01-08T10:00:00.000+00:00',
    });
  });

  it('says it for any other time', async () => {
    const answer = await app.request('/shops/bar?at=2025-01-11T01:00:00%2B09:00');
    assert.deepEqual(await answer.json(), {
      name: 'Night bar',
      open: true,
      localTime: '2025-01-11T01:00:00.000+09:00',
    });
  });

  it('refuses what it does not know', async () => {
    assert.equal((await app.request('/shops/zoo')).status, 404);
    assert.equal((await app.request('/shops/bar?at=noon')).status, 400);
  });
});
