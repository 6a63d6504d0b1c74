import { getEventListeners } from 'node:events';
import { onAbort } from './on-abort';

it('lets a hundred watch one signal without a warning, and leaves nothing on it', async () => {
  const warned = jest.fn();
  process.on('warning', warned);
  const controller = new AbortController();
  const called = jest.fn();
  const ends = [...Array(100).keys()].map(() => onAbort(controller.signal, () => called()));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
  for (const end of ends.slice(1)) end();
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  controller.abort();
  expect(called).toHaveBeenCalledTimes(1);
  ends.forEach((end) => end());
});

it('has nothing to watch where there is no signal', () => {
  expect(onAbort(undefined, () => undefined)()).toBeUndefined();
});
