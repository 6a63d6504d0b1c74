/** An agent that is lost in the middle of a run: what was finished stays, and the same command again does the rest. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, runCli, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, stopAgent, type Agent } from './support/engine';
import type { ProcessOptions } from './support/process';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const QUICK = ['a', 'b'];
const SLOW = ['base', 'c'];
const LOST = [...SLOW, 'web'];
const ALL = [...QUICK, ...LOST];
const COMMAND = ['build', '--all', '--json'];

describeWithEngine('a run whose agent is lost', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;

  /** @param pause seconds that the slow ones take; no part of what they read */
  const on = (agent: Agent, pause: number, onStderr?: ProcessOptions['onStderr']): CliOptions => ({
    ...{ cwd: workspace.root, env: { ...agent.env, CI: 'true', PAUSE: String(pause) } },
    ...(onStderr === undefined ? {} : { onStderr }),
  });
  const files = (round: number): Record<string, string> => ({
    ...Object.fromEntries(
      QUICK.map((name) => [`${name}/Dockerfile`, `FROM busybox\nENV A=${name}-${round}\n`]),
    ),
    ...Object.fromEntries(
      SLOW.map((name) => [
        `${name}/Dockerfile`,
        `FROM busybox\nRUN --mount=type=secret,id=pause sleep "$(cat /run/secrets/pause)"; echo ${name}-${round} > /made\n`,
      ]),
    ),
    'web/Dockerfile': `FROM ${host}/acme/base:main\nENV A=web-${round}\n`,
  });
  /** Once, as soon as all that is quick was told to be pushed. */
  const whenPushed = (
    lose: (kill: (signal: NodeJS.Signals) => void) => void,
  ): NonNullable<ProcessOptions['onStderr']> => {
    let isLost = false;
    return (text, kill) => {
      const isPushed = (name: string): boolean => new RegExp(`^${name} +│ .*image +pushed`, 'm').test(text);
      if (isLost || !QUICK.every(isPushed)) return;
      isLost = true;
      lose(kill);
    };
  };
  const statusOf = ({ json }: Awaited<ReturnType<typeof build>>): Record<string, string | undefined> =>
    Object.fromEntries(json.map(({ project, receipt, error }) => [project, error?.code ?? receipt?.status]));
  const each = (names: readonly string[], status: string): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, status]));
  const snapshots = (names: readonly string[]) =>
    Promise.all(names.map((name) => view.snapshot(`acme/${name}`)));
  const state = (): string => join(workspace.root, '.nx-docker-cache');
  const receipts = (): string[] =>
    ALL.filter((name) => existsSync(join(state(), name, 'receipt.json'))).sort();
  const newCheckout = (): void => rmSync(state(), { recursive: true, force: true });
  const expectFinished = async (): Promise<void> => {
    expect(receipts()).toEqual(QUICK);
    for (const name of QUICK) {
      // No half-written file beside it, either.
      const left = readdirSync(join(state(), name), { recursive: true, encoding: 'utf8' }).sort();
      expect(left).toEqual(['receipt.json', 'stages', 'stages/0.key']);
      const { digest, contentKey } = workspace.receipt(name);
      expect(await view.snapshot(`acme/${name}`)).toMatchObject({
        main: digest,
        [`key-t-${contentKey}`]: digest,
      });
    }
  };
  const expectRest = async (agent: Agent): Promise<void> => {
    newCheckout();
    expect(statusOf(await build(['--all'], on(agent, 0)))).toEqual({
      ...each(QUICK, 'skipped'),
      ...each(LOST, 'built'),
    });
    expect(workspace.receipt('web').baseImages).toContainEqual({
      name: `${host}/acme/base:main`,
      digest: workspace.receipt('base').digest,
    });
    newCheckout();
    expect(statusOf(await build(['--all'], on(agent, 0)))).toEqual(each(ALL, 'skipped'));
    newCheckout();
  };

  beforeAll(async () => {
    ({ host } = await startRegistry('lost'));
    view = new RegistryView(host);
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme`, tags: '{branch}', skip: true, cache: 'none' },
      projects: Object.fromEntries(
        ALL.map((name) => [
          name,
          { root: name, ...(SLOW.includes(name) ? { secrets: ['id=pause,env=PAUSE'] } : {}) },
        ]),
      ),
      files: files(1),
    });
  });

  it('with the command has left what was finished; a fresh one does the rest', async () => {
    const agent = await freshAgent('lost-a');
    const result = await runCli(
      COMMAND,
      on(
        agent,
        300,
        whenPushed((kill) => kill('SIGKILL')),
      ),
    );
    await stopAgent(agent);
    expect(result.signal).toBe('SIGKILL');
    await expectFinished();
    expect(await snapshots(LOST)).toEqual([{}, {}, {}]);
    await expectRest(await freshAgent('lost-b'));
  });

  it('but not the command fails exactly where it was not finished, with one reason, and at once', async () => {
    workspace.write(files(2));
    const before = await snapshots(LOST);
    const agent = await freshAgent('lost-a');
    let lostAt = Infinity;
    const result = await build(
      ['--all'],
      on(
        agent,
        300,
        whenPushed(() => {
          lostAt = performance.now();
          void stopAgent(agent);
        }),
      ),
    );
    expect(performance.now() - lostAt).toBeLessThan(15_000);
    expect(result.exitCode).toBe(1);
    expect(statusOf(result)).toEqual({ ...each(QUICK, 'built'), ...each(LOST, 'NO_DAEMON') });
    expect(new Set(result.json.flatMap(({ error }) => error?.message ?? []))).toEqual(
      new Set(['the engine was lost in mid-run']),
    );
    expect(result.leftovers).toEqual([]);
    await expectFinished();
    expect(await snapshots(LOST)).toEqual(before);
    await expectRest(await freshAgent('lost-b'));
  });

  it('but its client, which something kills, is told of nothing: the rest is built once more, fewer at a time', async () => {
    workspace.write(files(3));
    const agent = await freshAgent('lost-a');
    let killed: number[] = [];
    const result = await build(
      ['--all'],
      on(
        agent,
        4,
        whenPushed(() => {
          killed = clientsOf(agent);
          killed.forEach((pid) => process.kill(pid, 'SIGKILL'));
        }),
      ),
    );
    expect(killed).toHaveLength(1);
    expect(statusOf(result)).toEqual(each(ALL, 'built'));
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/^c +│ .*the joint build was killed; going on with 2 at a time/m);
    for (const name of QUICK)
      expect(result.stderr.match(new RegExp(`^${name} +│ .*image +pushed`, 'gm'))).toHaveLength(1);
    expect(workspace.receipt('web').baseImages).toContainEqual({
      name: `${host}/acme/base:main`,
      digest: workspace.receipt('base').digest,
    });
    expect(result.leftovers).toEqual([]);
  });
});

/** Processes of buildx that run a bake on this agent. */
function clientsOf({ env }: Agent): number[] {
  const read = (pid: string, file: string): string[] => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
    } catch {
      return [];
    }
  };
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'cmdline').includes('bake'))
    .filter((pid) => read(pid, 'environ').includes(`DOCKER_HOST=${env['DOCKER_HOST']}`))
    .map(Number);
}
