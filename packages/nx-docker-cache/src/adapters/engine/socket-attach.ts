import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { OutputChannel } from '../../ports/container';
import { EngineRefusal } from './socket-get';

/** https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container/operation/ContainerAttach */
const HEADER_BYTES = 8;

/**
 * A connection that both streams of a container come over, from now on.
 * @param timeoutMs until the engine has to agree
 * @throws EngineRefusal, or what breaks the connection
 */
export function socketAttach(socketPath: string, id: string, timeoutMs: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const call = request({
      ...{ socketPath, method: 'POST', path: `/containers/${id}/attach?stream=1&stdout=1&stderr=1` },
      headers: { host: 'docker', connection: 'Upgrade', upgrade: 'tcp' },
    });
    call.setTimeout(timeoutMs, () => call.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    call.on('upgrade', (_, socket, head) => {
      // A task may say nothing for as long as it likes.
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    call.on('response', (response) => {
      response.resume();
      reject(new EngineRefusal(response.statusCode ?? 0, 'the engine gives no output of a container'));
    });
    call.on('error', reject);
    call.end();
  });
}

/** The frames of such a connection: a byte for the stream, three of nothing, the length, and that many bytes. */
export async function readFrames(
  stream: AsyncIterable<Buffer>,
  onOutput: (channel: OutputChannel, chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  let header = Buffer.alloc(0);
  let left = 0;
  let channel: OutputChannel = 'stdout';
  for await (const read of stream) {
    let chunk = read;
    while (chunk.length > 0) {
      if (left === 0) {
        const missing = HEADER_BYTES - header.length;
        header = Buffer.concat([header, chunk.subarray(0, missing)]);
        chunk = chunk.subarray(missing);
        if (header.length < HEADER_BYTES) continue;
        channel = header[0] === 2 ? 'stderr' : 'stdout';
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const part = chunk.subarray(0, left);
      await onOutput(channel, part);
      left -= part.length;
      chunk = chunk.subarray(part.length);
    }
  }
}
