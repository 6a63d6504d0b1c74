/** The pipeline that `init --ci gitlab` writes: its scripts run for real, a fresh agent and a clone for every job. */
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { gitlabMergeRequest } from './support/ci';
import { onCleanup } from './support/cleanup';
import { describeWithEngine, freshAgent, startRegistry } from './support/engine';
import { mustRun } from './support/process';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

interface GitlabJob {
  readonly script?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}
type Pipeline = Readonly<Record<string, GitlabJob>>;
type Env = Readonly<Record<string, string | undefined>>;

const service = (name: string): Record<string, string> => ({
  [`apps/${name}/package.json`]: JSON.stringify({ name: `@acme/${name}`, version: '1.0.0' }),
  [`apps/${name}/Dockerfile`]: `FROM busybox\nCOPY src /src\n`,
  [`apps/${name}/src/main.txt`]: `${name}\n`,
});

describeWithEngine('the pipeline of init for GitLab', () => {
  it('splits, builds and publishes, job by job', async () => {
    const { host } = await startRegistry('gitlab');
    const view = new RegistryView(host);
    const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env;
    const basic: Env = { PATH, HOME, NODE_EXTRA_CA_CERTS, npm_config_audit: 'false' };
    const tarball = process.env['NDC_TARBALL']!;
    const origin = await Workspace.make({
      projects: {},
      defaults: { skip: true, publish: { tags: ['latest'] } },
      files: {
        ...{ ...service('api'), ...service('web'), '.gitignore': 'node_modules\n' },
        'package.json': JSON.stringify({ name: 'shop', private: true, workspaces: ['apps/*'] }),
      },
    });
    const npm = (...args: string[]): Promise<string> =>
      mustRun('npm', args, { cwd: origin.root, env: basic });
    copyFileSync(tarball, join(origin.root, basename(tarball)));
    await npm('install', '--save-dev', `file:./${basename(tarball)}`);
    await npm('exec', '--', 'nx-docker-cache', 'init', '--ci', 'gitlab', '--registry', host, '--shards', '2');
    const sha = await origin.commit();

    const ci: Env = {
      ...{ CI: 'true', GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'main' },
      ...{ CI_COMMIT_REF_NAME: 'main', CI_COMMIT_SHA: sha, CI_COMMIT_BEFORE_SHA: '0'.repeat(40) },
    };
    let count = 0;
    /** One job: what its image brings (`apk add`, the login) is here already. @returns its checkout */
    const job = async (script: readonly string[], variables: Env = {}): Promise<string> => {
      const cwd = join(realpathSync(mkdtempSync(join(tmpdir(), 'e2e-gitlab-'))), 'shop');
      onCleanup(() => rmSync(cwd, { recursive: true, force: true }));
      await origin.git('clone', '--quiet', origin.root, cwd);
      const agent = await freshAgent(`gitlab-${++count}`);
      const env = { ...basic, ...agent.env, ...ci, ...variables };
      await mustRun('sh', ['-e', '-c', script.join('\n')], { cwd, env, timeoutMs: 240_000 });
      return cwd;
    };

    expect(parse(origin.read('.gitlab-ci.yml'))).toEqual({ include: [{ local: '.gitlab/images.yml' }] });
    const pipeline = parse(origin.read('.gitlab/images.yml')) as Pipeline;
    const hidden = (parse(origin.read('.gitlab/images-shard.yml')) as Pipeline)['.images']!;

    const plan = await job(pipeline['images plan']!.script!);
    const shards = parse(readFileSync(join(plan, 'images-shards.yml'), 'utf8')) as Pipeline;
    expect(Object.values(shards)).toEqual([
      { extends: '.images', variables: { SHARD: '1', PROJECTS: '@acme/api' } },
      { extends: '.images', variables: { SHARD: '2', PROJECTS: '@acme/web' } },
    ]);
    for (const { variables } of Object.values(shards)) await job(['npm ci', ...hidden.script!], variables);

    const [, projects] = /^PROJECTS=(.*)$/m.exec(readFileSync(join(plan, 'images.env'), 'utf8'))!;
    expect(projects).toBe('@acme/api @acme/web');
    await job(['npm ci', ...pipeline['images publish']!.script!], { PROJECTS: projects });
    for (const image of ['acme/api', 'acme/web']) {
      const { [sha.slice(0, 7)]: built, latest } = await view.snapshot(image);
      expect(built).toMatch(/^sha256:/);
      expect(latest).toBe(built);
    }

    // Of a branch all is planned, whatever the push before it was; of a merge request what it changed.
    origin.write({ 'apps/web/src/main.txt': 'changed\n' });
    const web = await origin.commit();
    origin.write({ 'README.md': 'changed\n' });
    const last = { CI_COMMIT_SHA: await origin.commit(), CI_COMMIT_BEFORE_SHA: web };
    const planned = async (variables: Env): Promise<unknown[]> => {
      const cwd = await job(pipeline['images plan']!.script!, { ...last, ...variables });
      const jobs = parse(readFileSync(join(cwd, 'images-shards.yml'), 'utf8')) as Pipeline;
      return Object.values(jobs).map(({ variables, script }) => variables?.['PROJECTS'] ?? script);
    };
    expect(await planned({})).toEqual(['@acme/api', '@acme/web']);
    const merge = { ...gitlabMergeRequest('fix', 'main', '1'), CI_COMMIT_BRANCH: undefined };
    expect(await planned({ ...merge, CI_MERGE_REQUEST_DIFF_BASE_SHA: sha })).toEqual(['@acme/web']);
    expect(await planned({ ...merge, CI_MERGE_REQUEST_DIFF_BASE_SHA: web })).toEqual([
      ['echo "no image to build"'],
    ]);
  });
});
