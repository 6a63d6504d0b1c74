/** Environments of CI services, as their documentation gives them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanup } from './cleanup';

export type Env = Readonly<Record<string, string>>;

export interface GithubPull {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  /** Repository that the head branch is in; undefined: the same one, null: a fork that was deleted. */
  readonly from?: string | null;
}

const REPOSITORY = 'acme/shop';

/** GitHub Actions, a push to a branch. */
export function githubPush(branch: string, sha: string, before?: string): Env {
  return {
    ...github('push', `refs/heads/${branch}`, sha),
    GITHUB_EVENT_PATH: payload({ before, repository: { full_name: REPOSITORY, default_branch: 'main' } }),
  };
}

/** GitHub Actions, a queue of pull requests that are to be merged. */
export function githubMergeGroup(branch: string, sha: string, base: string): Env {
  return {
    ...github('merge_group', `refs/heads/${branch}`, sha),
    GITHUB_EVENT_PATH: payload({
      repository: { full_name: REPOSITORY, default_branch: 'main' },
      merge_group: { base_sha: base, head_sha: sha },
    }),
  };
}

/** GitHub Actions, a pull request; the payload says where its head comes from. */
export function githubPull(pull: GithubPull, sha: string): Env {
  const head = pull.from === undefined ? REPOSITORY : pull.from;
  return {
    ...github('pull_request', `refs/pull/${pull.number}/merge`, sha),
    GITHUB_HEAD_REF: pull.head,
    GITHUB_BASE_REF: pull.base,
    GITHUB_EVENT_PATH: payload({
      number: pull.number,
      repository: { full_name: REPOSITORY, default_branch: 'main' },
      pull_request: {
        number: pull.number,
        head: { ref: pull.head, repo: head === null ? null : { full_name: head } },
        base: { ref: pull.base, repo: { full_name: REPOSITORY } },
      },
    }),
  };
}

/** GitHub Actions, `workflow_run` after the workflow of a pull request: it runs on the default branch. */
export function githubWorkflowRun(headRepository: string, sha: string): Env {
  return {
    ...github('workflow_run', 'refs/heads/main', sha),
    GITHUB_EVENT_PATH: payload({
      repository: { full_name: REPOSITORY, default_branch: 'main' },
      workflow_run: { head_branch: 'main', head_repository: { full_name: headRepository } },
    }),
  };
}

/** A service that says that it builds a pull request, and not where that comes from. */
export function dronePull(number: number, base: string): Env {
  return {
    CI: 'true',
    DRONE: 'true',
    DRONE_BUILD_EVENT: 'pull_request',
    DRONE_PULL_REQUEST: String(number),
    DRONE_BRANCH: base,
    DRONE_SOURCE_BRANCH: 'fix',
    DRONE_TARGET_BRANCH: base,
    DRONE_REPO_OWNER: 'acme',
    DRONE_REPO_NAME: 'shop',
  };
}

export function gitlabMergeRequest(source: string, target: string, sourceProject: string): Env {
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_DEFAULT_BRANCH: 'main',
    CI_MERGE_REQUEST_ID: '4711',
    CI_MERGE_REQUEST_IID: '9',
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: source,
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: target,
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: sourceProject,
    CI_MERGE_REQUEST_PROJECT_ID: '1',
    CI_PROJECT_PATH: 'acme/shop',
  };
}

function github(event: string, ref: string, sha: string): Env {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event,
    GITHUB_REF: ref,
    GITHUB_SHA: sha,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '1234567890',
    GITHUB_RUN_NUMBER: '42',
  };
}

function payload(event: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-event-'));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'event.json');
  writeFileSync(path, JSON.stringify(event));
  return path;
}
