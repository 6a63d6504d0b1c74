import { parse } from 'yaml';
import { workflowErrors } from '../../../test/ci/workflow';
import { ALL, factsOf, filesOf } from '../../../test/ci/facts';
import { evaluate } from '../../../test/ci/expressions';
import { planCi, type CiFacts } from './index';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly name?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly needs?: unknown;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly jobs: Readonly<Record<'plan' | 'images' | 'publish' | 'check', Job>>;
  readonly permissions: unknown;
  readonly env: unknown;
  readonly concurrency: Readonly<Record<string, string>>;
}

const textOf = (facts: Partial<CiFacts>): string => filesOf(facts)['.github/workflows/images.yml']!;
const workflow = (facts: Partial<CiFacts> = {}): Workflow => parse(textOf(facts)) as Workflow;
const runs = (job: Job): string => job.steps.flatMap(({ run }) => run ?? []).join('\n');

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
    expect(jobs.plan.permissions).toEqual({ contents: 'read', packages: 'read' });
    expect(jobs.images.permissions).toEqual({ contents: 'read', packages: 'write' });
    expect(textOf({})).not.toMatch(/pull_request_target|workflow_run/);
  });

  it('leaves no token in the checkout, where scripts and contexts would find it', () => {
    const { plan, images, publish } = workflow().jobs;
    for (const { steps } of [plan, images, publish])
      expect(steps[0]).toMatchObject({
        uses: 'actions/checkout@v4',
        with: { 'persist-credentials': false },
      });
  });

  it('has the whole history where it asks what changed', () => {
    const { plan } = workflow().jobs;
    expect(plan.steps[0]).toMatchObject({ uses: 'actions/checkout@v4', with: { 'fetch-depth': 0 } });
    expect(runs(plan)).toContain('npx nx-docker-cache matrix --shards 3 $AFFECTED --github');
  });

  it.each([
    ['pull_request', '--affected'],
    ['merge_group', '--affected'],
    ['push', ''],
    ['schedule', ''],
  ])('goes by what changed where no run is replaced while it waits: %s', (event_name, flag) => {
    const { env } = workflow().jobs.plan.steps.find(({ env }) => env?.['AFFECTED'] !== undefined)!;
    expect(evaluate(env!['AFFECTED']!, { github: { event_name } })).toBe(flag);
  });

  it('runs for pushes, pull requests and the queue that these go through', () => {
    const { on } = parse(textOf({})) as { on: object };
    expect(Object.keys(on)).toEqual(['push', 'pull_request', 'merge_group']);
  });

  it('has a check whose name is the same in every run, beside those of the shards', () => {
    const { images, check } = workflow().jobs;
    expect(images.name).toBe('images ${{ matrix.shard }}');
    expect(check).toMatchObject({
      ...{ name: 'images', needs: ['plan', 'images', 'publish'], if: '${{ always() }}', permissions: {} },
    });
    const passed = (...results: string[]): unknown => {
      const needs = Object.fromEntries(results.map((result, at) => [`job${at}`, { result }]));
      return evaluate(check.steps[0]!.env!['PASSED']!, { needs });
    };
    expect(passed('success', 'success', 'skipped')).toBe(true);
    expect(passed('success', 'skipped', 'skipped')).toBe(true);
    expect(passed('success', 'failure', 'skipped')).toBe(false);
    expect(passed('success', 'cancelled', 'skipped')).toBe(false);
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
    const { jobs } = workflow({ registry });
    const { images } = jobs;
    expect(Object.keys(images.permissions!)).toEqual([
      'contents',
      ...(permission === undefined ? [] : [permission]),
    ]);
    const from = images.steps.findIndex(({ uses }) => uses?.startsWith('docker/setup-buildx') === true) + 1;
    const login = images.steps.slice(from, -1);
    expect(login.map((step) => /fork/.exec(step.if ?? '')?.[0])).toEqual(forks);
    const without = login.filter((step) => step.if !== undefined);
    expect(without.every((step) => step.if!.includes("env.NX_DOCKER_CACHE_TRUST != 'untrusted'"))).toBe(true);
    expect(jobs.plan.steps).toEqual(expect.arrayContaining([...login]));
    expect(jobs.plan.permissions?.['id-token']).toBe(jobs.images.permissions?.['id-token']);
    expect(textOf({ registry })).toMatch(text);
    expect(planCi(factsOf({ registry })).notes).toHaveLength(registry.startsWith('ghcr') ? 0 : 1);
  });

  it.each([
    ['jane', 'pull_request', 'refs/pull/1/merge', ''],
    ['dependabot[bot]', 'pull_request', 'refs/pull/1/merge', 'untrusted'],
    ['dependabot[bot]', 'push', 'refs/heads/dependabot/npm/x-1', 'untrusted'],
    ['dependabot[bot]', 'merge_group', 'refs/heads/gh-readonly-queue/main/pr-1', 'untrusted'],
    ['dependabot[bot]', 'push', 'refs/heads/main', ''],
  ])('trusts what Dependabot merged, and nothing that it proposes: %s, %s of %s', (...at) => {
    const [actor, event_name, ref, trust] = at;
    const env = workflow().env as Record<string, string>;
    expect(evaluate(env['NX_DOCKER_CACHE_TRUST']!, { github: { actor, event_name, ref } })).toBe(trust);
  });

  it('has no name in a secret that may be a part of the names of projects', () => {
    const names = ALL.flatMap((facts) => textOf(facts).match(/secrets\.\w+/g) ?? []);
    expect(new Set(names)).toEqual(new Set(['secrets.GITHUB_TOKEN', 'secrets.REGISTRY_TOKEN']));
  });

  it('names a version of pnpm where package.json does not, and asks for one there', () => {
    const pnpm = (pnpmVersion: string | undefined): Step | undefined =>
      workflow({ manager: 'pnpm', pnpmVersion }).jobs.plan.steps.find(({ uses }) => /pnpm/.test(uses ?? ''));
    expect(pnpm('10')).toEqual({ uses: 'pnpm/action-setup@v4', with: { version: '10' } });
    expect(pnpm(undefined)).toEqual({ uses: 'pnpm/action-setup@v4' });
    expect(planCi(factsOf({ manager: 'pnpm', pnpmVersion: '10' })).notes).toEqual([
      expect.stringMatching(/^the pipeline installs pnpm@10, .*"packageManager"/),
    ]);
  });

  it.each([
    ['nx', 'npm', `npx nx run-many -t $TARGETS docker-test --projects "$(echo $NAMES | tr ' ' ',')"`],
    ['turborepo', 'pnpm', "pnpm exec turbo run docker-build $TASKS $(printf -- '--filter=./%s ' $FOLDERS)"],
    ['none', 'bun', 'bunx nx-docker-cache build $PROJECTS'],
    ['none', 'yarn-classic', 'yarn --silent run nx-docker-cache build $PROJECTS'],
  ] as const)('builds with %s and %s', (runner, manager, command) => {
    expect(runs(workflow({ runner, manager }).jobs.images)).toContain(command);
  });

  it('runs scripts that make what images copy, where nobody else does, wherever it builds', () => {
    const { plan, images, publish } = workflow({ runner: 'none', manager: 'pnpm' }).jobs;
    for (const job of [images, publish]) {
      const lines = runs(job).trim().split('\n');
      const at = lines.findIndex((line) => line.startsWith('for script in'));
      const [scripts, build] = lines.slice(at);
      expect(scripts).toMatch(/^for script in \$SCRIPTS; do .* pnpm run .* \|\| exit 1; done$/);
      expect(build).toContain('build $PROJECTS');
    }
    expect([plan, images, publish]).toMatchObject([
      { outputs: { scripts: "${{ join(fromJSON(steps.matrix.outputs.matrix).include.*.scripts, ' ') }}" } },
      { env: { SCRIPTS: '${{ matrix.scripts }}' } },
      { env: { SCRIPTS: '${{ needs.plan.outputs.scripts }}' } },
    ]);
    for (const runner of ['nx', 'turborepo'] as const) expect(textOf({ runner })).not.toContain('SCRIPTS');
  });

  it('runs the stage tasks that the plan names, so that one which came later is no exception', () => {
    const { images } = workflow({ runner: 'none' }).jobs;
    expect(images).toMatchObject({ env: { TASKS: '${{ matrix.tasks }}' } });
    expect(runs(images).trim().split('\n').at(-1)).toBe(
      'for task in $TASKS; do npx nx-docker-cache run "${task%:*}" "${task##*:}" || exit 1; done',
    );
    expect(workflow({ runner: 'turborepo' }).jobs.images).toMatchObject({
      env: { FOLDERS: '${{ matrix.folders }}', TASKS: '${{ matrix.tasks }}' },
    });
  });

  it('takes the version of Node.js from the file that has it', () => {
    expect(textOf({ nodeVersionFile: '.nvmrc' })).toContain('node-version-file: .nvmrc');
    expect(textOf({})).toContain('node-version: 22');
  });

  it('quotes a branch that YAML would read as something else', () => {
    expect(parse(textOf({ defaultBranch: '1.0' }))).toMatchObject({ on: { push: { branches: ['1.0'] } } });
  });
});
