import { join } from 'node:path';
import {
  addDependenciesToPackageJson,
  readJson,
  readJsonFile,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';
import { PACKAGE } from '../shared/package';

/** The dependency, where the workspace has none on this package. @returns what installs it */
export function addToPackageJson(tree: Tree): GeneratorCallback | undefined {
  if (!tree.exists('package.json')) return undefined;
  const manifest = readJson<Record<string, Record<string, string> | undefined>>(tree, 'package.json');
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  if (groups.some((group) => manifest[group]?.[PACKAGE] !== undefined)) return undefined;
  // The version that runs is the version that the workspace gets.
  const { version } = readJsonFile<{ version: string }>(join(__dirname, '../../../package.json'));
  return addDependenciesToPackageJson(tree, {}, { [PACKAGE]: version });
}
