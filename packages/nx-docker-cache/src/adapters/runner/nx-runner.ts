import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DockerCacheError } from '../../errors';
import type { ChangeRange, RunnerBuild, RunnerOrder, RunnerPort, RunnerTask } from '../../ports/changes';
import { exec, type ExecResult } from '../exec';
import { readJson } from '../workspace/manifest';
import { runnerFailed } from './failed';
import { orderIn } from './order';

/** A graph of thousands of projects takes Nx a minute where nothing of it is cached. */
const TIMEOUT_MS = 300_000;
/** From here on Nx asks which tasks read what changed; before, which projects own it or depend on that. */
const BY_TASKS = 24;

/** By name, from Nx 24 on in an object. */
const idSchema = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
const graphSchema = z.object({
  tasks: z.object({
    tasks: z.record(z.string(), z.object({ target: z.object({ project: z.string(), target: z.string() }) })),
    /** By id: the tasks that it waits for. */
    dependencies: z.record(z.string(), z.array(idSchema)),
  }),
});
const namesSchema = z.array(z.string());
const manifestSchema = z.object({ version: z.string(), bin: z.record(z.string(), z.string()) });

/**
 * The tasks that `nx affected -t <targets>` of the workspace's own Nx runs for their own sake, so that both agree; what
 * it runs because these depend on it is left out.
 */
export class NxRunner implements RunnerPort {
  readonly name = 'nx';
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async affected(range: ChangeRange, builds: readonly RunnerBuild[]): Promise<readonly RunnerTask[]> {
    const targets = [...new Set(builds.map(({ target }) => target))].sort();
    if (targets.length === 0) return [];
    const { bin, major } = findNx(this.#root);
    const flags = [`--base=${range.base}`, ...(range.head === undefined ? [] : [`--head=${range.head}`])];
    // Nx takes a head of the environment for any base.
    const ask = this.#asking(bin, flags, { NX_HEAD: range.head ?? '', NX_BASE: '' });
    return major >= BY_TASKS ? byTasks(targets, ask) : byProjects(targets, builds, ask);
  }

  async order(builds: readonly RunnerBuild[]): Promise<readonly RunnerOrder[]> {
    const targets = [...new Set(builds.map(({ target }) => target))].sort();
    if (builds.length < 2) return [];
    const { tasks, dependencies } = await taskGraph(
      ['run-many', '-t', targets.join(',')],
      this.#asking(findNx(this.#root).bin),
    );
    const ids = new Map(
      Object.entries(tasks).map(([id, { target }]) => [`${target.project}\0${target.target}`, id]),
    );
    const idOf = ({ project, target }: RunnerBuild): string => ids.get(`${project}\0${target}`) ?? '';
    return orderIn(builds, idOf, (id) => dependencies[id] ?? []);
  }

  #asking(bin: string, flags: readonly string[] = [], more: Readonly<Record<string, string>> = {}): Ask {
    const options = { cwd: this.#root, timeout: TIMEOUT_MS, env: { NX_TUI: 'false', ...more } };
    return (args) => exec(process.execPath, [bin, ...args, ...flags], options);
  }
}

type Ask = (args: readonly string[]) => Promise<ExecResult>;

async function byTasks(targets: readonly string[], ask: Ask): Promise<RunnerTask[]> {
  const command = ['affected', '-t', targets.join(','), '--excludeTaskDependencies'];
  return Object.values((await taskGraph(command, ask)).tasks).map(({ target }) => target);
}

/** The graph of what would run. */
async function taskGraph(
  command: readonly string[],
  ask: Ask,
): Promise<z.infer<typeof graphSchema>['tasks']> {
  const folder = await mkdtemp(join(tmpdir(), 'nx-docker-cache-affected-'));
  try {
    const path = join(folder, 'graph.json');
    const result = await ask([...command, `--graph=${path}`]);
    const parsed = graphSchema.safeParse(jsonOf(await readFile(path, 'utf8').catch(() => '')));
    if (!parsed.success) throw runnerFailed(`nx ${command.join(' ')}`, result);
    return parsed.data.tasks;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Before Nx 24 that graph holds what the tasks depend on as well. */
async function byProjects(
  targets: readonly string[],
  builds: readonly RunnerBuild[],
  ask: Ask,
): Promise<RunnerTask[]> {
  const command = ['show', 'projects', '--affected'];
  const result = await ask([...command, '--withTarget', targets.join(','), '--json']);
  const parsed = namesSchema.safeParse(jsonOf(result.stdout.slice(result.stdout.indexOf('['))));
  if (result.exitCode !== 0 || !parsed.success) throw runnerFailed(`nx ${command.join(' ')}`, result);
  const names = new Set(parsed.data);
  return builds.filter(({ project }) => names.has(project));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The second is where `nx init` puts Nx in a workspace without a package.json. */
function findNx(root: string): { readonly bin: string; readonly major: number } {
  const places = [root, join(root, '.nx', 'installation')];
  try {
    const path = createRequire(__filename).resolve('nx/package.json', { paths: places });
    const { version, bin } = manifestSchema.parse(readJson(path));
    return { bin: join(dirname(path), bin['nx']!), major: Number.parseInt(version, 10) };
  } catch (cause) {
    throw new DockerCacheError({
      code: 'NO_RUNNER',
      message: 'this is a workspace of Nx, and Nx is not installed',
      expected: `nx, as seen from ${root}`,
      found: 'no such package',
      hint: 'Install the packages of the workspace (npm ci).',
      cause,
    });
  }
}
