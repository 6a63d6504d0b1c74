import { mapBounded } from './bounded';

it('keeps the order and the bound', async () => {
  let [running, most] = [0, 0];
  const results = await mapBounded([5, 1, 4, 2, 3], 2, async (ms) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, ms));
    running -= 1;
    return ms * 2;
  });
  expect(results).toEqual([10, 2, 8, 4, 6]);
  expect(most).toBe(2);
});

it('fails with the first error', async () => {
  await expect(mapBounded([1, 2], 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await mapBounded([], 3, () => Promise.reject(new Error('never')))).toEqual([]);
});
