import { createHash } from 'node:crypto';
import type { ContentEntry } from '../model/content';

/** What chosen entries come to. */
export interface EntriesDigest {
  /** sha256 in hex over their paths, kinds, modes and contents, in their order. */
  readonly withModes: string;
  /** The same without permission bits. */
  readonly withoutModes: string;
  /** How many are no folders. */
  readonly files: number;
  /** Sum of the files' sizes. */
  readonly bytes: number;
  /** When any of them was changed last, in ms since 1970; 0 for none. */
  readonly changed: number;
}

const KNOWN = new WeakMap<readonly ContentEntry[], EntriesDigest>();

/** Worked out once for a list: many builds of a run read the same one, for instance with `COPY . .`. */
export function digestOf(entries: readonly ContentEntry[]): EntriesDigest {
  const known = KNOWN.get(entries) ?? digest(entries);
  KNOWN.set(entries, known);
  return known;
}

function digest(entries: readonly ContentEntry[]): EntriesDigest {
  const texts = entries.map(textsOf);
  let [files, bytes, changed] = [0, 0, 0];
  for (const entry of entries) {
    if (entry.kind !== 'folder') files++;
    bytes += entry.size;
    if (entry.changed > changed) changed = entry.changed;
  }
  return {
    withModes: sha256(texts.map(({ withMode }) => withMode)),
    withoutModes: sha256(texts.map(({ withoutMode }) => withoutMode)),
    ...{ files, bytes, changed },
  };
}

interface Texts {
  readonly withMode: string;
  readonly withoutMode: string;
}

/** Entries that are in several lists have their texts once. */
const TEXTS = new WeakMap<ContentEntry, Texts>();

function textsOf(entry: ContentEntry): Texts {
  const known = TEXTS.get(entry);
  if (known !== undefined) return known;
  const { path, kind, mode, content } = entry;
  const withoutMode = JSON.stringify([path, kind, content]);
  const texts = { withoutMode, withMode: `${mode}${withoutMode}` };
  TEXTS.set(entry, texts);
  return texts;
}

/** JSON has no line feed outside of its strings, nor a bare one in them: the lines cannot be read in two ways. */
function sha256(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
