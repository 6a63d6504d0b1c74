import envCi from 'env-ci';
import type { SourceFacts } from '../../model/facts';
import { githubEventSchema, type Env, type GithubEvent } from './fork';
import type { GitFacts } from './git';
import { sourceFacts } from './source';

const GIT: GitFacts = { git: true, commit: 'c0ffee', branch: 'checked-out', defaultBranch: 'main' };
const DETACHED: GitFacts = { ...GIT, branch: undefined };

/** What is found in an environment, the CI service being asked for real. */
const factsIn = (env: Env, event?: GithubEvent, git = GIT): SourceFacts =>
  sourceFacts(envCi({ env, cwd: '/' }) as never, git, env, event);

const github = (event: string, ref: string): Env => ({
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: event,
  GITHUB_REF: ref,
  GITHUB_SHA: 'beef',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ID: '4711',
});
const pull = (from: string | null, more: object = {}): GithubEvent =>
  githubEventSchema.parse({
    repository: { full_name: 'acme/shop', default_branch: 'trunk' },
    pull_request: {
      number: 7,
      head: { ref: 'main', repo: from === null ? null : { full_name: from } },
      base: { ref: 'next', repo: { full_name: 'acme/shop' } },
    },
    ...more,
  });

describe('without a CI service', () => {
  it('git says all', () => {
    expect(sourceFacts({ isCi: false }, GIT, {}, undefined)).toMatchObject({
      ci: false,
      commit: 'c0ffee',
      branch: 'checked-out',
      pullRequest: undefined,
      fork: false,
      defaultBranch: 'main',
    });
  });

  it('nothing is known where there is no git either', () => {
    const none: GitFacts = { git: false, commit: undefined, branch: undefined, defaultBranch: undefined };
    expect(sourceFacts({ isCi: false }, none, {}, undefined)).toMatchObject({
      git: false,
      commit: undefined,
      branch: undefined,
    });
  });
});

