/** Whether a pull request comes from a fork, in each CI service's own words. Sources are the services' docs. */
import { z } from 'zod';

export type Env = Readonly<Record<string, string | undefined>>;

const repository = z.object({ full_name: z.string() });

/** The part of GitHub's event payload that is read. https://docs.github.com/en/webhooks/webhook-events-and-payloads */
export const githubEventSchema = z.object({
  repository: z
    .object({ full_name: z.string().optional(), default_branch: z.string().optional() })
    .optional(),
  pull_request: z
    .object({
      number: z.number(),
      // null once the fork was deleted
      head: z.object({ ref: z.string().optional(), repo: repository.nullish() }),
      base: z.object({ ref: z.string().optional(), repo: repository.nullish() }),
    })
    .optional(),
  workflow_run: z
    .object({ head_branch: z.string().nullish(), head_repository: repository.nullish() })
    .optional(),
  // What a comment was written to; pull requests are issues with more to them.
  issue: z.object({ number: z.number(), pull_request: z.unknown().optional() }).optional(),
});

export type GithubEvent = z.infer<typeof githubEventSchema>;

type ForkTest = (env: Env, event: GithubEvent | undefined) => boolean | 'unknown';

/** Keys are env-ci's names of the services. */
const TESTS: Readonly<Record<string, ForkTest>> = {
  github: (_env, event) => githubFork(event),
  gitlab: (env) => differ(env['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'], env['CI_MERGE_REQUEST_PROJECT_ID']),
  // Set for pull requests from forks only.
  circleci: (env) => env['CIRCLE_PR_REPONAME'] !== undefined || env['CIRCLE_PR_USERNAME'] !== undefined,
  azurePipelines: (env) => flag(env['SYSTEM_PULLREQUEST_ISFORK']),
  // Pipelines of a fork run in the fork.
  bitbucket: () => false,
  buildkite: (env) => differ(slugOf(env['BUILDKITE_PULL_REQUEST_REPO']), slugOf(env['BUILDKITE_REPO'])),
  travis: (env) => differ(env['TRAVIS_PULL_REQUEST_SLUG'], env['TRAVIS_REPO_SLUG']),
  semaphore: (env) => differ(env['SEMAPHORE_GIT_PR_SLUG'], env['SEMAPHORE_GIT_REPO_SLUG']),
  // The branch source plugins set CHANGE_FORK for forks only; other plugins set none of the two.
  jenkins: (env) => (env['CHANGE_ID'] === undefined ? 'unknown' : env['CHANGE_FORK'] !== undefined),
  appveyor: (env) => differ(env['APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME'], env['APPVEYOR_REPO_NAME']),
  codefresh: (env) => flag(env['CF_PULL_REQUEST_IS_FORK']),
};

export function isFork(
  service: string | undefined,
  env: Env,
  event: GithubEvent | undefined,
): boolean | 'unknown' {
  const test = service === undefined ? undefined : TESTS[service];
  return test === undefined ? 'unknown' : test(env, event);
}

/** true for a service that tells which of its runs are of pull requests, and mostly of forks. */
export function saysForks(service: string | undefined): boolean {
  return service !== undefined && Object.hasOwn(TESTS, service);
}

function githubFork(event: GithubEvent | undefined): boolean | 'unknown' {
  const pull = event?.pull_request;
  if (pull === undefined) return 'unknown';
  const base = pull.base.repo?.full_name ?? event?.repository?.full_name;
  if (base === undefined) return 'unknown';
  return pull.head.repo?.full_name !== base;
}

/**
 * `workflow_run` runs with the base repository's rights and the default branch's name for code that may come
 * from a fork.
 */
export function isForeignWorkflowRun(event: GithubEvent | undefined): boolean {
  if (event?.workflow_run === undefined) return false;
  return event.workflow_run.head_repository?.full_name !== event.repository?.full_name;
}

function differ(head: string | undefined, base: string | undefined): boolean | 'unknown' {
  if (head === undefined || head === '' || base === undefined || base === '') return 'unknown';
  return head.toLowerCase() !== base.toLowerCase();
}

function flag(value: string | undefined): boolean | 'unknown' {
  return value === undefined || value === '' ? 'unknown' : value.toLowerCase() === 'true';
}

/** `owner/name` of a clone URL, whatever its protocol. */
function slugOf(url: string | undefined): string | undefined {
  return url?.match(/[/:]([^/:]+\/[^/]+?)(?:\.git)?\/?$/)?.[1];
}
