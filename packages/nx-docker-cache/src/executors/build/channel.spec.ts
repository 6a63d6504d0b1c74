import { Channel } from './channel';

describe('Channel', () => {
  it('hands over what comes before and while somebody asks, and ends', async () => {
    const channel = new Channel<number>();
    channel.push(1);
    channel.push(2);
    const seen: number[] = [];
    const reader = (async () => {
      for await (const value of channel) {
        seen.push(value);
        if (value === 2) setTimeout(() => channel.push(3), 5);
        if (value === 3) setTimeout(() => channel.close(), 5);
      }
    })();
    await reader;
    expect(seen).toEqual([1, 2, 3]);
  });

  it('gives what was left before it was closed', async () => {
    const channel = new Channel<string>();
    channel.push('a');
    channel.close();
    const iterator = channel[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 'a' });
    expect((await iterator.next()).done).toBe(true);
  });
});
