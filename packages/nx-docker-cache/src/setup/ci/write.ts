import type { CiPlan } from './model';

export interface CiChanges {
  /** Files that are to be written. */
  readonly files: CiPlan['files'];
  /** Paths of files that are there and say something else. */
  readonly kept: readonly string[];
  readonly notes: readonly string[];
}

/**
 * What of a plan is written: a file that is there is its user's.
 * @param read text of a file; undefined where there is none
 */
export function newFiles({ files, notes }: CiPlan, read: (path: string) => string | undefined): CiChanges {
  const missing = files.filter(({ path }) => read(path) === undefined);
  const kept = files.filter(({ path, text }) => ![undefined, text].includes(read(path)));
  return { files: missing, kept: kept.map(({ path }) => path), notes: [...notes, ...kept.flatMap(hintOf)] };
}

/** A pipeline of the user's own only has to include ours. */
function hintOf({ path, text }: CiPlan['files'][number]): string[] {
  return path === '.gitlab-ci.yml' ? [`add to ${path}: ${text.trim().replaceAll(/\s+/g, ' ')}`] : [];
}
