/**
 * The server's side of SPDY 3.1, as far as `kubectl exec` and buildx use it: streams that the client opens, whose
 * headers nobody needs, since it opens them in a fixed order.
 * https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
 */
import type { Duplex } from 'node:stream';
import { constants, createDeflate } from 'node:zlib';

const HEAD = 8;
const VERSION = 0x8003;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const PING = 6;
const FIN = 1;

export interface SpdyEvents {
  /** The client knows that this stream is there: what is sent on it before is lost. */
  readonly onOpen: (stream: number) => void;
  readonly onData: (stream: number, data: Buffer) => void;
  /** The client sends no more on this stream. */
  readonly onEnd: (stream: number) => void;
}

export class SpdyServer {
  readonly #socket: Duplex;
  readonly #events: SpdyEvents;
  /** Headers of all replies are one compressed stream. */
  readonly #headers = createDeflate();
  #rest = Buffer.alloc(0);

  /** @param first bytes that came with the request */
  constructor(socket: Duplex, first: Buffer, events: SpdyEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('data', (data: Buffer) => this.#read(data));
    this.#headers.on('error', () => socket.destroy());
    this.#read(first);
  }

  send(stream: number, data: Buffer): void {
    this.#frame(stream, 0, data);
  }

  end(stream: number): void {
    this.#frame(stream, FIN, Buffer.alloc(0));
  }

  #read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const length = this.#rest.length < HEAD ? Infinity : HEAD + this.#rest.readUIntBE(5, 3);
      if (this.#rest.length < length) return;
      const frame = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      if (frame[0]! >= 0x80) this.#control(frame);
      else this.#data(frame);
    }
  }

  #control(frame: Buffer): void {
    const type = frame.readUInt16BE(2);
    if (type === PING) this.#socket.write(frame);
    if (type === SYN_STREAM) this.#accept(frame.readUInt32BE(HEAD));
  }

  #data(frame: Buffer): void {
    const stream = frame.readUInt32BE(0);
    if (frame.length > HEAD) this.#events.onData(stream, frame.subarray(HEAD));
    if ((frame[4]! & FIN) !== 0) this.#events.onEnd(stream);
  }

  /** A reply with no header: the count alone. */
  #accept(stream: number): void {
    this.#headers.write(Buffer.alloc(4));
    this.#headers.flush(constants.Z_SYNC_FLUSH, () => {
      const id = Buffer.alloc(4);
      id.writeUInt32BE(stream);
      const body = Buffer.concat([id, (this.#headers.read() as Buffer | null) ?? Buffer.alloc(0)]);
      this.#frame(VERSION * 0x10000 + SYN_REPLY, 0, body);
      this.#events.onOpen(stream);
    });
  }

  /** @param first four bytes: the stream of data, or version and type of what controls */
  #frame(first: number, flags: number, body: Buffer): void {
    const head = Buffer.alloc(HEAD);
    head.writeUInt32BE(first, 0);
    head.writeUInt8(flags, 4);
    head.writeUIntBE(body.length, 5, 3);
    this.#socket.write(Buffer.concat([head, body]));
  }
}
