import type { ContentSnapshot } from '../../model/content';
import type { SentContext } from '../../model/prune';
import type { ContentPort, MeasureRequest, SnapshotRequest } from '../../ports/content';
import { DigestCache } from './digest-cache';
import { FirstLook, LIVE, type DiskView } from './disk-view';
import { Walk, type Known, type Walked } from './walk';

/** Reads the build context from the file system. Synchronous inside: thousands of small files are faster so. */
export class ContentReader implements ContentPort {
  readonly #digests: () => DigestCache;
  readonly #view: DiskView;
  readonly #known: KnownHere | undefined;

  /**
   * @param digests what remembers digests, made at the first snapshot
   * @param view how the disk is looked at
   * @param known where to keep what was read, for those who ask for the same
   */
  private constructor(digests: () => DigestCache, view: DiskView, known?: KnownHere) {
    this.#digests = digests;
    this.#view = view;
    this.#known = known;
  }

  /** @param cachePath absolute path of the file that remembers digests */
  static at(cachePath: string): ContentReader {
    // Read once: a run takes a snapshot for each of its projects.
    let digests: DigestCache | undefined;
    return new ContentReader(() => (digests ??= new DigestCache(cachePath)), LIVE);
  }

  atOneLook(): ContentPort {
    return new ContentReader(this.#digests, new FirstLook(), {
      snapshots: new Map(),
      entries: new WeakMap(),
    });
  }

  snapshot(request: SnapshotRequest): Promise<ContentSnapshot> {
    const { context, roots, rules, remember } = request;
    const name = JSON.stringify([context, roots, rules]);
    const digests = this.#digests();
    const snapshot =
      this.#known?.snapshots.get(name) ?? walked(request, digests, this.#view, this.#known?.entries).end();
    this.#known?.snapshots.set(name, snapshot);
    if (remember) digests.save();
    return Promise.resolve(snapshot);
  }

  measure(request: MeasureRequest): Promise<SentContext> {
    const { entries, aliases } = walked(request, { digest: () => '' }, this.#view).end();
    const ends = [...aliases.values()].map(({ resolved }) => resolved);
    const isEnd = (path: string): boolean => ends.some((end) => path === end || path.startsWith(`${end}/`));
    const sent = entries.filter(({ kind, path }) => kind === 'file' && (request.counts(path) || isEnd(path)));
    return Promise.resolve({ files: sent.length, bytes: sent.reduce((sum, { size }) => sum + size, 0) });
  }
}

/** What was read at one look. */
interface KnownHere {
  readonly snapshots: Map<string, ContentSnapshot>;
  readonly entries: Known;
}

function walked(request: Walked, digests: Pick<DigestCache, 'digest'>, view: DiskView, known?: Known): Walk {
  const walk = new Walk(request, digests, view, known);
  for (const root of request.roots) walk.root(root);
  walk.followLinks();
  return walk;
}
