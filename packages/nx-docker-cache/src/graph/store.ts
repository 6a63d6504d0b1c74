import { createHash } from 'node:crypto';
import type { GraphOptions } from './build-options';
import { remaining, type Remaining } from './ignored';
import { readIgnore, type IgnoreLine } from './ignore-lines';
import { summarize, withStages, type DockerfileSummary, type SummaryOptions } from './summary';
import { readData, writeData } from './workspace-data';

interface Stored {
  readonly dockerfiles: Readonly<Record<string, DockerfileSummary>>;
  readonly ignores: Readonly<Record<string, readonly IgnoreLine[]>>;
}

/** Name of the file that keeps it. */
const NAME = 'files';
/** How much of what is not used is kept in any case: another branch's, a target's of which the graph knows more. */
const SPARE = 100;

/**
 * What earlier runs read out of Dockerfiles and ignore files, by the hash of their text: one changed Dockerfile is
 * one Dockerfile parsed.
 */
export class SummaryStore {
  readonly #workspaceRoot: string;
  readonly #before: Stored;
  readonly #dockerfiles = new Map<string, DockerfileSummary>();
  readonly #ignores = new Map<string, readonly IgnoreLine[]>();
  /** The ignore file of the workspace's root is asked for by every project. */
  readonly #remaining = new Map<string, Remaining>();
  #missed = false;
  #parsed = 0;

  constructor(workspaceRoot: string) {
    this.#workspaceRoot = workspaceRoot;
    const stored = readData(workspaceRoot, NAME) as Partial<Stored> | undefined;
    this.#before = { dockerfiles: stored?.dockerfiles ?? {}, ignores: stored?.ignores ?? {} };
  }

  /** In words: how many Dockerfiles were parsed, and of how many that was known. */
  get statistic(): string {
    return `${this.#parsed} Dockerfiles parsed, ${this.#dockerfiles.size - this.#parsed} known`;
  }

  /** What a build of a Dockerfile of this text reads, the stages beside its target included. */
  build(text: string, options: SummaryOptions & Pick<GraphOptions, 'stages'>): DockerfileSummary {
    const stages = options.stages.map((target) => this.dockerfile(text, { ...options, target }));
    return withStages(this.dockerfile(text, options), stages);
  }

  /** What a Dockerfile of this text reads. */
  dockerfile(
    text: string,
    { target, buildArgs, buildContexts, platforms }: SummaryOptions,
  ): DockerfileSummary {
    const options = { target, buildArgs, buildContexts, platforms };
    const key = hash(JSON.stringify(options), text);
    return this.#once(this.#dockerfiles, this.#before.dockerfiles, key, () => {
      this.#parsed += 1;
      return summarize(text, options);
    });
  }

  /** What an ignore file of this text leaves. */
  ignore(text: string): Remaining {
    let left = this.#remaining.get(text);
    if (left === undefined) {
      const lines = this.#once(this.#ignores, this.#before.ignores, hash(text), () => readIgnore(text));
      left = remaining(lines);
      this.#remaining.set(text, left);
    }
    return left;
  }

  /** Writes what is known, where that is not what is there; what was not used lately goes when it is the most of it. */
  save(): void {
    if (!this.#missed) return;
    const stored: Stored = {
      dockerfiles: together(this.#before.dockerfiles, this.#dockerfiles),
      ignores: together(this.#before.ignores, this.#ignores),
    };
    writeData(this.#workspaceRoot, NAME, stored);
    this.#missed = false;
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

function together<T>(before: Readonly<Record<string, T>>, used: ReadonlyMap<string, T>): Record<string, T> {
  const few = Object.keys(before).length <= 2 * used.size + SPARE;
  return { ...(few ? before : {}), ...Object.fromEntries(used) };
}

function hash(...texts: readonly string[]): string {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(text).update('\0');
  return sum.digest('hex').slice(0, 32);
}
