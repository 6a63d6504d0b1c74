import type { TagRule } from '../../model/publication';

const RULE: TagRule = {
  ...{ type: 'raw', name: '', enable: 'true', priority: 0 },
  ...{ prefix: undefined, suffix: undefined, event: undefined, format: undefined },
  ...{ pattern: undefined, value: undefined, branch: undefined, group: undefined, expression: undefined },
};

/** What is published where no rule is configured. */
export const DEFAULT_RULES: readonly TagRule[] = [
  { ...RULE, type: 'semver', name: 'default: version', priority: 900, pattern: '{{version}}' },
  { ...RULE, type: 'ref', name: 'default: branch', priority: 600, event: 'branch' },
  { ...RULE, type: 'ref', name: 'default: pull request', priority: 600, event: 'pr', prefix: 'pr-' },
  {
    ...{ ...RULE, type: 'raw', name: 'default: latest of the default branch', priority: 200 },
    ...{ value: 'latest', enable: '{{is_default_branch}}' },
  },
  { ...RULE, type: 'sha', name: 'default: commit', priority: 100 },
];
