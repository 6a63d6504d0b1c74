import { ALL, factsOf, filesOf } from '../../../test/ci/facts';
import { readPipeline, type GitlabJobs } from '../../../test/ci/gitlab';
import { jobsIn, lintPipeline, type Situation } from '../../../test/ci/gitlab-lint';
import { planCi, type CiFacts } from './index';

const SHARD = '.gitlab/images-shard.yml';
const gitlab = (facts: Partial<CiFacts> = {}): Record<string, string> =>
  filesOf({ service: 'gitlab', ...facts });
const jobsOf = (facts: Partial<CiFacts> = {}): GitlabJobs => readPipeline(gitlab(facts), ['.gitlab-ci.yml']);
/** Of the pipeline that it starts, with a job as `matrix --gitlab` writes them. */
const childOf = (files: Record<string, string>): GitlabJobs => {
  const job = { extends: '.images', variables: { SHARD: '1', PROJECTS: 'api' } };
  return readPipeline({ ...files, jobs: JSON.stringify({ 'images 1': job }) }, [SHARD, 'jobs']);
};

const BASE = { CI_DEFAULT_BRANCH: 'main' };
const PUSH: Situation = { ...BASE, CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main' };
const TAG: Situation = { ...BASE, CI_PIPELINE_SOURCE: 'push', CI_COMMIT_TAG: 'v1' };
const MERGE: Situation = { ...BASE, CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: '9' };
const BRANCH: Situation = { ...BASE, CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'fix' };
const SITUATIONS = [PUSH, TAG, MERGE, BRANCH];
const asChild = (situation: Situation): Situation => ({
  ...situation,
  CI_PIPELINE_SOURCE: 'parent_pipeline',
});

describe('the pipeline for GitLab', () => {
  it('is one that GitLab takes, whatever the workspace and what starts it', () => {
    for (const facts of ALL) {
      expect({ facts, errors: lintPipeline(jobsOf(facts), SITUATIONS) }).toEqual({ facts, errors: [] });
      const child = lintPipeline(childOf(gitlab(facts)), SITUATIONS.map(asChild));
      expect({ facts, child }).toEqual({ facts, child: [] });
    }
  });

  it('would be found wrong by its lint', () => {
    const broken = (path: string, text: string, other: string): string[] => {
      const files = gitlab();
      expect(files[path]).toContain(text);
      const changed = { ...files, [path]: files[path]!.replace(text, other) };
      return lintPipeline(readPipeline(changed, ['.gitlab-ci.yml']), SITUATIONS);
    };
    const main = '.gitlab/images.yml';
    expect(broken(main, 'stage: deploy', 'stage: ship').join()).toContain('no stage: ship');
    expect(broken(main, 'resource_group', 'resource-group').join()).toContain('resource-group');
    expect(broken(main, 'needs: [images plan]', 'needs: []').join()).toContain('does not need it');
    expect(broken(main, 'needs: [images plan, images]', 'needs: [plan]').join()).toContain('needs plan');
    expect(broken(main, '    - if: $CI_COMMIT_TAG\n', '').join()).toContain('which is left out with');
    expect(broken(main, 'paths: [.nx-docker-cache/images-shards.yml, ', 'paths: [').join()).toContain(
      'hand on',
    );
    expect(() => broken(main, 'extends: .images\n', 'extends: .image\n')).toThrow('.image is not there');
    expect(() => broken(SHARD, '!reference [.images-tools', '!reference [.tools')).toThrow('.tools');
  });

  it('has jobs for merge requests, the default branch and tags, and publishes for the latter two', () => {
    const all = ['images plan', 'images', 'images publish'];
    expect(SITUATIONS.map((situation) => jobsIn(jobsOf(), situation))).toEqual([
      ...[all, all, ['images plan', 'images'], []],
    ]);
    expect(jobsIn(childOf(gitlab()), asChild(MERGE))).toEqual(['images 1']);
  });

  it('starts a pipeline of the shards, and publishes after it', () => {
    const { images, 'images publish': publish, 'images plan': plan } = jobsOf();
    const artifact = '.nx-docker-cache/images-shards.yml';
    expect(images).toMatchObject({
      trigger: { include: [{ local: SHARD }, { artifact, job: 'images plan' }], strategy: 'depend' },
    });
    expect(publish).toMatchObject({ needs: ['images plan', 'images'], resource_group: 'images' });
    expect(plan).toMatchObject({ variables: { GIT_DEPTH: '0' } });
  });

  it('hands the names on as a file, as reports of variables end at 5 KB', () => {
    const { 'images plan': plan, 'images publish': publish } = jobsOf();
    expect(plan!.artifacts!.reports).toBeUndefined();
    // One shard is all of it, however long each takes: the registry is not asked twice.
    expect(plan!.script!.at(-1)).toMatch(/--shards 1 \$AFFECTED --local-times --github > /);
    expect(plan!.artifacts!.paths).toContain('.nx-docker-cache/images.json');
    expect(publish!.script![0]).toMatch(
      /^NAMES="\$\(node -p '.*readFileSync\("\.nx-docker-cache\/images\.json"\)/,
    );
  });

  it('runs scripts that make what images copy, where nobody else does, wherever it builds', () => {
    const { 'images publish': publish, '.images': shard } = jobsOf({ runner: 'none', manager: 'bun' });
    expect(publish!.script!.slice(0, 2)).toEqual([
      expect.stringMatching(/^PROJECTS="/),
      expect.stringMatching(/^SCRIPTS="\$\(node -p '.*\(one\) => one\.scripts/),
    ]);
    for (const script of [shard!.script!, publish!.script!]) {
      const build = script.findIndex((command) => command.endsWith('build $PROJECTS'));
      expect(script[build - 1]).toMatch(/^for script in \$SCRIPTS; do .* bun run .* \|\| exit 1; done$/);
    }
    for (const runner of ['nx', 'turborepo'] as const)
      expect(Object.values(gitlab({ runner })).join()).not.toContain('SCRIPTS');
  });

  it('plans with a login and without an engine', () => {
    const { 'images plan': plan, '.images': shard } = jobsOf({ registry: 'docker.io/acme' });
    expect(plan!.before_script).toEqual(shard!.before_script!.slice(0, -1));
    expect(plan!.before_script!.join('\n')).toContain('docker login');
    expect([plan!.services, plan!.image]).toEqual([undefined, 'docker:28-cli']);
  });

  it('gives up older builds of merge requests, and no other, and goes by what changed there only', () => {
    const { 'images plan': plan, '.images-when': when, '.images': shard } = jobsOf();
    expect(plan!.script).toContain('if [ -n "$CI_MERGE_REQUEST_IID" ]; then AFFECTED=--affected; fi');
    expect([when!.rules, shard!.rules]).toEqual([
      [
        { if: '$CI_PIPELINE_SOURCE == "merge_request_event"', interruptible: true },
        { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' },
        { if: '$CI_COMMIT_TAG' },
      ],
      [{ if: '$CI_MERGE_REQUEST_IID', interruptible: true }, { when: 'on_success' }],
    ]);
    expect(Object.values(jobsOf()).filter((job) => 'interruptible' in job)).toEqual([]);
    expect(planCi(factsOf({ service: 'gitlab' })).notes.at(-1)).toContain('process_mode=oldest_first');
  });

  it.each([
    ['registry.gitlab.com/acme/shop', /echo "\$CI_JOB_TOKEN" \| docker login/, undefined, undefined],
    [
      ...(['1.dkr.ecr.eu-west-1.amazonaws.com/x', /get-login-password --region eu-west-1/] as const),
      ...(['AWS_TOKEN', 'AWS_ROLE_ARN'] as const),
    ],
    [
      ...(['europe-docker.pkg.dev/a/b', /sts\.googleapis\.com/] as const),
      ...(['GOOGLE_TOKEN', 'GOOGLE_WORKLOAD_IDENTITY_PROVIDER'] as const),
    ],
    ['docker.io/acme', /echo "\$REGISTRY_TOKEN"/, undefined, 'REGISTRY_TOKEN'],
  ] as const)('logs in to %s, where it has what that takes', (registry, command, token, variable) => {
    const job = jobsOf({ registry })['.images']!;
    const script = job.before_script!.join('\n');
    expect(script).toMatch(command);
    expect(Object.keys(job.id_tokens ?? {})).toEqual(token === undefined ? [] : [token]);
    if (variable !== undefined) expect(script).toContain(`if [ -n "$${variable}" ]; then`);
  });

  it('brings the version of pnpm that the lockfile is of, where package.json names none', () => {
    const script = (pnpmVersion: string | undefined): string =>
      jobsOf({ manager: 'pnpm', pnpmVersion })['.images']!.before_script!.join('\n');
    expect(script('^10.1')).toContain("npm install --global 'pnpm@^10.1'\n");
    expect(script(undefined)).toContain('corepack enable');
  });
});
