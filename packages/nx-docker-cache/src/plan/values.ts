import { posix } from 'node:path';
import type { Facts } from '../model/facts';
import { imageComponent } from './names';
import type { Scope } from './scope';
import { slug } from './slug';
import type { TemplateValues } from './template';

/** Longest part of a tag that a placeholder may fill. */
const MAX_IN_TAG = 100;

/**
 * The placeholders. In names (image, tag, cache reference) values are made valid for a reference; in labels
 * and build args they are as they are.
 */
export function templateValues(
  facts: Pick<Facts, 'source' | 'project'>,
  scope: Pick<Scope, 'label'>,
  defaultBranch: string,
  use: 'name' | 'text',
): TemplateValues {
  const { source, project } = facts;
  const tagSafe = (value: string | undefined): string | undefined =>
    value === undefined || use === 'text' ? value : slug(value, MAX_IN_TAG);
  return {
    projectName: use === 'name' ? imageComponent(project.name) : project.name,
    projectRoot:
      use === 'name' ? imageComponent(project.root === '.' ? project.name : project.root) : project.root,
    projectFolder: posix.basename(project.root === '.' ? project.name : project.root),
    branch: tagSafe(source.branch),
    defaultBranch: tagSafe(defaultBranch),
    baseBranch: tagSafe(source.baseBranch),
    scope: scope.label,
    sha: source.commit,
    shortSha: source.commit?.slice(0, 7),
    pr: source.pullRequest,
    gitTag: tagSafe(source.gitTag),
  };
}
