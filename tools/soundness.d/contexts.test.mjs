import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Contexts } from './contexts.mjs';

/** Builds that last until they are ended. */
function record() {
  const log = [];
  const ends = new Map();
  const contexts = new Contexts(() => Promise.resolve(void log.push('forget')));
  const send = (name, modes) => {
    const folders = Object.entries(modes).map(([path, mode]) => ({ path, mode }));
    return contexts.send(folders, () => {
      log.push(name);
      return new Promise((resolve, reject) => ends.set(name, { resolve, reject }));
    });
  };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
  return { log, ends, send, settle };
}

test('builds whose folders agree run beside each other', async () => {
  const { log, send, settle } = record();
  void send('a', { src: 1, a: 1 });
  void send('b', { src: 1, b: 2 });
  await settle();
  assert.deepEqual(log, ['a', 'b']);
});

test('a folder with another mode waits for the others, and what was kept is forgotten', async () => {
  const { log, ends, send, settle } = record();
  const a = send('a', { src: 1 });
  const failed = assert.rejects(a, /refused/);
  void send('b', { src: 2 });
  await settle();
  assert.deepEqual(log, ['a']);
  ends.get('a').reject(new Error('refused'));
  await failed;
  await settle();
  assert.deepEqual(log, ['a', 'forget', 'b']);
  void send('c', { src: 2, a: 3 });
  await settle();
  assert.deepEqual(log.at(-1), 'c');
});
