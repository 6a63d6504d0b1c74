import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { remaining, type Remaining } from './ignored';
import { readIgnore, type IgnoreLine } from './ignore-lines';
import { readJson } from './project-files';
import { summarize, type DockerfileSummary, type SummaryOptions } from './summary';

interface Stored {
  readonly dockerfiles: Readonly<Record<string, DockerfileSummary>>;
  readonly ignores: Readonly<Record<string, readonly IgnoreLine[]>>;
}

/**
 * What earlier runs read out of Dockerfiles and ignore files, by the hash of their text: one changed Dockerfile is
 * one Dockerfile parsed. Lives in Nx's workspace data, so that `nx reset` drops it; a broken or missing file is an
 * empty store.
 */
export class SummaryStore {
  readonly #path: string;
  readonly #before: Stored;
  readonly #dockerfiles = new Map<string, DockerfileSummary>();
  readonly #ignores = new Map<string, readonly IgnoreLine[]>();
  /** By path: the ignore file of the workspace's root is asked for by every project. */
  readonly #ignoreFiles = new Map<string, Remaining | undefined>();
  readonly #texts = new Map<string, string | undefined>();
  #missed = false;

  constructor(readonly workspaceRoot: string) {
    const folder = process.env['NX_WORKSPACE_DATA_DIRECTORY'] ?? join('.nx', 'workspace-data');
    this.#path = resolve(workspaceRoot, folder, `nx-docker-cache-${VERSION}.json`);
    const stored = readJson(this.#path) as Partial<Stored> | undefined;
    this.#before = { dockerfiles: stored?.dockerfiles ?? {}, ignores: stored?.ignores ?? {} };
  }

  /** A Dockerfile of the workspace; undefined where there is none. @param path relative to the workspace root */
  dockerfile(
    path: string,
    { target, buildArgs, buildContexts, platforms }: SummaryOptions,
  ): DockerfileSummary | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, readText(join(this.workspaceRoot, path)));
    const text = this.#texts.get(path);
    if (text === undefined) return undefined;
    const options = { target, buildArgs, buildContexts, platforms };
    const key = hash(JSON.stringify(options), text);
    return this.#once(this.#dockerfiles, this.#before.dockerfiles, key, () => summarize(text, options));
  }

  /** What an ignore file leaves; undefined where there is none. @param path relative to the workspace root */
  ignoreFile(path: string): Remaining | undefined {
    if (!this.#ignoreFiles.has(path)) {
      const absolute = join(this.workspaceRoot, path);
      // Most are not there, and an exception costs more than the question.
      const text = existsSync(absolute) ? readText(absolute) : undefined;
      this.#ignoreFiles.set(path, text === undefined ? undefined : remaining(this.#ignore(text)));
    }
    return this.#ignoreFiles.get(path);
  }

  #ignore(text: string): readonly IgnoreLine[] {
    return this.#once(this.#ignores, this.#before.ignores, hash(text), () => readIgnore(text));
  }

  /** Writes what this run used, where that is not what is there. A workspace that cannot be written is no error. */
  save(): void {
    if (!this.#missed) return;
    const stored = {
      dockerfiles: Object.fromEntries(this.#dockerfiles),
      ignores: Object.fromEntries(this.#ignores),
    };
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(this.#path, `${JSON.stringify(stored)}\n`);
    } catch {
      // The next run parses again.
    }
  }

  #once<T>(current: Map<string, T>, before: Readonly<Record<string, T>>, key: string, read: () => T): T {
    let value = current.get(key);
    if (value === undefined) {
      const known = before[key];
      if (known === undefined) this.#missed = true;
      value = known ?? read();
      current.set(key, value);
    }
    return value;
  }
}

/**
 * The store that `createNodes` has filled, for `createDependencies`, which Nx calls next and mostly in the same
 * process: both speak of one state of the files, and each is read once. It is handed over once, so that nothing
 * outlives a graph.
 */
let handedOver: SummaryStore | undefined;

export function handOver(store: SummaryStore): void {
  handedOver = store;
}

export function takeOver(workspaceRoot: string): SummaryStore {
  const store = handedOver?.workspaceRoot === workspaceRoot ? handedOver : undefined;
  handedOver = undefined;
  return store ?? new SummaryStore(workspaceRoot);
}

/** Of this package, since another may read Dockerfiles differently, and of the shape of what is kept. */
const VERSION = `${String(readJson(join(__dirname, '../../package.json'))?.['version'])}-2`;

/** The text of a file; undefined where there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function hash(...texts: readonly string[]): string {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(text).update('\0');
  return sum.digest('hex').slice(0, 32);
}
