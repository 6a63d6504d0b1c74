import type { BuildEvent } from '../model/events';

/** How BuildKit calls the step that makes an image, and the one that writes a cache. */
const IMAGE = /^exporting to /;
const CACHE = /^exporting cache /;
const PUSHED = /^pushing manifest for \S+@(sha256:[0-9a-f]{64})$/;
const MADE = /^exporting manifest (list )?(sha256:[0-9a-f]{64})$/;

/**
 * Knows when a build of a joint run has left all that it was asked for, while others of the run go on. The builder
 * writes its metadata only when all have ended; the digest stands in the status of the export before.
 */
export class ExportWatch {
  readonly #outputs: number;
  readonly #caches: number;
  /** Steps that export, by digest. */
  readonly #kinds = new Map<string, 'image' | 'cache'>();
  readonly #over = new Set<string>();
  #failed = false;
  #pushed: string | undefined;
  #list: string | undefined;
  #single: string | undefined;

  /**
   * @param argv of the build, with the caches that it really uses
   */
  constructor(argv: readonly string[]) {
    const valuesOf = (flag: string): string[] => argv.filter((_, index) => argv[index - 1] === flag);
    this.#outputs = valuesOf('--output').filter((entry) => entry !== 'type=cacheonly').length;
    this.#caches = valuesOf('--cache-to').filter((entry) => !/(?:^|,)type=inline\b/.test(entry)).length;
  }

  add({ vertexes, statuses }: BuildEvent): void {
    for (const { digest, name, completed, error } of vertexes) {
      const kind = IMAGE.test(name) ? 'image' : CACHE.test(name) ? 'cache' : undefined;
      if (kind === undefined) continue;
      this.#kinds.set(digest, kind);
      if (completed !== undefined) this.#over.add(digest);
      // A cache that cannot be written is no reason to fail.
      if (kind === 'image' && error !== undefined) this.#failed = true;
    }
    for (const { id, vertex, completed } of statuses) {
      if (completed === undefined || this.#kinds.get(vertex) !== 'image') continue;
      this.#pushed ??= PUSHED.exec(id)?.[1];
      const [, list, digest] = MADE.exec(id) ?? [];
      if (list !== undefined) this.#list = digest;
      else if (digest !== undefined) this.#single = digest;
    }
  }

  /** The digest of what was made; undefined while anything is left to do, and where the builder does not say. */
  digest(): string | undefined {
    if (this.#failed || this.#outputs === 0) return undefined;
    const over = (kind: string): number =>
      [...this.#over].filter((step) => this.#kinds.get(step) === kind).length;
    if (over('image') < this.#outputs || over('cache') < this.#caches) return undefined;
    return this.#pushed ?? this.#list ?? this.#single;
  }
}
