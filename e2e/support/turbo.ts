/** A turbo of some version in a workspace of npm, and what it would run. */
import { join } from 'node:path';
import { mustRun, run } from './process';
import { Workspace } from './workspace';

interface Task {
  readonly taskId: string;
  /** `<NONEXISTENT>` where the package has no such script: nothing is run. */
  readonly command: string;
  /** Files, relative to the package. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The ids of the tasks that it waits for. */
  readonly dependencies: readonly string[];
  readonly resolvedTaskDefinition: {
    readonly env: readonly string[];
    readonly passThroughEnv: readonly string[] | null;
  };
}

/** @param files beside the root's package.json and turbo.json */
export async function turboWorkspace(
  version: string,
  turboJson: object,
  files: Readonly<Record<string, string>>,
  projects: Readonly<Record<string, Record<string, unknown>>> = {},
  scripts: Readonly<Record<string, string>> = {},
): Promise<Workspace> {
  const manifest = {
    ...{
      name: 'acme',
      private: true,
      packageManager: 'npm@10.9.0',
      workspaces: ['apps/*', 'libs/*'],
      scripts,
    },
    devDependencies: { turbo: version },
  };
  const workspace = await Workspace.make({
    projects,
    files: {
      ...{ 'package.json': JSON.stringify(manifest), 'turbo.json': JSON.stringify(turboJson) },
      ...{ '.gitignore': 'node_modules\n.turbo\n', ...files },
    },
  });
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  await mustRun('npm', ['install', ...flags], { cwd: workspace.root, env: basic(), timeoutMs: 120_000 });
  await workspace.commit();
  return workspace;
}

/** The tasks with a script, by their ids. @throws with what turbo says where it runs nothing */
export async function dryRun(root: string, ...args: readonly string[]): Promise<Record<string, Task>> {
  const turbo = join(root, 'node_modules/turbo/bin/turbo');
  const env = { ...basic(), TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
  const { exitCode, stdout, stderr } = await run(
    process.execPath,
    [turbo, 'run', 'docker-build', '--dry-run=json', ...args],
    { cwd: root, env },
  );
  if (exitCode !== 0) throw new Error(`turbo ended with ${exitCode}\n${stdout}\n${stderr}`);
  const { tasks } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { tasks: Task[] };
  const real = tasks.filter(({ command }) => command !== '<NONEXISTENT>');
  return Object.fromEntries(real.map((task) => [task.taskId, task]));
}

function basic(): Readonly<Record<string, string | undefined>> {
  const { PATH, HOME = '/', NODE_EXTRA_CA_CERTS } = process.env;
  return { PATH, HOME, NODE_EXTRA_CA_CERTS };
}