describe('GitHub Actions', () => {
  it('a push', () => {
    expect(factsIn(github('push', 'refs/heads/feature/x'), undefined, DETACHED)).toMatchObject({
      ci: true,
      commit: 'beef',
      branch: 'feature/x',
      pullRequest: undefined,
      fork: false,
      repository: 'acme/shop',
      volatile: ['4711'],
    });
  });

  it('a git tag has no branch', () => {
    expect(factsIn(github('push', 'refs/tags/v1.0'))).toMatchObject({ gitTag: 'v1.0', branch: undefined });
  });

  it.each([
    ['the same repository', 'acme/shop', false],
    ['a fork', 'mallory/shop', true],
    ['a fork that was deleted', null, true],
  ])('a pull request of %s', (_, from, fork) => {
    expect(factsIn(github('pull_request', 'refs/pull/7/merge'), pull(from))).toMatchObject({
      pullRequest: '7',
      branch: 'main',
      baseBranch: 'next',
      defaultBranch: 'trunk',
      fork,
    });
  });

  it('a pull request without the file of its event, vouched for by the workflow', () => {
    const env = { ...github('pull_request', 'refs/pull/7/merge'), NX_DOCKER_CACHE_TRUST: 'internal' };
    expect(factsIn(env)).toMatchObject({ pullRequest: '7', fork: false });
    expect(factsIn({ ...env, NX_DOCKER_CACHE_TRUST: 'untrusted' })).toMatchObject({ fork: true });
  });

  it('a pull_request_target of a fork, which runs on the base branch', () => {
    const facts = factsIn(github('pull_request_target', 'refs/heads/main'), pull('mallory/shop'));
    expect(facts).toMatchObject({ pullRequest: '7', fork: true });
  });

  it('a pull request without a payload: nobody knows where it comes from', () => {
    const env = { ...github('pull_request', 'refs/pull/7/merge'), GITHUB_BASE_REF: 'next' };
    expect(factsIn(env)).toMatchObject({ pullRequest: '7', fork: 'unknown', baseBranch: 'next' });
    expect(factsIn(github('pull_request', 'refs/pull/7/merge')).baseBranch).toBeUndefined();
  });

  it.each([
    ['mallory/shop', true],
    ['acme/shop', false],
    [undefined, true],
  ])('workflow_run after %s', (from, fork) => {
    const run = { head_branch: 'main', head_repository: from === undefined ? null : { full_name: from } };
    const event = githubEventSchema.parse({ repository: { full_name: 'acme/shop' }, workflow_run: run });
    expect(factsIn(github('workflow_run', 'refs/heads/main'), event).fork).toBe(fork);
  });

  it.each([
    ['what the other run was for', 'face', 'feature/x'],
    ['the default branch', 'beef', 'main'],
    ['something that it made of that', 'c0ffee', 'feature/x'],
  ])('workflow_run of the same repository that checks out %s', (_, commit, branch) => {
    const head_repository = { full_name: 'acme/shop' };
    const run = { head_branch: 'feature/x', head_repository };
    const event = githubEventSchema.parse({ repository: { full_name: 'acme/shop' }, workflow_run: run });
    const facts = factsIn(github('workflow_run', 'refs/heads/main'), event, { ...DETACHED, commit });
    expect(facts).toMatchObject({ branch, pullRequest: undefined, fork: false });
  });

  describe('a comment', () => {
    const comment = (issue: object): GithubEvent =>
      githubEventSchema.parse({ repository: { default_branch: 'main' }, issue: { number: 7, ...issue } });
    const env = github('issue_comment', 'refs/heads/main');

    it('on a pull request that is checked out: nobody knows where that comes from', () => {
      const facts = factsIn(env, comment({ pull_request: {} }), DETACHED);
      expect(facts).toMatchObject({ pullRequest: '7', fork: 'unknown', baseBranch: undefined });
      const vouched = { ...env, NX_DOCKER_CACHE_TRUST: 'internal' };
      expect(factsIn(vouched, comment({ pull_request: {} }), DETACHED)).toMatchObject({ fork: false });
    });

    it.each([
      [
        'on a pull request, the default branch checked out',
        { pull_request: {} },
        { ...DETACHED, commit: 'beef' },
      ],
      ['on an issue', {}, DETACHED],
    ])('%s', (_, issue, git) => {
      const facts = factsIn(env, comment(issue), git);
      expect(facts).toMatchObject({ branch: 'main', pullRequest: undefined, fork: false });
    });
  });
});

