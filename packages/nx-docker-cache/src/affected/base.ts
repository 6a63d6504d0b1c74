/** A name that may stand for the commit that changes count from, best first. */
export interface BaseCandidate {
  /** A commit, branch or tag. */
  readonly name: string;
  /** For people: who says so. */
  readonly from: string;
  /** true where the next candidate is as safe, should this one not be here. */
  readonly optional: boolean;
}

/** What a CI service names. */
export interface CiBase {
  readonly commit: string;
  /** For people. */
  readonly from: string;
  /** It is what a push came after: an earlier run was to build that, which may have failed. */
  readonly beforePush: boolean;
}

export interface BaseQuestion {
  /** `--base` */
  readonly asked: string | undefined;
  /** The first of NX_BASE and TURBO_SCM_BASE that is set. */
  readonly variable: { readonly name: string; readonly value: string } | undefined;
  readonly ci: CiBase | undefined;
  /** The run is one of a CI service. */
  readonly inCi: boolean;
  /** The branch that is checked out. */
  readonly branch: string | undefined;
  /** The branch that the pull request is for. */
  readonly baseBranch: string | undefined;
  /** As nx.json or the options say, else as CI or git do. */
  readonly defaultBranch: string;
}

/** Where to count changes from: what was asked for, else what CI says, else where the branch left the default one. */
export function baseCandidates(question: BaseQuestion): BaseCandidate[] {
  const { asked, variable, ci, inCi, branch, baseBranch, defaultBranch } = question;
  if (asked !== undefined) return [{ name: asked, from: '--base', optional: false }];
  if (variable !== undefined) return [{ name: variable.value, from: variable.name, optional: false }];
  const onDefault = branch === defaultBranch && baseBranch === undefined;
  // After a forced push the commit before is gone; of a branch all that it changed is asked for then.
  const said = ci === undefined ? [] : [{ name: ci.commit, from: ci.from, optional: !onDefault }];
  // On the default branch itself all has left it already; CI builds a commit at a time there.
  if (onDefault && inCi)
    return [...said, { name: 'HEAD~1', from: 'the commit before this one', optional: true }];
  // A branch without a pull request: what its earlier runs were to build, and may not have, counts as well.
  const onBranch = branch !== undefined && baseBranch === undefined;
  if (onBranch && ci?.beforePush === true)
    return [...bothOf(defaultBranch, `the default branch, ${defaultBranch}`), ...said];
  return [
    ...said,
    ...(baseBranch === undefined ? [] : bothOf(baseBranch, `the branch of the pull request, ${baseBranch}`)),
    ...bothOf(defaultBranch, `the default branch, ${defaultBranch}`),
  ];
}

/** In CI the remote's branch is mostly the only one, elsewhere the newer one. */
function bothOf(branch: string, from: string): BaseCandidate[] {
  return [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`].map((name) => ({
    name,
    from,
    optional: true,
  }));
}
