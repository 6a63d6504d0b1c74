/** examples/stages-yarn as a team would use it: one agent builds, others test and lint, tags come last. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { githubPull } from './support/ci';
import { onCleanup } from './support/cleanup';
import { runCli } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { NxWorkspace } from './support/nx-workspace';
import { REPOSITORY } from './support/paths';
import { RegistryView } from './support/registry';

const EXAMPLE = join(REPOSITORY, 'examples/stages-yarn');
const LEFT_OUT = new Set(['node_modules', 'dist', 'coverage', '.nx', '.nx-docker-cache']);
const CI = { CI: 'true', NX_PARALLEL: '2' };
const IMAGE = 'example/hours';
const SERVICE = 'services/hours';

/** Text by path. */
function filesOf(folder: string, inside = ''): Record<string, string> {
  const found = readdirSync(join(folder, inside)).filter((name) => !LEFT_OUT.has(name));
  return Object.assign(
    {},
    ...found.map((name) => {
      const path = join(inside, name);
      return statSync(join(folder, path)).isDirectory()
        ? filesOf(folder, path)
        : { [path]: readFileSync(join(folder, path), 'utf8') };
    }),
  ) as Record<string, string>;
}

/** Nx gives some of its processes groups of their own, so all that descend from one are looked up. */
function killTree(root: number): void {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === root || isBelow(parents.get(pid)));
  for (const pid of [...parents.keys()].filter(isBelow)) process.kill(pid, 'SIGKILL');
}

