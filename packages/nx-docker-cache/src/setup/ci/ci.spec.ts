import { parse } from 'yaml';
import { workflowErrors } from '../../../test/ci/workflow';
import { kindOf } from './login';
import { planCi, type CiFacts } from './index';

const factsOf = (more: Partial<CiFacts> = {}): CiFacts => ({
  ...{
    service: 'github',
    runner: 'nx',
    manager: 'npm',
    registry: 'ghcr.io/acme',
    defaultBranch: 'main',
    shards: 3,
  },
  nodeVersionFile: undefined,
  targets: {
    ...{ build: 'docker-build', publish: 'docker-publish', tasks: ['docker-test'] },
    named: [{ project: '@acme/api', task: 'test' }],
  },
  ...more,
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly needs?: unknown;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly jobs: Readonly<Record<'plan' | 'images' | 'publish', Job>>;
  readonly permissions: unknown;
  readonly concurrency: Readonly<Record<string, string>>;
}

const textOf = (facts: Partial<CiFacts>, path = '.github/workflows/images.yml'): string =>
  planCi(factsOf(facts)).files.find((file) => file.path === path)!.text;
const workflow = (facts: Partial<CiFacts> = {}): Workflow => parse(textOf(facts)) as Workflow;
const runs = (job: Job): string => job.steps.flatMap(({ run }) => run ?? []).join('\n');

const RUNNERS = ['nx', 'turborepo', 'none'] as const;
const MANAGERS = ['npm', 'pnpm', 'yarn', 'yarn-classic', 'bun'] as const;
const REGISTRIES = [
  'ghcr.io/acme',
  '1234.dkr.ecr.eu-west-1.amazonaws.com/shop',
  'europe-docker.pkg.dev/acme/images',
  'acme.azurecr.io',
  'registry.gitlab.com/acme/shop',
  'docker.io/acme',
];
const ALL = RUNNERS.flatMap((runner) =>
  MANAGERS.flatMap((manager) => REGISTRIES.map((registry) => ({ runner, manager, registry }))),
);

describe('the workflow for GitHub Actions', () => {
  it("is one that GitHub's own parser takes, whatever the workspace", () => {
    for (const facts of ALL)
      expect({ facts, errors: workflowErrors(textOf(facts)) }).toEqual({ facts, errors: [] });
    const broken = textOf({}).replace('matrix.names', 'matrx.names').replace('runs-on', 'run-on');
    expect(workflowErrors(broken).join('\n')).toMatch(/run-on[^]*matrx/);
  });

  it('reads only, but where images are pushed', () => {
    const { permissions, jobs } = workflow();
    expect(permissions).toEqual({ contents: 'read' });
    expect(jobs.plan.permissions).toBeUndefined();
    expect(jobs.images.permissions).toEqual({ contents: 'read', packages: 'write' });
    expect(textOf({})).not.toMatch(/pull_request_target|workflow_run/);
  });

  it('has the whole history where it asks what changed', () => {
    const { plan } = workflow().jobs;
    expect(plan.steps[0]).toMatchObject({ uses: 'actions/checkout@v4', with: { 'fetch-depth': 0 } });
    expect(runs(plan)).toContain('npx nx-docker-cache matrix --shards 3 $AFFECTED --github');
  });

  it('goes by what changed for pull requests only: a run that waits is replaced by the next one', () => {
    const { env } = workflow().jobs.plan.steps.find(({ env }) => env?.['AFFECTED'] !== undefined)!;
    expect(env).toEqual({ AFFECTED: "${{ github.event_name == 'pull_request' && '--affected' || '' }}" });
  });

  it('publishes after all shards, and for pushes only', () => {
    const { publish } = workflow().jobs;
    expect(publish).toMatchObject({ needs: ['plan', 'images'], if: "${{ github.event_name == 'push' }}" });
    expect(runs(publish)).toContain('-t docker-publish --projects');
  });

  it('gives up the older run of a pull request, and no other', () => {
    expect(workflow().concurrency).toEqual({
      group: 'images-${{ github.ref }}',
      'cancel-in-progress': "${{ github.event_name == 'pull_request' }}",
    });
  });

  it('puts no name of a project into a command', () => {
    for (const facts of ALL)
      expect(Object.values(workflow(facts).jobs).map(runs).join('\n')).not.toContain('${{');
  });

  it.each([
    ['ghcr.io/acme', 'packages', [undefined], /registry: ghcr\.io/],
    ['1.dkr.ecr.eu-west-1.amazonaws.com/x', 'id-token', ['fork', 'fork'], /aws-region: eu-west-1/],
    ['europe-docker.pkg.dev/a/b', 'id-token', ['fork', 'fork'], /workload_identity_provider/],
    ['acme.azurecr.io', 'id-token', ['fork', 'fork'], /az acr login --name acme/],
    ['registry.test:5000/x', undefined, ['fork'], /registry: registry\.test:5000/],
  ])('logs in to %s, forks only where that is harmless', (registry, permission, forks, text) => {
    const { images } = workflow({ registry }).jobs;
    expect(Object.keys(images.permissions!)).toEqual([
      'contents',
      ...(permission === undefined ? [] : [permission]),
    ]);
    const from = images.steps.findIndex(({ uses }) => uses?.startsWith('docker/setup-buildx') === true) + 1;
    const login = images.steps.slice(from, -1);
    expect(login.map((step) => /fork/.exec(step.if ?? '')?.[0])).toEqual(forks);
    expect(textOf({ registry })).toMatch(text);
    expect(planCi(factsOf({ registry })).notes).toHaveLength(registry.startsWith('ghcr') ? 0 : 1);
  });

  it.each([
    ['nx', 'npm', `npx nx run-many -t $TARGETS docker-test --projects "$(echo $NAMES | tr ' ' ',')"`],
    [
      'turborepo',
      'pnpm',
      "pnpm exec turbo run docker-build docker-test $(printf -- '--filter=./%s ' $FOLDERS)",
    ],
    ['none', 'bun', 'bunx nx-docker-cache build $PROJECTS'],
  ] as const)('builds with %s and %s', (runner, manager, command) => {
    expect(runs(workflow({ runner, manager }).jobs.images)).toContain(command);
  });

  it('takes the version of Node.js from the file that has it', () => {
    expect(textOf({ nodeVersionFile: '.nvmrc' })).toContain('node-version-file: .nvmrc');
    expect(textOf({})).toContain('node-version: 22');
  });

  it('quotes a branch that YAML would read as something else', () => {
    expect(parse(textOf({ defaultBranch: '1.0' }))).toMatchObject({ on: { push: { branches: ['1.0'] } } });
  });
});

describe('the pipeline for GitLab', () => {
  const gitlab = (facts: Partial<CiFacts>, path: string): Record<string, Record<string, unknown>> =>
    parse(textOf({ service: 'gitlab', ...facts }, path), { strict: true }) as never;

  it('is YAML of commands and of jobs that are there, whatever the workspace', () => {
    for (const facts of ALL) {
      const pipeline = gitlab(facts, '.gitlab/images.yml');
      const shard = gitlab(facts, '.gitlab/images-shard.yml');
      const jobs = { ...pipeline, ...shard };
      for (const job of Object.values(jobs)) {
        for (const key of ['script', 'before_script']) {
          const commands = (job[key] ?? []) as unknown[];
          expect(commands.every((command) => typeof command === 'string')).toBe(true);
        }
        for (const needed of [job['extends'] ?? [], job['needs'] ?? []].flat())
          expect(jobs).toHaveProperty([needed as string]);
      }
    }
  });

  it('starts a pipeline of the shards, and publishes after it', () => {
    const { images, 'images publish': publish, 'images plan': plan } = gitlab({}, '.gitlab/images.yml');
    expect(images).toMatchObject({
      trigger: {
        include: [
          { local: '.gitlab/images-shard.yml' },
          { artifact: 'images-shards.yml', job: 'images plan' },
        ],
        strategy: 'depend',
      },
    });
    expect(publish).toMatchObject({ needs: ['images plan', 'images'], resource_group: 'images' });
    expect(publish!['rules']).not.toContainEqual(
      expect.objectContaining({ if: expect.stringContaining('merge') }),
    );
    expect(plan).toMatchObject({ variables: { GIT_DEPTH: '0' } });
  });

  it('gives up older builds of merge requests, and no other, and goes by what changed there only', () => {
    const { 'images plan': plan, '.images-when': when } = gitlab({}, '.gitlab/images.yml');
    const { '.images': shard } = gitlab({}, '.gitlab/images-shard.yml');
    expect(plan!['script']).toContain('if [ -n "$CI_MERGE_REQUEST_IID" ]; then AFFECTED=--affected; fi');
    expect([when!['rules'], shard!['rules']]).toEqual([
      [
        { if: '$CI_PIPELINE_SOURCE == "merge_request_event"', interruptible: true },
        { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' },
        { if: '$CI_COMMIT_TAG' },
      ],
      [{ if: '$CI_MERGE_REQUEST_IID', interruptible: true }, { when: 'on_success' }],
    ]);
    const jobs = { ...gitlab({}, '.gitlab/images.yml'), '.images': shard };
    expect(Object.values(jobs).filter((job) => job !== undefined && 'interruptible' in job)).toEqual([]);
    expect(planCi(factsOf({ service: 'gitlab' })).notes.at(-1)).toContain('process_mode=oldest_first');
  });

  it.each([
    ['registry.gitlab.com/acme/shop', /echo "\$CI_JOB_TOKEN" \| docker login/, undefined],
    ['1.dkr.ecr.eu-west-1.amazonaws.com/x', /get-login-password --region eu-west-1/, 'AWS_TOKEN'],
    ['europe-docker.pkg.dev/a/b', /sts\.googleapis\.com/, 'GOOGLE_TOKEN'],
    ['docker.io/acme', /echo "\$REGISTRY_TOKEN"/, undefined],
  ])('logs in to %s', (registry, command, token) => {
    const job = gitlab({ registry }, '.gitlab/images-shard.yml')['.images']!;
    expect((job['before_script'] as string[]).join('\n')).toMatch(command);
    expect(Object.keys((job['id_tokens'] as object | undefined) ?? {})).toEqual(
      token === undefined ? [] : [token],
    );
  });

  it('is included by the file that GitLab reads', () => {
    expect(gitlab({}, '.gitlab-ci.yml')).toEqual({ include: [{ local: '.gitlab/images.yml' }] });
  });
});

it.each([
  ['ghcr.io/a', 'ghcr'],
  ['ghcr.io.evil.test/a', 'other'],
  ['eu.gcr.io/a', 'gar'],
  ['x-docker.pkg.dev/a', 'gar'],
  ['localhost:5000', 'other'],
])('%s is a registry of the kind %s', (registry, kind) => {
  expect(kindOf(registry)).toBe(kind);
});
