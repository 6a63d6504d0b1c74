import type { PackageManager } from './ci';
import type { Draft } from './draft';
import { PACKAGE } from './model';
import { namesTurbo } from './turbo-calls';

const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/**
 * The command as a script of a package has it. Later yarns show a script the commands of its own package's dependencies
 * and no others; `-T` is their word for those of the root. All others put the root's on the path.
 * @see https://yarnpkg.com/cli/run
 */
export function command(draft: Draft, manager: PackageManager, root: string, words: string): string {
  const far = manager === 'yarn' && root !== '.' && !isInstalled(draft, manifestOf(root));
  return `${far ? 'run -T ' : ''}${PACKAGE} ${words}`;
}

export function isInstalled(draft: Draft, manifest: string): boolean {
  return GROUPS.some((group) => draft.at(manifest, [group, PACKAGE]) !== undefined);
}

export function manifestOf(root: string): string {
  return root === '.' ? 'package.json' : `${root}/package.json`;
}

/** Does a script of the root run this package itself? One that asks Turborepo to do so would go in circles as its task. */
export function isOurs(script: unknown): boolean {
  return typeof script === 'string' && OURS.test(script) && !namesTurbo(script);
}

const OURS = /(?:^|[\s/])nx-docker-cache\s/;