describeWithEngine('examples/stages-yarn', () => {
  let view: RegistryView;
  let host: string;
  let origin: NxWorkspace;
  let agents: Record<'a' | 'b' | 'c', Agent>;
  /** Nx keeps its cache in the home folder, by repository. Machines share none. */
  const homes = new Map<Agent, string>();

  beforeAll(async () => {
    host = (await startRegistry('stages-yarn')).host;
    view = new RegistryView(host);
    const names = ['a', 'b', 'c'] as const;
    const made: [string, Agent][] = [];
    for (const name of names) made.push([name, await freshAgent(`stages-yarn-${name}`)]);
    agents = Object.fromEntries(made) as typeof agents;
    for (const [, agent] of made) {
      const home = mkdtempSync(join(tmpdir(), 'e2e-home-'));
      onCleanup(() => rmSync(home, { recursive: true, force: true }));
      homes.set(agent, home);
    }
    const files = filesOf(EXAMPLE);
    const nxJson = files['nx.json']!.replace('127.0.0.1:5000', host);
    expect(nxJson).toContain(`${host}/example`);
    origin = await NxWorkspace.make({ version: '23.2.1', files: { ...files, 'nx.json': nxJson } });
    await origin.addPlugin();
    await origin.commit();
  });

  /** All that Nx printed, whatever its end. */
  async function nx(workspace: NxWorkspace, agent: Agent, target: string, env: Record<string, string> = {}) {
    const { exitCode, stdout, stderr } = await workspace.nx(
      ['run', `hours:${target}`, '--outputStyle=static'],
      { ...agent.env, ...CI, HOME: homes.get(agent)!, ...env },
    );
    return { exitCode, text: stripVTControlCharacters(stdout + stderr) };
  }

  async function mustNx(...args: Parameters<typeof nx>): Promise<string> {
    const { exitCode, text } = await nx(...args);
    if (exitCode !== 0) throw new Error(text);
    return text;
  }

  /** Tags for people: those of caches, keys and records are ours. */
  async function tags(): Promise<Record<string, string>> {
    const all = Object.entries(await view.snapshot(IMAGE));
    return Object.fromEntries(all.filter(([tag]) => !/^(cache|key|task|times)-/.test(tag)));
  }

  const short = async (workspace: NxWorkspace): Promise<string> =>
    (await workspace.git('rev-parse', 'HEAD')).slice(0, 7);

  function edit(workspace: NxWorkspace, path: string, from: string, to: string): void {
    const text = workspace.read(`${SERVICE}/${path}`);
    expect(text).toContain(from);
    workspace.write({ [`${SERVICE}/${path}`]: text.replace(from, to) });
  }

  async function containersOf(agent: Agent): Promise<string> {
    return (await agent.docker('ps', '--all', '--quiet')).stdout.trim();
  }

  it('is built by one agent, tested and linted by two others at once, and published by the first', async () => {
    const { a, b, c } = agents;
    const [onB, onC] = [await origin.clone(), await origin.clone()];
    await mustNx(origin, a, 'docker-build');
    const [prod, builder] = origin.receipt('hours').stages;
    expect([prod?.stage, builder?.stage]).toEqual(['prod', 'builder']);
    const commit = await short(origin);
    expect(await tags()).toEqual({ [commit]: prod!.digest, [`builder-${commit}`]: builder!.digest });

    const [tested, linted] = await Promise.all([
      mustNx(onB, b, 'docker-test'),
      mustNx(onC, c, 'docker-lint'),
    ]);
    for (const [agent, text] of [
      [b, tested],
      [c, linted],
    ] as const) {
      expect(text).toContain(`pulling ${host}/${IMAGE}@${builder!.digest}`);
      expect(text).not.toMatch(/\d executed/);
      const images = (await agent.docker('image', 'ls', '--all', '--no-trunc', '--digests')).stdout;
      expect(images.match(/sha256:[0-9a-f]{64}/g)?.[0]).toBe(builder!.digest);
      expect(images.trim().split('\n')).toHaveLength(2);
      expect(await containersOf(agent)).toBe('');
    }
    expect(tested).toMatch(/pass 6/);
    expect(onB.read(`${SERVICE}/coverage/lcov.info`)).toMatch(/^SF:.*schedule/m);

    const published = await mustNx(origin, a, 'docker-publish');
    expect(published.match(/skipped: it has passed over the same content/g)).toHaveLength(2);
    expect(origin.read(`${SERVICE}/coverage/lcov.info`)).toBe(onB.read(`${SERVICE}/coverage/lcov.info`));
    expect(await tags()).toMatchObject({ latest: prod!.digest, main: prod!.digest });

    const byName = await runCli(['run', 'hours', 'lint'], {
      cwd: origin.root,
      env: { ...a.env, ...CI, NX_DAEMON: 'false' },
    });
    expect(byName).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/yarn lint +skipped/) });

    const ask = `import('/app/dist/app.js').then(async (app) => console.log(await (await app.makeApp().request('/health')).text()))`;
    const served = await a.docker('run', '--rm', '--network=none', `${host}/${IMAGE}`, 'node', '-e', ask);
    expect(served.stdout).toBe('{"status":"ok","service":"hours"}\n');
  });

  it('has packages from main’s cache on a branch, which publishes its own tags; a fork publishes none', async () => {
    const { b, c } = agents;
    const before = await tags();
    const branch = await origin.clone();
    await branch.git('checkout', '--quiet', '-b', 'feature/soon');
    edit(branch, 'src/app.ts', "status: 'ok'", "status: 'fine'");
    await branch.commit();
    const text = await mustNx(branch, c, 'docker-publish');
    expect(text).not.toMatch(/executed .*RUN .*yarn install/);
    expect(text).toMatch(/pass 6/);
    expect(text).toMatch(/tag +refused +latest/);
    const after = await tags();
    const [prod, builder] = branch.receipt('hours').stages;
    const commit = await short(branch);
    const own = Object.keys(after).find((tag) => tag.startsWith('feature-soon-'))!;
    expect(after).toEqual({
      ...before,
      [commit]: prod!.digest,
      [`builder-${commit}`]: builder!.digest,
      [own]: prod!.digest,
    });

    const fork = await origin.clone();
    edit(fork, 'src/app.ts', "status: 'ok'", "status: 'mine'");
    await fork.commit();
    const all = await view.snapshot(IMAGE);
    const sha = await fork.git('rev-parse', 'HEAD');
    const pull = githubPull({ number: 3, head: 'main', base: 'main', from: 'mallory/shop' }, sha);
    const foreign = await mustNx(fork, b, 'docker-publish', pull);
    expect(foreign).toMatch(/pass 6/);
    expect(foreign).toMatch(/nothing is published for a change from a fork/);
    expect(await view.snapshot(IMAGE)).toEqual(all);
  });

  it('publishes nothing where a test fails, and keeps what the test has left', async () => {
    const { a } = agents;
    const before = await tags();
    const broken = await origin.clone();
    edit(broken, 'src/schedule.ts', 'now < to ||', 'now <= to ||');
    await broken.commit();
    const { exitCode, text } = await nx(broken, a, 'docker-publish');
    expect(exitCode).not.toBe(0);
    expect(text).toMatch(/fail 1\b/);
    expect(text).toMatch(/failed with exit code 1/);
    expect(broken.has(`${SERVICE}/coverage/lcov.info`)).toBe(true);
    const commit = await short(broken);
    const { [commit]: _prod, [`builder-${commit}`]: _builder, ...others } = await tags();
    expect(others).toEqual(before);
    expect(await containersOf(a)).toBe('');
  });

  it('leaves no container after the run that follows one that was killed', async () => {
    const { a } = agents;
    const hanging = await origin.clone();
    const tasks = '"hang": "echo ready && sleep 300", "lint"';
    hanging.write({ 'nx.json': hanging.read('nx.json').replace('"lint"', tasks) });
    const { cwd, env } = hanging.options({ ...a.env, ...CI });
    const child = spawn(process.execPath, [hanging.nxBin(), 'run', 'hours:docker-hang'], {
      ...{ cwd, env, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/ready\r?$/m.test(output)) killTree(child.pid!);
      });
    }
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect({ signal, output }).toEqual({ signal: 'SIGKILL', output: expect.stringContaining('ready') });
    expect(await containersOf(a)).not.toBe('');
    const next = await mustNx(origin, a, 'docker-lint', { NX_SKIP_NX_CACHE: 'true' });
    expect(next).toMatch(/removed 1 container of a run that was killed/);
    expect(await containersOf(a)).toBe('');
  });
});
