/** A name that may stand for the commit that changes count from, best first. */
export interface BaseCandidate {
  /** A commit, branch or tag. */
  readonly name: string;
  /** For people: who says so. */
  readonly from: string;
  /** true where the next candidate is as safe, should this one not be here. */
  readonly optional: boolean;
  /** Why all is built where this one has the head itself already; undefined: then nothing changed. */
  readonly holdsHead: string | undefined;
}

/** What a CI service names. */
export interface CiBase {
  readonly commit: string;
  /** For people. */
  readonly from: string;
  /** It is what a push came after: an earlier run was to build that, which may have failed. */
  readonly beforePush: boolean;
}

/** `first-push`: the service says that there was nothing before. */
export type CiAnswer = CiBase | 'first-push' | undefined;

export interface BaseQuestion {
  /** `--base` */
  readonly asked: string | undefined;
  /** The first of NX_BASE and TURBO_SCM_BASE that is set. */
  readonly variable: { readonly name: string; readonly value: string } | undefined;
  readonly ci: CiAnswer;
  /** The run is one of a CI service. */
  readonly inCi: boolean;
  /** The branch that is checked out. */
  readonly branch: string | undefined;
  /** The branch that the pull request is for. */
  readonly baseBranch: string | undefined;
  /** As the options or nx.json say, else as CI or git do. */
  readonly defaultBranch: string;
  /** What nx.json writes for it, where that decides: `origin/main`, or any commit. */
  readonly defaultBase: string | undefined;
}

export interface BaseChoice {
  /** Empty: there is nothing to compare with. */
  readonly candidates: readonly BaseCandidate[];
  /** What the push came after: changes count from there too, whatever the candidates say. */
  readonly before: BaseCandidate | undefined;
  /** Why all is built where there are no candidates. */
  readonly otherwise: string;
}

/** Where to count changes from: what was asked for, else what CI says, else where the branch left the default one. */
export function chooseBase(question: BaseQuestion): BaseChoice {
  const { asked, variable, ci, inCi, branch, baseBranch, defaultBranch } = question;
  const first = ci === 'first-push';
  const otherwise = first ? 'this is a first push' : 'CI does not say what was there before';
  if (asked !== undefined) return { ...only(asked, '--base'), otherwise };
  if (variable !== undefined) return { ...only(variable.value, variable.name), otherwise };
  const onDefault = branch === defaultBranch && baseBranch === undefined;
  // After a forced push the commit before is gone; of a branch all that it changed is asked for then.
  const said = first || ci === undefined ? undefined : saidBy(ci, !onDefault);
  const known = said === undefined ? [] : [said];
  const before = ci !== 'first-push' && ci?.beforePush === true ? said : undefined;
  // The default branch has left itself nowhere, and how many commits a push brought only CI knows.
  if (onDefault && inCi) return { candidates: known, before, otherwise };
  if (baseBranch !== undefined) {
    const target = bothOf(baseBranch, `the branch of the pull request, ${baseBranch}`, undefined);
    const candidates = [...known, ...target, ...ofDefault(question, undefined)];
    return { candidates, before: undefined, otherwise };
  }
  // What came from the default branch is nothing of its own: a branch that trails it has been given all of that.
  const gone = before === undefined ? otherwise : 'what was there before the push is gone';
  const holdsHead = inCi ? `${defaultBranch} has all of this branch, and ${gone}` : undefined;
  const left = ofDefault(question, holdsHead);
  // What earlier runs of a branch were to build, and may not have, counts as well.
  const leftFirst = branch !== undefined && before !== undefined;
  return { candidates: leftFirst ? [...left, ...known] : [...known, ...left], before, otherwise };
}

function only(name: string, from: string): Pick<BaseChoice, 'candidates' | 'before'> {
  return { candidates: [{ name, from, optional: false, holdsHead: undefined }], before: undefined };
}

function saidBy({ commit, from }: CiBase, optional: boolean): BaseCandidate {
  return { name: commit, from, optional, holdsHead: undefined };
}

/** As Nx does it: what is written is a commit. */
function ofDefault(
  { defaultBranch, defaultBase }: BaseQuestion,
  holdsHead: string | undefined,
): BaseCandidate[] {
  const from = `the default branch, ${defaultBranch}`;
  const written = defaultBase === undefined ? [] : [defaultBase];
  return [
    ...written.map((name) => ({ name, from, optional: true, holdsHead })),
    ...bothOf(defaultBranch, from, holdsHead),
  ];
}

/** In CI the remote's branch is mostly the only one, elsewhere the newer one. */
function bothOf(branch: string, from: string, holdsHead: string | undefined): BaseCandidate[] {
  return [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`].map((name) => ({
    ...{ name, from, holdsHead },
    optional: true,
  }));
}
