/** The workflow that `init --ci github` writes, its steps run for real: a fresh agent and a clone for every job. */
import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { githubMergeGroup, githubPull, githubPush } from './support/ci';
import { onCleanup } from './support/cleanup';
import { ownClient } from './support/client';
import { describeWithEngine, freshAgent, startRegistry } from './support/engine';
import { runWorkflow, type JobRun } from './support/github-workflow';
import { mustRun } from './support/process';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

/** The user is called as the projects are: GitHub would keep back what holds a secret's text. */
const VARS = { REGISTRY_USER: 'acme' };
const SECRETS = { REGISTRY_TOKEN: 'pass-1' };
const WORKFLOW = '.github/workflows/images.yml';
const CONFIG = 'nx-docker-cache.json';
const service = (name: string): Record<string, string> => ({
  [`apps/${name}/package.json`]: JSON.stringify({ name: `@acme/${name}`, version: '1.0.0' }),
  [`apps/${name}/Dockerfile`]: `FROM busybox AS builder\nCOPY src /src\nFROM busybox\nCOPY --from=builder /src /src\n`,
  [`apps/${name}/src/main.txt`]: `${name}\n`,
});
/** One whose image copies what its own script makes of what the script of a library has made. */
const made = (name: string): Record<string, string> => ({
  ...service(name),
  [`apps/${name}/package.json`]: JSON.stringify({
    ...{ name: `@acme/${name}`, version: '1.0.0', dependencies: { '@acme/words': '1.0.0' } },
    scripts: { build: 'mkdir -p dist && cat ../../libs/words/dist/all.txt src/main.txt > dist/page.txt' },
  }),
  [`apps/${name}/Dockerfile`]:
    'FROM busybox AS builder\nCOPY dist /src\nFROM busybox\nCOPY --from=builder /src /src\n',
  'libs/words/package.json': JSON.stringify({
    ...{ name: '@acme/words', version: '1.0.0' },
    scripts: { build: 'mkdir -p dist && cp words.txt dist/all.txt' },
  }),
  'libs/words/words.txt': 'hello\n',
});
const WEB = { projects: '@acme/web', scripts: 'libs/words:build apps/web:build' };
const API = { projects: '@acme/api', tasks: '@acme/api:test' };
/** The last one is the check over all. */
const jobsOf = (runs: readonly JobRun[]): unknown[] =>
  runs.slice(0, -1).map(({ job, matrix }) => [job, matrix]);

