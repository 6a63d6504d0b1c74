import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../json-file';

const VERSION = 1;
/** A file changed this recently may change again without a trace in its times. */
const RACY_MS = 2_000;
const CHUNK = 1 << 20;

const cacheSchema = z.object({
  version: z.literal(VERSION),
  files: z.record(z.string(), z.tuple([z.string(), z.string()])),
});

/**
 * sha256 of files, remembered by inode, size and both times, as git's index does. A change that keeps size and
 * mtime still moves ctime, which no program can set.
 */
export class DigestCache {
  readonly #path: string;
  readonly #known: Map<string, readonly [stamp: string, digest: string]>;
  readonly #next = new Map<string, readonly [stamp: string, digest: string]>();
  readonly #buffer = Buffer.allocUnsafe(CHUNK);
  #changed = false;

  constructor(path: string) {
    this.#path = path;
    const parsed = cacheSchema.safeParse(readJsonFile(path));
    this.#known = new Map(parsed.success ? Object.entries(parsed.data.files) : []);
  }

  /** @throws the system's error where the file cannot be read */
  digest(path: string, stats: Stats): string {
    const stamp = `${stats.ino}.${stats.size}.${stats.mtimeMs}.${stats.ctimeMs}`;
    const known = this.#known.get(path);
    if (known?.[0] === stamp) {
      this.#next.set(path, known);
      return known[1];
    }
    const digest = this.#read(path, stats.size);
    if (Date.now() - Math.max(stats.mtimeMs, stats.ctimeMs) > RACY_MS) {
      this.#next.set(path, [stamp, digest]);
      this.#changed = true;
    }
    return digest;
  }

  /** Writes what was learnt; entries of files that were not asked for stay. Losing it costs time only. */
  save(): void {
    if (!this.#changed) return;
    const files = Object.fromEntries([...this.#known, ...this.#next]);
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(temporary, JSON.stringify({ version: VERSION, files }));
      renameSync(temporary, this.#path);
    } catch {
      // A read-only checkout: the next run reads the files again.
    }
  }

  #read(path: string, size: number): string {
    if (size <= CHUNK) return createHash('sha256').update(readFileSync(path)).digest('hex');
    const hash = createHash('sha256');
    const file = openSync(path, 'r');
    try {
      for (let read = CHUNK; read > 0;) {
        read = readSync(file, this.#buffer, 0, CHUNK, null);
        hash.update(this.#buffer.subarray(0, read));
      }
    } finally {
      closeSync(file);
    }
    return hash.digest('hex');
  }
}
