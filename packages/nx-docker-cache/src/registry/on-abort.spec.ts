import { getEventListeners } from 'node:events';
import { onAbort } from './on-abort';

it('has one listener for all that watch a signal, and none when nobody does', () => {
  const { signal } = new AbortController();
  const listeners = (): number => getEventListeners(signal, 'abort').length;
  for (const turn of [1, 2]) {
    const ends = [...Array(100).keys()].map(() => onAbort(signal, () => undefined));
    expect([turn, listeners()]).toEqual([turn, 1]);
    for (const end of ends.slice(1)) end();
    expect([turn, listeners()]).toEqual([turn, 1]);
    for (const end of [...ends, ...ends]) end();
    expect([turn, listeners()]).toEqual([turn, 0]);
  }
});

it('calls those that still watch, once', () => {
  const controller = new AbortController();
  const [called, ended] = [jest.fn(), jest.fn()];
  onAbort(controller.signal, called);
  onAbort(controller.signal, called);
  onAbort(controller.signal, ended)();
  onAbort(undefined, called)();
  controller.abort();
  expect([called.mock.calls.length, ended.mock.calls.length]).toEqual([2, 0]);
});
