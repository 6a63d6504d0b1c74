/** A base that all services stand on, over three agents that share nothing but a registry. */
import type { ShardMatrix } from '../packages/nx-docker-cache/src/model/matrix';
import { githubPush, type Env } from './support/ci';
import { build } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry } from './support/engine';
import { RegistryView } from './support/registry';
import { buildShards, matrixJson, type ShardsBuilt } from './support/shards';
import { Workspace } from './support/workspace';

const SERVICES = ['api', 'docs', 'mail'];

describeWithEngine('a common base of a matrix', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let sha: string;
  let branch = 'main';

  const service = (name: string, from: string): Record<string, string> => ({
    [`apps/${name}/Dockerfile`]: `${from}\nCOPY ${name}.txt /\n`,
    [`apps/${name}/${name}.txt`]: `${name}\n`,
  });
  const env = (): Env => githubPush(branch, sha);
  const json = (...args: string[]): Promise<ShardMatrix> => matrixJson(workspace, env(), ...args);
  const names = ({ shards }: ShardMatrix): string[] => shards.map(({ projects }) => projects.join(' '));
  const buildAll = ({ shards }: ShardMatrix): Promise<ShardsBuilt> =>
    buildShards(
      workspace,
      shards.map(({ projects }) => projects),
      env(),
    );
  const pushed = async (name: string): Promise<string | undefined> =>
    (await view.manifest(`acme/${name}`, sha.slice(0, 7)))?.digest;
  const change = async (...changed: string[]): Promise<void> => {
    workspace.write(Object.fromEntries(changed.map((name) => [`apps/${name}/${name}.txt`, `${sha}\n`])));
    sha = await workspace.commit();
  };

  beforeAll(async () => {
    ({ host } = await startRegistry('matrix'));
    view = new RegistryView(host);
    const defaults = {
      ...{ registry: `${host}/acme`, tags: ['{branch}', '{shortSha}'], cache: 'none', skip: 'repository' },
    };
    workspace = await Workspace.make({
      defaults,
      projects: {
        ...Object.fromEntries(['base', ...SERVICES].map((name) => [name, { root: `apps/${name}` }])),
        web: { root: 'apps/web', buildArgs: { TAG: '{shortSha}' } },
      },
      files: Object.assign(
        service('base', 'FROM scratch'),
        service('web', `ARG TAG\nFROM ${host}/acme/base:\${TAG}`),
        ...SERVICES.map((name) => service(name, `FROM ${host}/acme/base:main`)),
      ) as Record<string, string>,
    });
    sha = await workspace.git('rev-parse', 'HEAD');
  });

  it('keeps all on its agent while it has to be built, and keeps nobody once it is', async () => {
    const whole = await json();
    expect(names(whole)).toEqual(['base api docs mail web']);
    expect(whole.notes.at(-1)).toMatch(/^base keeps 4 projects .* \(nx-docker-cache build base\)/);
    const agent = await freshAgent('matrix-0');
    const before = await build(['base'], { cwd: workspace.root, env: { ...agent.env, ...env() } });
    expect(before.exitCode).toBe(0);
    const split = await json();
    expect(split.shards).toHaveLength(3);
    const { times, became } = await buildAll(split);
    expect(times).toEqual(['api', 'base', 'docs', 'mail', 'web']);
    for (const [name, result] of Object.entries(became))
      expect(result).toBe(`${name === 'base' ? 'skipped' : 'built'} ${await pushed(name)}`);
  });

  it('is one skip among agents where services change', async () => {
    await change(...SERVICES);
    const split = await json('--affected');
    // The branch's tag is there already; web is built for each commit, and waits for the base to get that one's.
    expect(names(split)).toHaveLength(3);
    expect(split.shards.find(({ projects }) => projects.includes('web'))?.projects).toEqual(
      expect.arrayContaining(['base', 'web']),
    );
    const { times, became } = await buildAll(split);
    expect(times).toEqual(['api', 'base', 'docs', 'mail', 'web']);
    for (const [name, result] of Object.entries(became))
      expect(result).toBe(`${name === 'base' ? 'skipped' : 'built'} ${await pushed(name)}`);
  });

  it('keeps all that has to wait for it after a change', async () => {
    await change('base');
    const split = await json('--affected');
    expect(names(split)).toEqual(['base api docs mail web']);
  });

  it('gets the tag of the run in which one reads that, though nothing of it changed', async () => {
    await workspace.git('checkout', '--quiet', '-b', 'feature', 'main~1');
    branch = 'feature';
    await change('web');
    const split = await json('--affected', '--base', 'HEAD~1');
    expect(names(split)).toEqual(['base web']);
    const known = await json('--affected', '--base', 'HEAD~1', '--skip-known');
    expect([names(known), known.skipped]).toEqual([['base web'], []]);
    const agent = await freshAgent('matrix-0');
    const options = { cwd: workspace.root, env: { ...agent.env, ...env() } };
    const { exitCode, json: built } = await build(['--affected', '--base', 'HEAD~1'], options);
    expect([exitCode, built.map(({ project, receipt }) => [project, receipt?.status])]).toEqual([
      ...[
        0,
        [
          ['base', 'skipped'],
          ['web', 'built'],
        ],
      ],
    ]);
    expect(await pushed('base')).toBeDefined();
  });
});
