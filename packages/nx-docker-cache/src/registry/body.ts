import type { FetchResponse } from './types';

/** Thrown by `readBody`; the transport makes a RegistryError of it. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * The whole body of an answer.
 * @param max bytes
 * @param onExcess what more than `max` bytes means: an error, or (for bodies that only explain) the first ones
 * @throws BodyTooLargeError
 */
export async function readBody(
  response: FetchResponse,
  max: number,
  onExcess: 'throw' | 'cut',
): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > max) {
      // Leaving the loop closes the connection: what is left is not worth reading.
      if (onExcess === 'throw') throw new BodyTooLargeError(`more than ${max} bytes`);
      chunks.push(chunk.subarray(0, chunk.byteLength - (size - max)));
      break;
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
