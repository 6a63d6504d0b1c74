import { limiter, mapBounded } from './bounded';

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

describe('limiter', () => {
  it('runs so many at a time, in order, and goes on after a failure', async () => {
    const limit = limiter(2);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const runs = [0, 1, 2, 3].map((index) =>
      limit(async () => {
        started.push(index);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (index === 0) throw new Error('no');
        return index;
      }).catch((error: unknown) => (error as Error).message),
    );
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await turn();
    expect(started).toEqual([0, 1]);
    ends[0]!();
    await turn();
    expect(started).toEqual([0, 1, 2]);
    ends[1]!();
    await turn();
    ends.slice(2).forEach((end) => end());
    expect(await Promise.all(runs)).toEqual(['no', 1, 2, 3]);
  });
});
