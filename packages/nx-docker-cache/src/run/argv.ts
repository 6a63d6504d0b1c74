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

const KEPT_WITHOUT = ['--output', '--tag', '--annotation', '--cache-from', '--cache-to', '--no-cache-filter'];

/** The same for what was built before in this run: it leaves nothing, and no step of it is to be executed again. */
export function argvKept(argv: readonly string[]): string[] {
  const kept = argv.filter(
    (word, index) =>
      !KEPT_WITHOUT.includes(word) &&
      !KEPT_WITHOUT.includes(argv[index - 1] ?? '') &&
      !['--no-cache', '--pull'].includes(word) &&
      !/^--(?:provenance|sbom)=/.test(word),
  );
  return [...kept.slice(0, -1), '--provenance=false', '--output', 'type=cacheonly', ...kept.slice(-1)];
}
