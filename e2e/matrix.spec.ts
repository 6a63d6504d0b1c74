/** Three agents that share nothing but a registry build each project of a matrix once. */
import type { ShardMatrix } from '../packages/nx-docker-cache/src/model/matrix';
import { BuildTimes } from '../packages/nx-docker-cache/src/adapters/results/times';
import { createRegistryClient } from '../packages/nx-docker-cache/src/registry';
import { githubPush, type Env } from './support/ci';
import { build, runCli } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry } from './support/engine';
import { RegistryView } from './support/registry';
import { buildShards, matrix, matrixJson } from './support/shards';
import { Workspace } from './support/workspace';

const PLAIN = ['docs', 'mail', 'search', 'worker'];
const service = (name: string, from = 'scratch'): Record<string, string> => ({
  [`apps/${name}/Dockerfile`]: `FROM ${from}\nCOPY ${name}.txt /\n`,
  [`apps/${name}/${name}.txt`]: `${name}\n`,
});

describeWithEngine('a matrix over three agents', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let sha: string;
  /** The commit before the push; without one a push is everything. */
  let before: string | undefined;

  const asCommit = (): Env => githubPush('main', sha, before);
  const plan = (...args: string[]): Promise<string> => matrix(workspace, asCommit(), ...args);
  const json = (...args: string[]): Promise<ShardMatrix> => matrixJson(workspace, asCommit(), ...args);
  const buildAll = (shards: readonly (readonly string[])[]) => buildShards(workspace, shards, asCommit());
  const leaveTime = async (name: string, seconds: number): Promise<void> => {
    const times = new BuildTimes(() => createRegistryClient({ fetch }));
    await times.leave(`${host}/acme/${name}:times--docker-build`, seconds);
  };
  const pushed = async (name: string): Promise<string | undefined> =>
    (await view.manifest(`acme/${name}`, sha.slice(0, 7)))?.digest;

  beforeAll(async () => {
    ({ host } = await startRegistry('matrix'));
    view = new RegistryView(host);
    workspace = await Workspace.make({
      defaults: {
        registry: `${host}/acme`,
        tags: ['{branch}', '{shortSha}'],
        cache: 'none',
        skip: 'repository',
      },
      projects: Object.fromEntries(['base', 'api', ...PLAIN].map((name) => [name, { root: `apps/${name}` }])),
      files: Object.assign(
        { ...service('base'), ...service('api', `${host}/acme/base:main`) },
        ...PLAIN.map((name) => service(name)),
      ) as Record<string, string>,
    });
    sha = await workspace.git('rev-parse', 'HEAD');
  });

  let first: Record<string, string>;

  it('builds each project once, and what stands on an image after it', async () => {
    const { shards, weights } = await json();
    expect(shards).toHaveLength(3);
    expect(weights.map(({ project }) => project)).toEqual(['api', 'base', ...PLAIN]);
    const together = shards.find(({ projects }) => projects.includes('api'))!.projects;
    expect(together.indexOf('base')).toBe(together.indexOf('api') - 1);
    const { times, became } = await buildAll(shards.map(({ projects }) => projects));
    expect(times).toEqual(['api', 'base', ...PLAIN]);
    for (const [name, result] of Object.entries(became)) expect(result).toBe(`built ${await pushed(name)}`);
    first = became;
  });

  it('is planned in a fresh checkout by what the agents have measured', async () => {
    const { weights, notes } = await json();
    expect(weights.map(({ project, from }) => (from === 'registry' ? from : `${project}: ${from}`))).toEqual([
      ...['registry', 'base: skip', ...PLAIN.map(() => 'registry')],
    ]);
    expect(notes.join()).not.toContain('estimated');
    // As if search had taken as long as all others together: it gets an agent for itself.
    const rest = weights.reduce((sum, { seconds }) => sum + seconds, 0);
    await leaveTime('search', 10 * rest);
    const { shards } = await json();
    expect(shards[0]?.projects).toEqual(['search']);
    expect((await json('--local-times')).weights.map(({ from }) => from)).not.toContain('registry');
    await leaveTime('search', weights.find(({ project }) => project === 'search')!.seconds);
  });

  it('builds after a change what it concerns, and leaves out what is there', async () => {
    workspace.write({ 'apps/base/base.txt': 'changed\n', 'apps/mail/mail.txt': 'changed\n' });
    before = sha;
    sha = await workspace.commit();
    const { include } = JSON.parse(await plan('--affected', '--github')) as {
      include: { shard: number; projects: string }[];
    };
    // Which of the two is heavier is what the agents have measured.
    expect(include.map(({ shard }) => shard)).toEqual([1, 2]);
    expect(include.map(({ projects }) => projects).sort()).toEqual(['base api', 'mail']);
    const { times, became } = await buildAll(include.map(({ projects }) => projects.split(' ')));
    expect(times).toEqual(['api', 'base', 'mail']);
    for (const [name, result] of Object.entries(became)) {
      expect(result).toBe(`built ${await pushed(name)}`);
      expect(result).not.toBe(first[name]);
    }
    expect(await pushed('docs')).toBeUndefined();
    const left = await json('--skip-known', '--affected');
    expect(left.shards).toEqual([]);
    expect(left.skipped.map(({ project }) => project)).toEqual(['api', 'base', 'mail']);
  });

  it('has a counterpart on one agent: build --affected', async () => {
    workspace.write({ 'apps/docs/docs.txt': 'changed\n' });
    before = sha;
    sha = await workspace.commit();
    const agent = await freshAgent('matrix-0');
    const options = { cwd: workspace.root, env: { ...agent.env, ...asCommit() } };
    const { exitCode, json: built } = await build(['--affected'], options);
    expect([exitCode, built.map(({ project, receipt }) => [project, receipt?.status])]).toEqual([
      ...[0, [['docs', 'built']]],
    ]);
    const none = await build(['--affected', '--base', 'HEAD'], options);
    expect([none.exitCode, none.json, none.stderr]).toEqual([0, [], 'No build is affected.\n']);
  });

  it('is refused without a number of shards that makes sense', async () => {
    const options = { cwd: workspace.root, env: {} };
    for (const [shards, found] of [
      ['0', '--shards 0'],
      ['-1', '--shards'],
      ['two', '--shards two'],
      ['1000', '--shards 1000'],
    ] as const) {
      const { exitCode, stderr } = await runCli(['matrix', `--shards=${shards}`], options);
      expect([exitCode, stderr.split('\n')[0]]).toEqual([2, expect.stringContaining(found)]);
    }
    const many = JSON.parse(
      (await runCli(['matrix', '--shards', '99', '--json'], options)).stdout,
    ) as ShardMatrix;
    expect([many.shards.length, many.notes[0]]).toEqual([
      5,
      expect.stringMatching(/^99 shards were asked for/),
    ]);
  });
});
