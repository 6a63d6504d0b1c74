import type { PartReceipt, Receipt, StageReceipt } from '../model/receipt';
import type { FilesPort } from '../ports/files';

/** The receipt of the last run in this checkout; undefined where there is none that this version wrote. */
export async function lastReceipt(path: string, files: FilesPort): Promise<Receipt | undefined> {
  try {
    const json = JSON.parse((await files.readText(path)) ?? 'null') as Partial<Receipt> | null;
    // Our own file, but anybody may have edited it: what is compared has to be there.
    const usable =
      json?.version === 1 &&
      typeof json.contentKey === 'string' &&
      Array.isArray(json.obstacles) &&
      Array.isArray(json.stages) &&
      Array.isArray(json.inputs) &&
      json.inputs.every((input: unknown) => typeof (input as { text?: unknown } | null)?.text === 'string');
    if (!usable) return undefined;
    const stages = (json.stages ?? []).map(({ parts = [], ...stage }: Partial<StageReceipt>) => ({
      ...{ obstacles: [], ...stage },
      parts: parts.map((part: Partial<PartReceipt>) => ({ obstacles: [], ...part })),
    }));
    return { ...json, stages } as unknown as Receipt;
  } catch {
    return undefined;
  }
}
