import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { Unpack, type ReadEntry } from 'tar';
import type { CopiedOutputs } from '../../model/task';

export interface UnpackInput {
  /** Absolute path of the workspace. */
  readonly root: string;
  /** Nothing is written outside of these, relative to the root. */
  readonly places: readonly string[];
  /** The archive's top entry gets this place and all below it follows, as `docker cp` names it after its source. */
  readonly rename?: string;
}

/** Links and files are all that a result can be; a device or a pipe has no business in a workspace. */
const KINDS: ReadonlySet<string> = new Set([
  ...['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir', 'SymbolicLink', 'Link'],
]);

/**
 * Writes a tar archive from a container into the workspace. Whatever ran in there may have made it, so nothing leaves
 * the places that were asked for: not by a path, a link, or a link that was in the workspace before.
 * Files belong to this user and have no more than permission bits.
 * What cannot be taken or written is named in the result. @throws where the archive's stream breaks
 */
export async function unpack(archive: Readable, input: UnpackInput): Promise<CopiedOutputs> {
  const paths: string[] = [];
  const refused: string[] = [];
  const lost = new Set<string | undefined>();
  let bytes = 0;
  const sink = new Unpack({
    cwd: input.root,
    preserveOwner: false,
    noMtime: true,
    filter: (_, entry) => {
      const problem = settle(entry as ReadEntry, input);
      if (problem !== undefined) {
        refused.push(problem);
        return false;
      }
      bytes += (entry as ReadEntry).size;
      if (!isFolder(entry as ReadEntry)) paths.push((entry as ReadEntry).path);
      return true;
    },
    onwarn: (_, message, data) => {
      const path = (data as { entry?: { path?: string } }).entry?.path;
      lost.add(path);
      refused.push(path === undefined ? message : `${path}: ${message}`);
    },
  });
  await new Promise<void>((resolve, reject) => {
    archive.on('error', reject);
    sink.on('error', (error: unknown) => {
      refused.push((error as Error).message);
      // Who writes it would wait for ever.
      archive.unpipe().resume();
      resolve();
    });
    sink.on('close', resolve);
    archive.pipe(sink);
  });
  return { paths: paths.filter((path) => !lost.has(path)), bytes, refused };
}

/** Gives an entry its place. @returns why it is left out; undefined where it is taken */
function settle(entry: ReadEntry, { places, rename }: UnpackInput): string | undefined {
  const path = placed(entry.path, rename);
  if (entry.path.split('/').includes('..')) return `${entry.path}: leads upwards`;
  if (!KINDS.has(entry.type)) return `${path}: is a ${entry.type}`;
  const place = places.find((candidate) => isWithin(path, candidate));
  if (place === undefined) return `${path}: lies outside of ${places.join(', ')}`;
  entry.path = isFolder(entry) ? `${path}/` : path;
  entry.mode = ((entry.mode ?? 0o644) & 0o777) | (isFolder(entry) ? 0o700 : 0o600);
  if (entry.type === 'Link') {
    // The other name of a file in this very archive.
    const written = entry.linkpath ?? '';
    entry.linkpath = placed(written, rename);
    const leaves = written.split('/').includes('..') || !isWithin(entry.linkpath, place);
    if (leaves) return `${path}: is the same file as one outside of ${place}`;
  }
  if (entry.type === 'SymbolicLink') {
    const target = entry.linkpath ?? '';
    const leads = posix.join(posix.dirname(path), target);
    // `link/../..` leads elsewhere than it reads where `link` is one itself.
    const climbsLate = /(?:^|\/)(?!\.\.?\/)[^/]+\/(?:.*\/)?\.\.(?:\/|$)/.test(target);
    if (posix.isAbsolute(target) || climbsLate || !isWithin(leads, place))
      return `${path}: is a link that leaves ${place}`;
  }
  return undefined;
}

/** The first segment is the name that the source has in the container. */
function placed(path: string, rename: string | undefined): string {
  const plain = posix.normalize(path.replace(/\/+$/, ''));
  return rename === undefined ? plain : posix.join(rename, ...plain.split('/').slice(1));
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function isFolder({ type }: ReadEntry): boolean {
  return type === 'Directory' || type === 'GNUDumpDir';
}
