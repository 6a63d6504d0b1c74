import { join } from 'node:path';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { PACKAGE } from '../shared/package';

type Manifest = Record<string, Record<string, string> | undefined>;

/**
 * The dependency, where the workspace has none on this package. It is not installed: it runs already, so it is there.
 * @returns what says how the lockfile gets to know of it
 */
export function addToPackageJson(tree: Tree): GeneratorCallback | undefined {
  if (!tree.exists('package.json')) return undefined;
  const { getPackageManagerCommand, logger, readJson, readJsonFile, updateJson } = devkit();
  const manifest = readJson<Manifest>(tree, 'package.json');
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  if (groups.some((group) => manifest[group]?.[PACKAGE] !== undefined)) return undefined;
  // The version that runs is the version that the workspace gets.
  const { version } = readJsonFile<{ version: string }>(join(__dirname, '../../../package.json'));
  updateJson<Manifest>(tree, 'package.json', (json) => {
    const entries = Object.entries({ ...json['devDependencies'], [PACKAGE]: version });
    return { ...json, devDependencies: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) };
  });
  return () =>
    logger.info(`${PACKAGE} is in package.json now; for the lockfile: ${getPackageManagerCommand().install}`);
}
