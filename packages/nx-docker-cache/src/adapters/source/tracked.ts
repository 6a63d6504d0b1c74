import { exec } from '../exec';

/**
 * The files at or below these paths that git does not have and does not ignore either: nothing brings them back. A
 * folder with a repository of its own is one entry. undefined where git does not answer.
 * @param root absolute path that the paths count from
 */
export function unknownFiles(root: string, paths: readonly string[]): Promise<readonly string[] | undefined> {
  return listFiles(root, paths, ['--others', '--exclude-standard']);
}

/**
 * The files at or below these paths that git has, as paths relative to the root; undefined where git does not answer.
 * @param root absolute path that the paths count from
 */
export function trackedFiles(root: string, paths: readonly string[]): Promise<readonly string[] | undefined> {
  return listFiles(root, paths, []);
}

async function listFiles(
  root: string,
  paths: readonly string[],
  which: readonly string[],
): Promise<readonly string[] | undefined> {
  if (paths.length === 0) return [];
  const literal = paths.map((path) => `:(literal)${path}`);
  const options = { cwd: root, timeout: 10_000 };
  const { exitCode, stdout } = await exec('git', ['ls-files', '-z', ...which, '--', ...literal], options);
  return exitCode === 0 ? stdout.split('\0').filter((path) => path !== '') : undefined;
}
