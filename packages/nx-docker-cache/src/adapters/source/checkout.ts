/**
 * Runs that go by the default branch's name and may have checked out something else: a workflow that a comment or another
 * workflow started, and services that build pull requests without saying so.
 */
import { saysForks, type Env, type GithubEvent } from './fork';
import type { GitFacts } from './git';

export interface Checkout {
  /** Number of the pull request that is checked out. */
  readonly pullRequest?: string;
  /** The branch that is checked out, of the same repository. */
  readonly branch?: string;
}

/**
 * What GitHub's event started this run for, where that is checked out, and not the commit that the run goes by. A
 * comment says nothing of where its pull request comes from.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#issue_comment
 */
export function checkoutOf({ commit }: GitFacts, env: Env, event: GithubEvent | undefined): Checkout {
  const { issue, workflow_run: run } = event ?? {};
  if (commit !== undefined && commit === env['GITHUB_SHA']) return {};
  if (issue?.pull_request !== undefined && issue.pull_request !== null)
    return { pullRequest: String(issue.number) };
  return typeof run?.head_branch === 'string' ? { branch: run.head_branch } : {};
}

/** `pull/7`, as TeamCity calls GitHub's, and what other services name so. */
const PULL = /^(?:refs\/)?(?:pull|pull-requests|merge-requests)\/(\d+)(?:\/(?:head|merge|from))?$/;

/** Number of a pull request that a service builds which has no word for it; nobody knows then where it comes from. */
export function unsaidPull(
  service: string | undefined,
  branch: string | undefined,
  env: Env,
): string | undefined {
  if (saysForks(service)) return undefined;
  // https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
  const trigger = /^pr\/(\d+)$/.exec(env['CODEBUILD_WEBHOOK_TRIGGER'] ?? '')?.[1];
  // https://confluence.atlassian.com/bamboo/bamboo-variables-289277087.html
  const bamboo = env['bamboo_repository_pr_key'] || undefined;
  return trigger ?? bamboo ?? PULL.exec(branch ?? '')?.[1];
}
