import { readFileSync } from 'node:fs';
import envCi from 'env-ci';
import type { SourceFacts } from '../../model/facts';
import type { SourcePort } from '../../ports/workspace';
import { checkoutOf, unsaidPull } from './checkout';
import { gitFacts, type GitFacts } from './git';
import { githubEventSchema, isForeignWorkflowRun, isFork, type Env, type GithubEvent } from './fork';

/** The part of env-ci's answer that is read. */
interface CiAnswer {
  readonly isCi: boolean;
  readonly name?: string;
  readonly service?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly build?: string;
  readonly job?: string;
  readonly isPr?: boolean;
  readonly pr?: string | number;
  readonly prBranch?: string;
  readonly slug?: string;
}

export class SourceAdapter implements SourcePort {
  readonly #cwd: string;
  readonly #env: Env;

  constructor(cwd: string, env: Env) {
    this.#cwd = cwd;
    this.#env = env;
  }

  async facts(): Promise<SourceFacts> {
    const git = await gitFacts(this.#cwd);
    return sourceFacts(askCi(this.#cwd, this.#env), git, this.#env, readGithubEvent(this.#env));
  }
}

/** env-ci asks git where there is no CI service; our own answer is used there, so only services are asked. */
function askCi(cwd: string, env: Env): CiAnswer {
  try {
    // Without PATH env-ci finds no git: what git knows was asked already, and asking again costs two processes.
    return envCi({ env: { ...env, PATH: '' }, cwd }) as CiAnswer;
  } catch {
    // env-ci throws where the payload of a `pull_request_target` cannot be read. That must not fail a build, nor
    // may it make one of a pull request pass for one of the branch that it runs on.
    return { isCi: true, isPr: /^pull_request/.test(env['GITHUB_EVENT_NAME'] ?? '') };
  }
}

/** Pure: the answers of the CI service, of git and of the event → facts. */
export function sourceFacts(
  ci: CiAnswer,
  git: GitFacts,
  env: Env,
  event: GithubEvent | undefined,
): SourceFacts {
  const known = ci.service !== undefined;
  const gitTag = tagOf(ci, env);
  const checkout = checkoutOf(git, env, event);
  const pullRequest =
    pullRequestOf(ci, env, event) ??
    checkout.pullRequest ??
    (ci.isCi ? unsaidPull(ci.service, text(ci.branch) ?? git.branch, env) : undefined);
  return {
    ci: ci.isCi,
    ciName: ci.name,
    commit: text(ci.commit) ?? git.commit,
    branch: checkout.branch ?? branchOf(ci, git, env, event, { known, gitTag, pullRequest }),
    pullRequest,
    baseBranch: pullRequest === undefined ? undefined : baseBranchOf(ci, env, event),
    fork: forkOf(ci, env, event, pullRequest),
    gitTag,
    defaultBranch:
      text(event?.repository?.default_branch) ??
      text(env['CI_DEFAULT_BRANCH']) ??
      text(env['BUILDKITE_PIPELINE_DEFAULT_BRANCH']) ??
      git.defaultBranch,
    git: git.git,
    volatile: [
      ci.build,
      ci.job,
      env['GITHUB_RUN_NUMBER'],
      env['BUILD_NUMBER'],
      env['CI_PIPELINE_IID'],
    ].flatMap((value) => (text(value) === undefined ? [] : [String(value)])),
    repository: text(ci.slug),
  };
}

/** The number as the service shows it; GitLab's id, which env-ci gives, is counted over all of its projects. */
function pullRequestOf(ci: CiAnswer, env: Env, event: GithubEvent | undefined): string | undefined {
  if (ci.isPr !== true && event?.pull_request === undefined) return undefined;
  const shown = ci.service === 'gitlab' ? text(env['CI_MERGE_REQUEST_IID']) : undefined;
  // An agent that was told GitHub's variables has no file with the event.
  const ofRef = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '')?.[1];
  return shown ?? text(ci.pr ?? event?.pull_request?.number) ?? ofRef ?? 'unknown';
}

/** GitHub's ref of a pull request is no branch, and Jenkins' branch sources name the target in a variable of theirs. */
function baseBranchOf(ci: CiAnswer, env: Env, event: GithubEvent | undefined): string | undefined {
  const named = event?.pull_request?.base.ref ?? text(env['GITHUB_BASE_REF']) ?? text(env['CHANGE_TARGET']);
  return named ?? (ci.service === 'github' ? undefined : text(ci.branch));
}

function branchOf(
  ci: CiAnswer,
  git: GitFacts,
  env: Env,
  event: GithubEvent | undefined,
  at: { known: boolean; gitTag: string | undefined; pullRequest: string | undefined },
): string | undefined {
  if (at.gitTag !== undefined) return undefined;
  if (at.pullRequest !== undefined) {
    return text(event?.pull_request?.head.ref ?? env['GITHUB_HEAD_REF'] ?? ci.prBranch) ?? git.branch;
  }
  return (at.known ? text(ci.branch) : undefined) ?? git.branch;
}

function tagOf(ci: CiAnswer, env: Env): string | undefined {
  const ref = env['GITHUB_REF'];
  if (ci.service === 'github' && ref?.startsWith('refs/tags/') === true)
    return ref.slice('refs/tags/'.length);
  return text(ci.tag);
}

/**
 * `NX_DOCKER_CACHE_TRUST` settles what a service does not say: `internal` vouches for a pull request whose
 * origin is unknown, `untrusted` lowers any build. A proven fork cannot be raised.
 */
function forkOf(
  ci: CiAnswer,
  env: Env,
  event: GithubEvent | undefined,
  pullRequest: string | undefined,
): boolean | 'unknown' {
  const word = env['NX_DOCKER_CACHE_TRUST'];
  if (word === 'untrusted' || isForeignWorkflowRun(event)) return true;
  if (pullRequest === undefined) return false;
  const fork = isFork(ci.service, env, event);
  return fork === 'unknown' && word === 'internal' ? false : fork;
}

function readGithubEvent(env: Env): GithubEvent | undefined {
  const path = env['GITHUB_EVENT_PATH'];
  if (path === undefined || env['GITHUB_ACTIONS'] === undefined) return undefined;
  try {
    const parsed = githubEventSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function text(value: string | number | undefined | null): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value);
}
