import assert from 'node:assert/strict';
import { test } from 'node:test';
import { server } from './server';

test('a parcel of 1.2 kg', async () => {
  const { body } = await server().inject('/postage/1200');
  assert.deepEqual(JSON.parse(body), { cents: 630 });
});