describeWithEngine('the workflow of init', () => {
  let host: string;
  let view: RegistryView;
  let origin: Workspace;

  const basic = (): Record<string, string | undefined> => {
    const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env;
    return { PATH, HOME, NODE_EXTRA_CA_CERTS, npm_config_audit: 'false', npm_config_prefer_offline: 'true' };
  };
  const npm = (...args: string[]): Promise<string> =>
    mustRun('npm', args, { cwd: origin.root, env: basic(), timeoutMs: 120_000 });

  /** Runs it for a branch, as GitHub would for an event. */
  const actions = (
    branch: string,
    event: object,
    env: Record<string, string | undefined>,
    { mayFail = false, secrets = SECRETS }: { mayFail?: boolean; secrets?: object } = {},
  ): Promise<JobRun[]> => {
    let count = 0;
    return runWorkflow({
      text: origin.read(WORKFLOW),
      contexts: {
        github: { ref_type: 'branch', ref: `refs/heads/${branch}`, actor: 'jane', ...event },
        ...{ vars: VARS, secrets },
      },
      mayFail,
      machine: async () => {
        const job = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-job-')));
        onCleanup(() => rmSync(job, { recursive: true, force: true }));
        const cwd = join(job, 'shop');
        await origin.git('clone', '--quiet', '--branch', branch, origin.root, cwd);
        const agent = ownClient(await freshAgent(`ci-${++count}`));
        return { cwd, env: { ...basic(), ...agent, ...env } };
      },
    });
  };

  beforeAll(async () => {
    const login = `${VARS.REGISTRY_USER}:${SECRETS.REGISTRY_TOKEN}`;
    ({ host } = await startRegistry('ci', { htpasswd: login }));
    view = new RegistryView(host, login);
    const tarball = process.env['NDC_TARBALL']!;
    origin = await Workspace.make({
      projects: { '@acme/api': { stage: 'builder', tasks: { test: 'grep -q . /src/main.txt' } } },
      defaults: { skip: true, publish: { tags: ['latest'] } },
      files: {
        ...{ ...service('api'), ...made('web'), '.gitignore': 'node_modules\ndist\n' },
        'package.json': JSON.stringify({ name: 'shop', private: true, workspaces: ['apps/*', 'libs/*'] }),
      },
    });
    copyFileSync(tarball, join(origin.root, basename(tarball)));
    await npm('install', '--save-dev', `file:./${basename(tarball)}`);
    await npm('exec', '--', 'nx-docker-cache', 'init', '--ci', 'github', '--registry', host, '--shards', '2');
    await origin.commit();
  });

  it('builds all of a first push on two agents, tests, and publishes from a third', async () => {
    const sha = await origin.git('rev-parse', 'HEAD');
    const runs = await actions('main', { event_name: 'push' }, githubPush('main', sha));
    expect(jobsOf(runs)).toEqual([
      ['plan', {}],
      ['images', { shard: 1, ...API }],
      ['images', { shard: 2, ...WEB }],
      ['publish', {}],
    ]);
    expect(runs.map(({ name }) => name)).toEqual(['plan', 'images 1', 'images 2', 'publish', 'images']);
    expect(runs[1]!.output).toMatch(/passed · /);
    expect(runs[3]!.output.match(/skipped: nothing that it reads has changed/g)).toHaveLength(2);
    for (const image of ['acme/api', 'acme/web']) {
      const { [sha.slice(0, 7)]: built, latest } = await view.snapshot(image);
      expect(latest).toBe(built);
    }
  });

  it('builds what pushes brought whose runs were replaced while they waited', async () => {
    origin.write({ 'apps/web/src/main.txt': 'pushed, and its run cancelled\n' });
    const before = await origin.commit();
    origin.write({ 'README.md': 'pushed right after\n' });
    const sha = await origin.commit();
    const runs = await actions('main', { event_name: 'push' }, githubPush('main', sha, before));
    expect(runs.map(({ job }) => job)).toEqual(['plan', 'images', 'images', 'publish', 'check']);
    const outputOf = (name: string): string =>
      runs.find(({ matrix }) => (matrix as { projects?: string }).projects === name)!.output;
    expect(outputOf('@acme/api')).toMatch(/skipped: nothing that it reads has changed/);
    const [api, web] = [await view.snapshot('acme/api'), await view.snapshot('acme/web')];
    for (const tags of [api, web]) expect(tags['latest']).toBe(tags[sha.slice(0, 7)]);
    expect(outputOf('@acme/web')).not.toMatch(/skipped: nothing/);
  });

  it('builds what a pull request changed, and publishes nothing', async () => {
    const before = await view.snapshot('acme/api');
    await origin.checkout('fix');
    origin.write({ 'apps/api/src/main.txt': 'fixed\n' });
    const sha = await origin.commit();
    const pull = githubPull({ number: 7, head: 'fix', base: 'main' }, sha);
    const runs = await actions('fix', { event_name: 'pull_request' }, pull);
    expect(jobsOf(runs)).toEqual([
      ['plan', {}],
      ['images', { shard: 1, ...API }],
    ]);
    const after = await view.snapshot('acme/api');
    expect(after['latest']).toBe(before['latest']);
    expect(Object.keys(after)).toEqual(expect.arrayContaining([sha.slice(0, 7), 'cache-pr-7']));
  });

  it.each([
    [
      ...(['a fork', 'mallory/shop'] as const),
      { event: { pull_request: { head: { repo: { fork: true } } } }, actor: 'mallory' },
    ],
    ['Dependabot, which is none', undefined, { actor: 'dependabot[bot]' }],
  ])('is green for %s: it has no secrets, and leaves nothing in the registry', async (name, from, event) => {
    const before = [await view.snapshot('acme/api'), await view.snapshot('acme/web')];
    await origin.checkout('main');
    const branch = name.replaceAll(/\W/g, '-');
    await origin.checkout(branch);
    origin.write({ 'apps/web/src/main.txt': `of ${name}\n` });
    const sha = await origin.commit();
    const pull = githubPull({ number: 8, head: branch, base: 'main', from }, sha);
    const runs = await actions(branch, { event_name: 'pull_request', ...event }, pull, { secrets: {} });
    expect(jobsOf(runs)).toEqual([
      ['plan', {}],
      ['images', { shard: 1, ...WEB }],
    ]);
    expect([await view.snapshot('acme/api'), await view.snapshot('acme/web')]).toEqual(before);
  });

  it('publishes what Dependabot has merged, with the secret that is its own', async () => {
    await origin.checkout('main');
    const before = await origin.git('rev-parse', 'HEAD');
    origin.write({ 'apps/web/src/main.txt': 'bumped\n' });
    const sha = await origin.commit();
    const event = { event_name: 'push', actor: 'dependabot[bot]' };
    const push = githubPush('main', sha, before);
    const runs = await actions('main', event, push);
    expect(runs.map(({ job }) => job)).toEqual(['plan', 'images', 'images', 'publish', 'check']);
    const { [sha.slice(0, 7)]: built, latest } = await view.snapshot('acme/web');
    expect([typeof built, latest]).toEqual(['string', built]);
    // Without that secret it is red, and not green without an image.
    const without = await actions('main', event, push, { secrets: {}, mayFail: true });
    expect(without.map(({ name, result }) => [name, result])).toEqual([
      ['plan', 'failure'],
      ['images', 'failure'],
    ]);
    expect(without[0]!.output).toContain('no password');
  });

  it('builds for a merge queue what its changes concern, and publishes nothing', async () => {
    const base = await origin.git('rev-parse', 'main');
    const branch = `gh-readonly-queue/main/pr-7-${base}`;
    await origin.checkout(branch);
    origin.write({ 'apps/api/src/main.txt': 'queued\n' });
    const sha = await origin.commit();
    const latest = (await view.snapshot('acme/api'))['latest'];
    const runs = await actions(branch, { event_name: 'merge_group' }, githubMergeGroup(branch, sha, base));
    expect(jobsOf(runs)).toEqual([
      ['plan', {}],
      ['images', { shard: 1, ...API }],
    ]);
    const after = await view.snapshot('acme/api');
    expect([typeof after[sha.slice(0, 7)], after['latest']]).toEqual(['string', latest]);
  });

  it('is red in the check that is required where a shard fails', async () => {
    await origin.checkout('main');
    await origin.checkout('broken');
    origin.write({ 'apps/api/src/main.txt': '' });
    const sha = await origin.commit();
    const event = { event_name: 'pull_request' };
    const pull = githubPull({ number: 10, head: 'broken', base: 'main' }, sha);
    const runs = await actions('broken', event, pull, { mayFail: true });
    expect(runs.map(({ name, result }) => [name, result])).toEqual([
      ['plan', 'success'],
      ['images 1', 'failure'],
      ['images', 'failure'],
    ]);
  });

  it('runs a stage task that came after the pipeline, and again where only its env file changed', async () => {
    await origin.checkout('main');
    await origin.checkout('tested');
    const task = { command: 'test "$WORD" = hello', envFile: 'config/test.env' };
    const config = JSON.parse(origin.read(CONFIG)) as { projects: object };
    const projects = { ...config.projects, '@acme/web': { stage: 'builder', tasks: { words: task } } };
    origin.write({ [CONFIG]: JSON.stringify({ ...config, projects }), 'config/test.env': 'WORD=hello\n' });
    const event = { event_name: 'pull_request' };
    const pull = { number: 11, head: 'tested', base: 'main' };
    const first = await actions('tested', event, githubPull(pull, await origin.commit()));
    const web = { ...WEB, tasks: '@acme/web:words' };
    expect(jobsOf(first)).toEqual([
      ['plan', {}],
      ['images', { shard: 1, ...web }],
    ]);
    expect(first[1]!.output).toMatch(/passed · /);
    await origin.checkout('main');
    await origin.git('merge', '--quiet', '--no-edit', 'tested');
    await origin.checkout('retested');
    origin.write({ 'config/test.env': 'WORD=bye\n' });
    const sha = await origin.commit();
    const again = githubPull({ ...pull, number: 12, head: 'retested' }, sha);
    const runs = await actions('retested', event, again, { mayFail: true });
    expect(jobsOf(runs)).toContainEqual(['images', { shard: 1, ...web }]);
    expect(runs.map(({ name, result }) => [name, result])).toContainEqual(['images 1', 'failure']);
  });

  it('starts no agent for a change that no image reads', async () => {
    await origin.checkout('main');
    await origin.checkout('docs');
    origin.write({ 'README.md': 'hello\n' });
    const pull = githubPull({ number: 9, head: 'docs', base: 'main' }, await origin.commit());
    expect(jobsOf(await actions('docs', { event_name: 'pull_request' }, pull))).toEqual([['plan', {}]]);
  });
});
