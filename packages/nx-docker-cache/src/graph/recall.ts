import { createHash } from 'node:crypto';
import { WatchedDisk, type Disk } from './disk';
import { readData, writeData } from './workspace-data';

/** What the disk was asked. */
interface Asked {
  /** Paths whose text was asked for, and paths of which was asked what stands there. */
  readonly texts: readonly string[];
  readonly kinds: readonly string[];
  /** Folders in which files were looked for that describe builds. */
  readonly hintFolders: readonly string[];
}

/** An answer of an earlier graph, and all that it was made of. */
interface Known<Answer> {
  /** Hash of the question. */
  readonly question: string;
  readonly asked: Asked;
  /** Hash of what the disk said. */
  readonly facts: string;
  readonly answer: Answer;
}

export interface Memory {
  readonly workspaceRoot: string;
  /** Of the file that keeps the answer. */
  readonly name: string;
  readonly disk: Disk;
}

/**
 * The answer to a question: what was found for the same question before, where the disk still says the same to
 * everything that was asked then; otherwise found anew. `find` must be pure in its two arguments and its answer plain
 * data: then it would ask the same again, hear the same and find the same, so the answer cannot be stale.
 */
export function recall<Question, Answer>(
  { workspaceRoot, name, disk }: Memory,
  question: Question,
  find: (question: Question, disk: Disk) => Answer,
): Answer {
  const hashed = createHash('sha256').update(JSON.stringify(question)).digest('hex');
  const known = readData(workspaceRoot, name) as Known<Answer> | undefined;
  if (known?.question === hashed && known.facts === factsOf(known.asked, disk)) return known.answer;
  const watched = new WatchedDisk(disk);
  const answer = find(question, watched);
  const asked = {
    ...{ texts: [...watched.texts], kinds: [...watched.kinds] },
    hintFolders: [...watched.hintFolders],
  };
  writeData(workspaceRoot, name, { question: hashed, asked, facts: factsOf(asked, disk), answer });
  return answer;
}

function factsOf({ texts, kinds, hintFolders }: Asked, disk: Disk): string {
  const sum = createHash('sha256');
  for (const path of texts) {
    const text = disk.readText(path);
    // With its length, so that no text can run into the next.
    sum.update(text === undefined ? '-' : `${text.length} ${text}`);
  }
  sum.update(JSON.stringify(hintFolders.map((folder) => disk.hintFiles(folder))));
  return sum.update(kinds.map((path) => disk.kind(path) ?? '-').join(' ')).digest('hex');
}
