import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { EngineRun } from '../../ports/engine';

/**
 * The arguments of a run with its added ignore rules. BuildKit takes `<Dockerfile>.dockerignore` before the
 * context's own, and the Dockerfile may lie anywhere: a copy of both makes any rule hold for any context.
 * @param folder temporary, removed by the caller
 */
export async function withIgnoreRules(
  { argv, cwd, ignore }: Pick<EngineRun, 'argv' | 'cwd' | 'ignore'>,
  folder: string,
): Promise<readonly string[]> {
  const at = argv.indexOf('--file') + 1;
  const dockerfile = argv[at];
  if (ignore.added.length === 0 || at === 0 || dockerfile === undefined) return argv;
  // BuildKit's messages name the file, so the copy has its name.
  const copy = join(folder, basename(dockerfile));
  const rules = ignore.file === undefined ? '' : await readFile(resolve(cwd, ignore.file), 'utf8');
  await copyFile(resolve(cwd, dockerfile), copy);
  await writeFile(`${copy}.dockerignore`, [rules, ...ignore.added, ''].join('\n'));
  return argv.with(at, copy);
}
