import { getEventListeners } from 'node:events';
import { onAbort } from './on-abort';

/** `getMaxListeners` of Node.js does not know the signals of a test's own realm. */
function maxListeners(signal: AbortSignal): unknown {
  const name = Object.getOwnPropertySymbols(signal).find(
    ({ description }) => description === 'events.maxEventTargetListeners',
  );
  return name === undefined ? undefined : Reflect.get(signal, name);
}

it('lets any number watch one signal, of which Node.js would warn, and leaves nothing on it', () => {
  const { signal } = new AbortController();
  expect(maxListeners(signal)).toBeGreaterThan(0);
  const ends = [...Array(100).keys()].map(() => onAbort(signal, () => undefined));
  expect(maxListeners(signal)).toBe(0);
  expect(getEventListeners(signal, 'abort')).toHaveLength(100);
  for (const end of [...ends, ...ends]) end();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('calls those that still watch, once', () => {
  const controller = new AbortController();
  const [called, ended] = [jest.fn(), jest.fn()];
  onAbort(controller.signal, called);
  onAbort(controller.signal, ended)();
  onAbort(undefined, called)();
  controller.abort();
  expect([called.mock.calls.length, ended.mock.calls.length]).toEqual([1, 0]);
});
