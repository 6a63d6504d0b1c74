import { posix } from 'node:path';
import { DockerCacheError } from '../errors';
import { STATE_FOLDER } from '../plan';
import type { FilesPort } from '../ports/files';

const IGNORE_FILE = posix.join(STATE_FOLDER, '.gitignore');

/**
 * Before minutes of building: a receipt that cannot be written later would lose the digest. The folder ignores
 * itself, as nobody wants receipts or caches in a commit.
 * @throws DockerCacheError RECEIPT_UNWRITABLE
 */
export async function prepareStateFolder(receipt: string, files: FilesPort): Promise<void> {
  try {
    await files.ensureWritable(posix.dirname(receipt));
  } catch (cause) {
    throw unwritable(receipt, (cause as Error).message, cause);
  }
  if (files.kind(receipt) === 'folder') throw unwritable(receipt, `a folder called ${receipt}`);
  if (files.kind(IGNORE_FILE) !== undefined) return;
  // Where only the project's folder can be written the receipt still counts.
  await files.writeAtomic(IGNORE_FILE, '*\n').catch(() => undefined);
}

export function unwritable(receipt: string, found: string, cause?: unknown): DockerCacheError {
  return new DockerCacheError({
    code: 'RECEIPT_UNWRITABLE',
    message: 'the receipt could not be written',
    expected: `a folder ${posix.dirname(receipt)} that this user can write`,
    found,
    hint: `Make ${STATE_FOLDER} a writable folder (in a read-only checkout, mount one there).`,
    cause,
  });
}
