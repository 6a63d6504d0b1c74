import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import { defaultBranchOf } from './defaults';
import { scopeOf } from './scope';
import { expand } from './template';
import { trustOf } from './trust';
import { templateValues } from './values';

/** true where a build arg has a template: then its value waits for git and CI. */
export function hasTemplates({ buildArgs }: Pick<BuildOptions, 'buildArgs'>): boolean {
  return Object.values(buildArgs).some((value) => /[{}]/.test(value));
}

/**
 * Build args with their templates expanded, as the Dockerfile's parser has to see them.
 * @throws DockerCacheError INVALID_TEMPLATE, NO_GIT
 */
export function expandBuildArgs(
  options: Pick<BuildOptions, 'buildArgs' | 'defaultBranch' | 'protectedBranches'>,
  facts: Pick<Facts, 'source' | 'project' | 'environment'>,
): Record<string, string> {
  const { source, environment } = facts;
  const { branch } = defaultBranchOf(options.defaultBranch, source);
  const { tier } = trustOf(source, branch, options.protectedBranches);
  const values = templateValues(facts, scopeOf(source, branch, tier), branch, 'text');
  return Object.fromEntries(
    Object.entries(options.buildArgs).map(([name, value]) => [
      name,
      expand(value, values, environment, `buildArgs.${name}`),
    ]),
  );
}
