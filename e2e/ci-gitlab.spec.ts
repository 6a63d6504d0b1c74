/** The pipeline that `init --ci gitlab` writes: its scripts run for real, a fresh agent and a clone for every job. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readPipeline, type GitlabJob, type GitlabJobs } from '../packages/nx-docker-cache/test/ci/gitlab';
import { gitlabMergeRequest } from './support/ci';
import { onCleanup } from './support/cleanup';
import { ownClient } from './support/client';
import { describeWithEngine, freshAgent, startRegistry } from './support/engine';
import { mustRun, run, type ProcessResult } from './support/process';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

type Env = Readonly<Record<string, string | undefined>>;

const FILES = ['.gitlab-ci.yml', '.gitlab/images.yml', '.gitlab/images-shard.yml'];
const JOBS = '.nx-docker-cache/images-shards.yml';
const LOGIN = { REGISTRY_USER: 'robot', REGISTRY_TOKEN: 'pass-1' };
const NO_LOGIN = { REGISTRY_USER: undefined, REGISTRY_TOKEN: undefined };
/** Makes contexts and builders for the service's engine; agents have one. */
const BUILDER = /^docker context create/;

const service = (name: string, copied: string): Record<string, string> => ({
  [`apps/${name}/package.json`]: JSON.stringify({ name: `@acme/${name}`, version: '1.0.0' }),
  [`apps/${name}/Dockerfile`]: `FROM busybox\nCOPY ${copied} /src\n`,
  [`apps/${name}/src/main.txt`]: `${name}\n`,
});

/** What the image of api copies is made by its script. */
const MADE = JSON.stringify({
  ...{ name: '@acme/api', version: '1.0.0' },
  scripts: { build: 'mkdir -p dist && cp src/main.txt dist/' },
});

const temporary = (name: string): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `e2e-gitlab-${name}-`)));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Alpine's packages are here already. */
const withApk = (path: string | undefined): string => {
  const folder = temporary('bin');
  writeFileSync(join(folder, 'apk'), '#!/bin/sh\n');
  chmodSync(join(folder, 'apk'), 0o755);
  return `${folder}:${path}`;
};

