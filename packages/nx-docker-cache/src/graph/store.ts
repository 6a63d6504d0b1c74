import { writeJsonFile } from '@nx/devkit';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  /** Rules by the path of the file: the one of the workspace's root is asked for by every project. */
  readonly #ignoreFiles = new Map<string, readonly IgnoreLine[] | undefined>();
  #missed = false;

  constructor(workspaceRoot: string) {
    const folder = process.env['NX_WORKSPACE_DATA_DIRECTORY'] ?? join('.nx', 'workspace-data');
    this.#path = join(folder.startsWith('/') ? '' : workspaceRoot, folder, `nx-docker-cache-${VERSION}.json`);
    const stored = readJson(this.#path) as Partial<Stored> | undefined;
    this.#before = { dockerfiles: stored?.dockerfiles ?? {}, ignores: stored?.ignores ?? {} };
  }

  dockerfile(
    text: string,
    { target, buildArgs, buildContexts, platforms }: SummaryOptions,
  ): DockerfileSummary {
    const options = { target, buildArgs, buildContexts, platforms };
    const key = hash(JSON.stringify(options), text);
    return this.#once(this.#dockerfiles, this.#before.dockerfiles, key, () => summarize(text, options));
  }

  /** The rules of an ignore file; undefined where there is none. @param path absolute */
  ignoreFile(path: string): readonly IgnoreLine[] | undefined {
    if (!this.#ignoreFiles.has(path)) {
      const text = readText(path);
      this.#ignoreFiles.set(path, text === undefined ? undefined : this.#ignore(text));
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
      writeJsonFile(this.#path, stored, { spaces: 0 });
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

/** Of this package: another version may read Dockerfiles differently. */
const VERSION = String(readJson(join(__dirname, '../../package.json'))?.['version']);

/** The text of a file; undefined where there is none, which is asked first: an exception costs more than the answer. */
export function readText(path: string): string | undefined {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function hash(...texts: readonly string[]): string {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(text).update('\0');
  return sum.digest('hex').slice(0, 32);
}
