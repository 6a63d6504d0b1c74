import { readFrames } from './socket-attach';

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const BYTES = Buffer.concat([frame(1, 'one\n'), frame(2, ''), frame(2, 'zwei ü\n'), frame(1, 'three')]);

async function read(chunks: readonly Buffer[]): Promise<Record<string, string>> {
  const seen: Record<string, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  await readFrames(stream(), async (channel, chunk) => {
    seen[channel] = Buffer.concat([seen[channel]!, chunk]);
  });
  return { stdout: String(seen['stdout']), stderr: String(seen['stderr']) };
}

it.each([1, 2, 3, 7, 8, 9, 13, 1000])('reads both streams in pieces of %i bytes', async (size) => {
  const count = Math.ceil(BYTES.length / size);
  const chunks = Array.from({ length: count }, (_, index) =>
    BYTES.subarray(index * size, (index + 1) * size),
  );
  expect(await read(chunks)).toEqual({ stdout: 'one\nthree', stderr: 'zwei ü\n' });
});

it('hands over what has come of a frame that was cut', async () => {
  expect(await read([BYTES.subarray(0, 10)])).toEqual({ stdout: 'on', stderr: '' });
});