describeWithEngine('the pipeline of init for GitLab', () => {
  let host: string;
  let view: RegistryView;
  let origin: Workspace;
  let sha: string;
  let jobs: GitlabJobs;
  let count = 0;

  const basic = (): Env => {
    const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env;
    return { PATH, HOME, NODE_EXTRA_CA_CERTS, npm_config_audit: 'false', npm_config_prefer_offline: 'true' };
  };
  const npm = (...args: string[]): Promise<string> =>
    mustRun('npm', args, { cwd: origin.root, env: basic(), timeoutMs: 120_000 });

  interface Ran extends ProcessResult {
    /** Its checkout. */
    readonly cwd: string;
  }

  /** One job, its whole script as a runner puts it together. @param from the checkout whose files it is handed */
  const attempt = async (job: GitlabJob, variables: Env = {}, from?: string): Promise<Ran> => {
    const cwd = join(temporary('job'), 'shop');
    const branch = variables['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'] ?? 'main';
    await origin.git('clone', '--quiet', '--branch', branch, origin.root, cwd);
    if (from !== undefined)
      for (const path of jobs['images plan']!.artifacts!.paths!)
        cpSync(join(from, path), join(cwd, path), { recursive: true });
    const agent = ownClient(await freshAgent(`gitlab-${++count}`));
    const ci: Env = {
      ...{ CI: 'true', GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'main' },
      ...{ CI_COMMIT_REF_NAME: 'main', CI_COMMIT_SHA: sha, CI_COMMIT_BEFORE_SHA: '0'.repeat(40), ...LOGIN },
    };
    const brought: Env = {
      DOCKER_TLS_VERIFY: undefined,
      DOCKER_TLS_CERTDIR: undefined,
      DOCKER_CERT_PATH: undefined,
    };
    const env = {
      ...{ ...basic(), ...job.variables, ...brought, ...ci, ...agent, ...variables },
      PATH: withApk(agent['PATH']),
    };
    const script = [...job.before_script!, ...job.script!].filter((command) => !BUILDER.test(command));
    const result = await run('sh', ['-e', '-c', script.join('\n')], { cwd, env, timeoutMs: 240_000 });
    return { ...result, cwd };
  };
  const pass = async (...args: Parameters<typeof attempt>): Promise<Ran> => {
    const ran = await attempt(...args);
    if (ran.exitCode !== 0) throw new Error(`a job ended with ${ran.exitCode}\n${ran.stdout}\n${ran.stderr}`);
    return ran;
  };
  /** Jobs of the pipeline that the plan has written. */
  const shardsOf = (plan: string): GitlabJob[] => {
    const texts = Object.fromEntries(FILES.map((path) => [path, origin.read(path)]));
    const started = { ...texts, [JOBS]: readFileSync(join(plan, JOBS), 'utf8') };
    const all = readPipeline(started, ['.gitlab/images-shard.yml', JOBS]);
    return Object.entries(all).flatMap(([name, job]) => (name.startsWith('.') ? [] : [job]));
  };
  const projectsOf = (plan: string): unknown[] =>
    shardsOf(plan).map(({ variables, script }) => variables?.['PROJECTS'] ?? script);

  beforeAll(async () => {
    const login = `${LOGIN.REGISTRY_USER}:${LOGIN.REGISTRY_TOKEN}`;
    ({ host } = await startRegistry('gitlab', { htpasswd: login }));
    view = new RegistryView(host, login);
    const tarball = process.env['NDC_TARBALL']!;
    origin = await Workspace.make({
      // What a job is handed must be no part of it.
      projects: { '@acme/web': { context: '.' } },
      defaults: { skip: true, publish: { tags: ['latest'] } },
      files: {
        ...{ ...service('api', 'dist'), ...service('web', '.'), '.gitignore': 'node_modules\ndist\n' },
        'apps/api/package.json': MADE,
        '.dockerignore': '.git\nnode_modules\n**/dist\n**/README.md\n',
        'package.json': JSON.stringify({ name: 'shop', private: true, workspaces: ['apps/*'] }),
      },
    });
    copyFileSync(tarball, join(origin.root, basename(tarball)));
    await npm('install', '--save-dev', `file:./${basename(tarball)}`);
    await npm('exec', '--', 'nx-docker-cache', 'init', '--ci', 'gitlab', '--registry', host, '--shards', '2');
    sha = await origin.commit();
    jobs = readPipeline(
      Object.fromEntries(FILES.map((path) => [path, origin.read(path)])),
      FILES.slice(0, 1),
    );
  });

  it('splits, builds and publishes, job by job', async () => {
    const plan = await pass(jobs['images plan']!);
    expect(projectsOf(plan.cwd)).toEqual(['@acme/api', '@acme/web']);
    for (const shard of shardsOf(plan.cwd)) await pass(shard);

    const { stderr } = await pass(jobs['images publish']!, {}, plan.cwd);
    expect(stderr.match(/skipped: nothing that it reads has changed/g)).toHaveLength(2);
    for (const image of ['acme/api', 'acme/web']) {
      const { [sha.slice(0, 7)]: built, latest } = await view.snapshot(image);
      expect(built).toMatch(/^sha256:/);
      expect(latest).toBe(built);
    }
  });

  it('publishes nothing where there is nothing to publish, and fails where it does not know', async () => {
    const none = temporary('none');
    cpSync(join((await pass(jobs['images plan']!)).cwd, '.nx-docker-cache'), join(none, '.nx-docker-cache'), {
      recursive: true,
    });
    writeFileSync(join(none, '.nx-docker-cache/images.json'), '{"include":[]}');
    expect((await pass(jobs['images publish']!, {}, none)).stdout).toContain('no image to publish');
    expect((await attempt(jobs['images publish']!)).exitCode).not.toBe(0);
  });

  it('is red without a login, before anything is built', async () => {
    const { exitCode, stderr } = await attempt(jobs['images plan']!, NO_LOGIN);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`no login to ${host}: the variable REGISTRY_TOKEN of this project is not set`);
  });

  it('is green for a fork, which leaves nothing in the registry', async () => {
    const before = [await view.snapshot('acme/api'), await view.snapshot('acme/web')];
    await origin.checkout('evil');
    origin.write({ 'apps/api/src/main.txt': 'evil\n' });
    const fork = {
      ...{ ...gitlabMergeRequest('evil', 'main', '666'), ...NO_LOGIN, CI_COMMIT_BRANCH: undefined },
      ...{ CI_COMMIT_SHA: await origin.commit(), CI_MERGE_REQUEST_DIFF_BASE_SHA: sha },
    };
    await origin.checkout('main');
    const plan = await pass(jobs['images plan']!, fork);
    const shards = shardsOf(plan.cwd);
    expect(shards.length).toBeGreaterThan(0);
    for (const shard of shards) {
      const { stdout } = await pass(shard, fork);
      expect(stdout).toContain(`no login to ${host}, as in merge requests from forks`);
    }
    expect([await view.snapshot('acme/api'), await view.snapshot('acme/web')]).toEqual(before);
  });

  it('plans all of a branch, whatever the push before it was; of a merge request what it changed', async () => {
    origin.write({ 'apps/api/src/main.txt': 'changed\n' });
    const api = await origin.commit();
    origin.write({ 'README.md': 'changed\n' });
    const last = { CI_COMMIT_SHA: await origin.commit(), CI_COMMIT_BEFORE_SHA: api };
    const planned = async (variables: Env): Promise<unknown[]> =>
      projectsOf((await pass(jobs['images plan']!, { ...last, ...variables })).cwd);
    // Whichever took longer comes first.
    expect((await planned({})).sort()).toEqual(['@acme/api', '@acme/web']);
    const merge = {
      ...{ ...gitlabMergeRequest('fix', 'main', '1'), CI_COMMIT_BRANCH: undefined },
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'main',
    };
    const both = ['@acme/api', '@acme/web'];
    expect((await planned({ ...merge, CI_MERGE_REQUEST_DIFF_BASE_SHA: sha })).sort()).toEqual(both);
    expect(await planned({ ...merge, CI_MERGE_REQUEST_DIFF_BASE_SHA: api })).toEqual([
      ['echo "no image to build"'],
    ]);
  });
});
