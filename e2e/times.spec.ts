/** What a build that ran beside others has cost, as a later matrix reads it: measured by a real engine. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShardMatrix } from '../packages/nx-docker-cache/src/model/matrix';
import { githubPush } from './support/ci';
import { onCleanup } from './support/cleanup';
import { build, runCli } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry } from './support/engine';
import { Workspace } from './support/workspace';

const ON_BASE = ['a', 'b', 'c'];
const NAMES = ['base', ...ON_BASE, 'fails', 'slow'];
/** Far more than exports take on a busy machine. */
const LONG = 12;

describeWithEngine('the time of a build among others', () => {
  let host: string;
  let workspace: Workspace;
  let sha: string;

  beforeAll(async () => {
    ({ host } = await startRegistry('times'));
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme`, tags: '{branch}', skip: false },
      projects: Object.fromEntries(NAMES.map((name) => [name, { root: name }])),
      files: {
        'base/Dockerfile': `FROM busybox\nRUN sleep ${LONG}\n`,
        ...Object.fromEntries(
          ON_BASE.map((name) => [`${name}/Dockerfile`, `FROM ${host}/acme/base:main\nENV A=${name}\n`]),
        ),
        'slow/Dockerfile': `FROM busybox\nRUN sleep ${LONG}; echo half\nRUN sleep ${LONG / 2}\n`,
        // Ends the first solve while slow is in its second step.
        'fails/Dockerfile': `FROM busybox\nRUN sleep ${LONG + 3}; exit 3\n`,
      },
    });
    sha = await workspace.git('rev-parse', 'HEAD');
  });

  it('is what it did itself: a base counts once, and what a solve that failed had done is not lost', async () => {
    const agent = await freshAgent('times');
    const env = { ...agent.env, ...githubPush('main', sha) };
    const { json } = await build(['--all'], { cwd: workspace.root, env });
    expect(json.map(({ project, error }) => [project, error?.code])).toEqual(
      NAMES.map((name) => [name, name === 'fails' ? 'BUILD_FAILED' : undefined]).sort(),
    );
    const costOf = (name: string): number => workspace.receipt(name).buildSeconds!;
    for (const name of ON_BASE) {
      expect(costOf(name)).toBeLessThan(LONG / 2);
      expect(workspace.receipt(name).seconds).toBeGreaterThan(LONG);
    }
    expect(costOf('base')).toBeGreaterThanOrEqual(LONG);
    expect(costOf('base')).toBeLessThan(1.5 * LONG);
    expect(costOf('slow')).toBeGreaterThanOrEqual(1.5 * LONG);
    expect(costOf('slow')).toBeLessThan(2.5 * LONG);
  });

  it('is what another agent plans by', async () => {
    const clone = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-times-')));
    onCleanup(() => rmSync(clone, { recursive: true, force: true }));
    await workspace.git('clone', '--quiet', workspace.root, clone);
    const { stdout } = await runCli(['matrix', '--shards=3', '--json'], {
      ...{ cwd: clone, env: githubPush('main', sha) },
    });
    const { weights } = JSON.parse(stdout) as ShardMatrix;
    const known = weights.filter(({ from }) => from === 'registry');
    expect(known.map(({ project }) => project)).toEqual(NAMES.filter((name) => name !== 'fails').sort());
    for (const { project, seconds } of known)
      expect(seconds).toBeCloseTo(workspace.receipt(project).buildSeconds!, 0);
    // Four builds of which three wait for one that sleeps are not four that sleep.
    const four = known.filter(({ project }) => ['base', ...ON_BASE].includes(project));
    expect(four.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThan(2 * LONG);
  });
});
