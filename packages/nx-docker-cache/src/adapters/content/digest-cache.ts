import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../json-file';

const VERSION = 2;
/** A file read this soon after a change may have been changed again without a trace in its times. */
const RACY_MS = 2_000;
const CHUNK = 1 << 20;
/** A run of many projects learns with each of them; all that is known is written each time. */
const SAVE_EVERY_MS = 2_000;
/** Files that may be remembered without having been asked for; more are forgotten. */
const MAX_STALE = 200_000;

interface Learnt {
  /** `stamp digest` */
  readonly line: string;
  /** By the file system's clock, in ms since 1970. */
  readonly changed: number;
  readonly read: Moment;
}

/** By two clocks, of which one may be set and the other may stand still while the machine sleeps. */
interface Moment {
  readonly wall: number;
  readonly process: number;
}

const now = (): Moment => ({ wall: Date.now(), process: performance.now() });
/** Milliseconds, rather too many than too few. */
const since = (moment: Moment): number =>
  Math.max(Date.now() - moment.wall, performance.now() - moment.process);

const cacheSchema = z.object({ version: z.literal(VERSION), files: z.record(z.string(), z.string()) });

/**
 * sha256 of files, remembered by device, inode, size and both times, as git's index does. A change that keeps size
 * and mtime still moves ctime, which no program can set.
 */
export class DigestCache {
  readonly #path: string;
  readonly #racyMs: number;
  /** `stamp digest` by absolute path. */
  #known: Map<string, string>;
  readonly #learnt = new Map<string, Learnt>();
  readonly #used = new Set<string>();
  /** Who looks once, and asks again, is told the same: these are the same looks. */
  readonly #told = new WeakMap<Stats, string>();
  /** When it was written last, by the process's own clock. */
  #saved = -Infinity;
  #willSave = false;
  readonly #buffer = Buffer.allocUnsafe(CHUNK);

  /**
   * @param path absolute path of the file that remembers digests
   * @param racyMs a file that was read sooner after its change is not remembered
   */
  constructor(path: string, racyMs = RACY_MS) {
    this.#path = path;
    this.#racyMs = racyMs;
    const parsed = cacheSchema.safeParse(readJsonFile(path));
    this.#known = new Map(parsed.success ? Object.entries(parsed.data.files) : []);
  }

  /** @throws the system's error where the file cannot be read */
  digest(path: string, stats: Stats): string {
    const told = this.#told.get(stats);
    if (told !== undefined) return told;
    const digest = this.#digest(path, stats);
    this.#told.set(stats, digest);
    return digest;
  }

  #digest(path: string, stats: Stats): string {
    const stamp = [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join('.');
    const known = this.#known.get(path);
    this.#used.add(path);
    if (known?.startsWith(`${stamp} `) === true) return known.slice(stamp.length + 1);
    const digest = this.#read(path, stats.size);
    // The file's stamp was taken before it was read: a change in between moves the next stamp.
    const changed = Math.max(stats.mtimeMs, stats.ctimeMs);
    this.#learnt.set(path, { line: `${stamp} ${digest}`, changed, read: now() });
    return digest;
  }

  /** Writes what was learnt, now or, where it was written a moment ago, when the process ends. Losing it costs time only. */
  save(): void {
    if (this.#learnt.size === 0) return;
    if (performance.now() - this.#saved > SAVE_EVERY_MS) return this.#write();
    if (this.#willSave) return;
    this.#willSave = true;
    process.once('exit', () => this.#write());
  }

  #write(): void {
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(temporary, '');
      // The clock that stamps files may not be ours.
      const latest = Math.min(Date.now(), statSync(temporary).ctimeMs) - this.#racyMs;
      // What matters is how old it was when it was read, which may be long ago.
      const isSettled = ({ changed, read }: Learnt): boolean => changed < latest - since(read);
      if (![...this.#learnt.values()].some(isSettled)) return rmSync(temporary);
      const files = this.#merged(isSettled);
      writeFileSync(temporary, JSON.stringify({ version: VERSION, files }));
      renameSync(temporary, this.#path);
      this.#saved = performance.now();
      this.#known = new Map(Object.entries(files));
      for (const path of this.#learnt.keys()) if (Object.hasOwn(files, path)) this.#learnt.delete(path);
    } catch {
      // A read-only checkout: the next run reads the files again.
    }
  }

  /** Files that were not asked for stay, as another project's build asks for them; not for ever. */
  #merged(isSettled: (learnt: Learnt) => boolean): Record<string, string> {
    const stale = this.#known.size - this.#used.size > MAX_STALE;
    const merged = new Map(stale ? [] : this.#known);
    if (stale)
      for (const path of this.#used) if (this.#known.has(path)) merged.set(path, this.#known.get(path)!);
    for (const [path, learnt] of this.#learnt) {
      if (isSettled(learnt)) merged.set(path, learnt.line);
      else merged.delete(path);
    }
    return Object.fromEntries(merged);
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