describe('other services', () => {
  const SLUGS = { repo: 'acme/shop', fork: 'mallory/shop' };
  it.each<[string, Env, Partial<SourceFacts>]>([
    [
      'GitLab, a merge request of the project',
      {
        GITLAB_CI: 'true',
        CI_MERGE_REQUEST_ID: '900',
        CI_MERGE_REQUEST_IID: '9',
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1',
        CI_MERGE_REQUEST_PROJECT_ID: '1',
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'next',
        CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'fix',
        CI_DEFAULT_BRANCH: 'trunk',
      },
      { pullRequest: '9', fork: false, baseBranch: 'next', branch: 'fix', defaultBranch: 'trunk' },
    ],
    [
      'GitLab, a merge request of a fork',
      {
        GITLAB_CI: 'true',
        CI_MERGE_REQUEST_ID: '900',
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2',
        CI_MERGE_REQUEST_PROJECT_ID: '1',
      },
      { pullRequest: '900', fork: true },
    ],
    [
      'GitLab, a branch',
      { GITLAB_CI: 'true', CI_COMMIT_REF_NAME: 'main' },
      { pullRequest: undefined, branch: 'main', fork: false },
    ],
    [
      'GitLab, a tag',
      { GITLAB_CI: 'true', CI_COMMIT_REF_NAME: 'v1', CI_COMMIT_TAG: 'v1' },
      { gitTag: 'v1', branch: undefined },
    ],
    [
      'CircleCI, a pull request',
      {
        CIRCLECI: 'true',
        CIRCLE_BRANCH: 'fix',
        CIRCLE_PULL_REQUEST: 'https://github.com/acme/shop/pull/7',
        CI_PULL_REQUEST: 'https://github.com/acme/shop/pull/7',
      },
      { pullRequest: '7', fork: false, branch: 'fix' },
    ],
    [
      'CircleCI, a fork',
      {
        CIRCLECI: 'true',
        CIRCLE_BRANCH: 'pull/7',
        CI_PULL_REQUEST: 'https://github.com/acme/shop/pull/7',
        CIRCLE_PR_REPONAME: 'shop',
        CIRCLE_PR_USERNAME: 'mallory',
      },
      { pullRequest: '7', fork: true },
    ],
    [
      'Azure, a pull request',
      {
        BUILD_BUILDURI: 'x',
        SYSTEM_PULLREQUEST_PULLREQUESTID: '7',
        SYSTEM_PULLREQUEST_ISFORK: 'False',
        SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/next',
      },
      { pullRequest: '7', fork: false, baseBranch: 'next' },
    ],
    [
      'Azure, a fork',
      { BUILD_BUILDURI: 'x', SYSTEM_PULLREQUEST_PULLREQUESTID: '7', SYSTEM_PULLREQUEST_ISFORK: 'True' },
      { fork: true },
    ],
    ['Azure, unsaid', { BUILD_BUILDURI: 'x', SYSTEM_PULLREQUEST_PULLREQUESTID: '7' }, { fork: 'unknown' }],
    [
      'Buildkite, a pull request',
      {
        BUILDKITE: 'true',
        BUILDKITE_BRANCH: 'fix',
        BUILDKITE_PULL_REQUEST: '7',
        BUILDKITE_PULL_REQUEST_BASE_BRANCH: 'next',
        BUILDKITE_PULL_REQUEST_REPO: 'git://github.com/acme/shop.git',
        BUILDKITE_REPO: 'git@github.com:acme/shop.git',
        BUILDKITE_PIPELINE_DEFAULT_BRANCH: 'trunk',
      },
      { pullRequest: '7', fork: false, baseBranch: 'next', defaultBranch: 'trunk' },
    ],
    [
      'Buildkite, a fork',
      {
        BUILDKITE: 'true',
        BUILDKITE_PULL_REQUEST: '7',
        BUILDKITE_PULL_REQUEST_REPO: 'https://github.com/mallory/shop',
        BUILDKITE_REPO: 'git@github.com:acme/shop.git',
      },
      { fork: true },
    ],
    [
      'Travis, a fork',
      {
        TRAVIS: 'true',
        TRAVIS_PULL_REQUEST: '7',
        TRAVIS_PULL_REQUEST_SLUG: SLUGS.fork,
        TRAVIS_REPO_SLUG: SLUGS.repo,
      },
      { pullRequest: '7', fork: true },
    ],
    [
      'Travis, a branch',
      { TRAVIS: 'true', TRAVIS_PULL_REQUEST: 'false', TRAVIS_BRANCH: 'main' },
      { pullRequest: undefined, branch: 'main' },
    ],
    [
      'Jenkins, a change of a branch source',
      { JENKINS_URL: 'x', CHANGE_ID: '7', CHANGE_TARGET: 'next', GIT_COMMIT: 'beef' },
      { pullRequest: '7', fork: false, baseBranch: 'next' },
    ],
    [
      'Jenkins, a change of a fork',
      { JENKINS_URL: 'x', CHANGE_ID: '7', CHANGE_FORK: 'mallory', GIT_COMMIT: 'beef' },
      { fork: true },
    ],
    [
      'Jenkins, a pull request of a plugin that does not say',
      { JENKINS_URL: 'x', ghprbPullId: '7', GIT_COMMIT: 'beef' },
      { pullRequest: '7', fork: 'unknown' },
    ],
    [
      'AppVeyor, a fork',
      {
        APPVEYOR: 'true',
        APPVEYOR_PULL_REQUEST_NUMBER: '7',
        APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME: SLUGS.fork,
        APPVEYOR_REPO_NAME: SLUGS.repo,
      },
      { pullRequest: '7', fork: true },
    ],
    [
      'Semaphore, a fork',
      {
        SEMAPHORE: 'true',
        SEMAPHORE_GIT_PR_NUMBER: '7',
        SEMAPHORE_GIT_PR_SLUG: SLUGS.fork,
        SEMAPHORE_GIT_REPO_SLUG: SLUGS.repo,
        PULL_REQUEST_NUMBER: '7',
      },
      { pullRequest: '7', fork: true },
    ],
    [
      'Codefresh, a fork',
      { CF_BUILD_ID: 'x', CF_PULL_REQUEST_NUMBER: '7', CF_PULL_REQUEST_IS_FORK: 'true' },
      { pullRequest: '7', fork: true },
    ],
    [
      'Drone, which does not say',
      {
        DRONE: 'true',
        DRONE_BUILD_EVENT: 'pull_request',
        DRONE_PULL_REQUEST: '7',
        DRONE_TARGET_BRANCH: 'next',
      },
      { pullRequest: '7', fork: 'unknown', baseBranch: 'next' },
    ],
  ])('%s', (_, env, expected) => {
    expect(factsIn(env, undefined, DETACHED)).toMatchObject(expected);
  });

  it.each<[string, Env, string | undefined]>([
    ['AWS CodeBuild', { CODEBUILD_BUILD_ID: 'x', CODEBUILD_WEBHOOK_TRIGGER: 'pr/12' }, undefined],
    ['Bamboo', { bamboo_agentId: 'x', bamboo_repository_pr_key: '12' }, undefined],
    ['TeamCity, by the branch', { TEAMCITY_VERSION: '2025' }, 'pull/12'],
    ['one that nobody knows, by the branch', { CI: 'true' }, 'refs/pull/12/merge'],
  ])('%s does not say that it builds a pull request, which is one all the same', (_, env, branch) => {
    const ci = { ...(envCi({ env, cwd: '/' }) as object), branch } as never;
    const facts = sourceFacts(ci, { ...DETACHED, branch }, env, undefined);
    expect(facts).toMatchObject({ pullRequest: '12', fork: 'unknown' });
  });

  it('a branch of such a name is one where the service has words for pull requests, and on a laptop', () => {
    const named: GitFacts = { ...GIT, branch: 'pull/12' };
    expect(factsIn(github('push', 'refs/heads/pull/12'), undefined, named).pullRequest).toBeUndefined();
    expect(sourceFacts({ isCi: false }, named, {}, undefined).pullRequest).toBeUndefined();
  });

  it('one that nobody knows is CI all the same', () => {
    expect(sourceFacts({ isCi: true }, GIT, {}, undefined)).toMatchObject({
      ci: true,
      branch: 'checked-out',
      fork: false,
    });
  });
});

describe('NX_DOCKER_CACHE_TRUST', () => {
  const unknown = { DRONE: 'true', DRONE_BUILD_EVENT: 'pull_request', DRONE_PULL_REQUEST: '7' };

  it.each<[string, Env, GithubEvent | undefined, boolean | 'unknown']>([
    ['vouches for what is unknown', { ...unknown, NX_DOCKER_CACHE_TRUST: 'internal' }, undefined, false],
    [
      'raises no fork',
      { ...github('pull_request', 'x'), NX_DOCKER_CACHE_TRUST: 'internal' },
      pull('mallory/shop'),
      true,
    ],
    [
      'lowers any build',
      { ...github('push', 'refs/heads/main'), NX_DOCKER_CACHE_TRUST: 'untrusted' },
      undefined,
      true,
    ],
    ['knows no other word', { ...unknown, NX_DOCKER_CACHE_TRUST: 'trusted' }, undefined, 'unknown'],
  ])('%s', (_, env, event, fork) => {
    expect(factsIn(env, event).fork).toBe(fork);
  });
});
