import type { BuildPlan, CacheSource } from '../model/plan';

/** The plan's arguments with only those cache entries that a run uses. */
export function argvWith(
  plan: BuildPlan,
  from: readonly CacheSource[],
  to: readonly CacheSource[],
): string[] {
  const argv: string[] = [];
  const reads = new Set(from.map(({ entry }) => entry));
  const writes = new Set(to.map(({ entry }) => entry));
  for (let index = 0; index < plan.argv.length; index++) {
    const flag = plan.argv[index] ?? '';
    const value = plan.argv[index + 1] ?? '';
    const drop =
      (flag === '--cache-from' && !reads.has(value)) || (flag === '--cache-to' && !writes.has(value));
    if (drop) index++;
    else argv.push(flag);
  }
  return argv;
}

const LEAN = ['store=false', 'unpack=false'];

/** The same with the image stored in the engine; undefined where it is anyway. */
export function argvStoring(argv: readonly string[]): string[] | undefined {
  const isLean = (word: string, index: number): boolean =>
    argv[index - 1] === '--output' && LEAN.every((field) => word.includes(`,${field}`));
  if (!argv.some(isLean)) return undefined;
  return argv.map((word, index) =>
    isLean(word, index) ? LEAN.reduce((entry, field) => entry.replace(`,${field}`, ''), word) : word,
  );
}
