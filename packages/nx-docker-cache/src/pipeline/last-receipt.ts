import type { Receipt } from '../model/receipt';
import type { FilesPort } from '../ports/files';

/** The receipt of the last run in this checkout; undefined where there is none that this version wrote. */
export async function lastReceipt(path: string, files: FilesPort): Promise<Receipt | undefined> {
  try {
    const json = JSON.parse((await files.readText(path)) ?? 'null') as Partial<Receipt> | null;
    // Our own file: only what is compared is looked at, and a stranger's answer compares unequal.
    return json?.version === 1 && typeof json.contentKey === 'string' ? (json as Receipt) : undefined;
  } catch {
    return undefined;
  }
}
