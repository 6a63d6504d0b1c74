/** A real Nx workspace in a temporary folder, with the packed plugin installed from the registry of npm packages. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Receipt } from '../../packages/nx-docker-cache/src/model/receipt';
import { onCleanup } from './cleanup';
import { mustRun, run, type ProcessResult } from './process';

export interface NxWorkspaceInput {
  /** Exact version of nx and @nx/devkit. */
  readonly version: string;
  /** false: nx alone, as `nx init` leaves it. */
  readonly devkit?: boolean;
  /** Text by path; package.json and nx.json are made. */
  readonly files: Readonly<Record<string, string>>;
  readonly nxJson?: Readonly<Record<string, unknown>>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** What Nx is told in every run: no background process, no cloud, no progress on a terminal. */
const QUIET: Env = {
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_SKIP_FORMAT: 'true',
  NX_ISOLATE_PLUGINS: 'true',
};

export class NxWorkspace {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** Writes the files and installs Nx, without the plugin: `addPlugin` does that as a user would. */
  static async make({ version, devkit = true, files, nxJson }: NxWorkspaceInput): Promise<NxWorkspace> {
    const workspace = new NxWorkspace(realpathSync(mkdtempSync(join(tmpdir(), `e2e-nx-${version}-`))));
    onCleanup(() => rmSync(workspace.root, { recursive: true, force: true }));
    workspace.write({
      '.gitignore': 'node_modules\ndist\n.nx\n',
      'nx.json': `${JSON.stringify({ analytics: false, neverConnectToCloud: true, defaultBase: 'main', ...nxJson }, undefined, 2)}\n`,
      'package.json': JSON.stringify({
        name: 'workspace',
        private: true,
        workspaces: ['apps/*', 'libs/*'],
        devDependencies: { nx: version, ...(devkit ? { '@nx/devkit': version } : {}) },
      }),
      ...files,
    });
    await workspace.git('init', '--quiet', '--initial-branch=main');
    await workspace.npm('install');
    await workspace.commit();
    return workspace;
  }

  /** A checkout of its own, as each agent has: what is committed, and the installed packages. */
  async clone(branch = 'main'): Promise<NxWorkspace> {
    const copy = new NxWorkspace(realpathSync(mkdtempSync(join(tmpdir(), 'e2e-nx-clone-'))));
    onCleanup(() => rmSync(copy.root, { recursive: true, force: true }));
    await copy.git('clone', '--quiet', '--branch', branch, this.root, '.');
    await mustRun('cp', ['-al', join(this.root, 'node_modules'), copy.root], { env: basic() });
    return copy;
  }

  /** `npm install --save-dev` of the tarball, which lies in the workspace as it would in a registry. */
  async addPlugin(): Promise<void> {
    await this.npm('install', '--save-dev', this.bringTarball());
  }

  /** @returns how npm calls the tarball, which now lies in the workspace */
  bringTarball(tarball = process.env['NDC_TARBALL']!): string {
    copyFileSync(tarball, join(this.root, basename(tarball)));
    return `file:./${basename(tarball)}`;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  remove(path: string): void {
    rmSync(join(this.root, path));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** The workspace's own package.json. */
  manifest(): { readonly devDependencies: Readonly<Record<string, string>> } {
    return JSON.parse(this.read('package.json')) as ReturnType<NxWorkspace['manifest']>;
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  async commit(): Promise<void> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--allow-empty', '--message', 'a change');
  }

  /** Paths that git sees as changed since the last commit. */
  async changes(): Promise<string[]> {
    const text = await this.git('status', '--porcelain', '--untracked-files=all');
    return text === ''
      ? []
      : text
          .split('\n')
          .map((line) => line.trim().split(/\s+/).slice(1).join(' '))
          .sort();
  }

  /** Runs the workspace's own nx. Of the environment nothing gets through but PATH and HOME: no variable of a CI. */
  nx(args: readonly string[], env: Env = {}): Promise<ProcessResult> {
    return run(process.execPath, [this.nxBin(), ...args], this.options(env));
  }

  /** `nx` that has to succeed; all that it printed is in the error. @returns stdout */
  mustNx(args: readonly string[], env: Env = {}): Promise<string> {
    return mustRun(process.execPath, [this.nxBin(), ...args], this.options(env));
  }

  async json<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.mustNx([...args, '--json'])) as T;
  }

  /** Names of the affected projects that have a target, after what was changed since the last commit. */
  async affectedProjects(target: string, env: Env = {}): Promise<string[]> {
    const flags = ['--affected', '--base=HEAD', '--withTarget', target, '--json'];
    return (JSON.parse(await this.mustNx(['show', 'projects', ...flags], env)) as string[]).sort();
  }

  /** Names of the projects of which `nx affected` runs a target for its own sake: from Nx 24 on, by task. */
  async affected(target: string, env: Env = {}): Promise<string[]> {
    const path = join(this.root, '.nx', 'affected.json');
    rmSync(path, { force: true });
    const flags = ['--base=HEAD', '--excludeTaskDependencies', `--graph=${path}`];
    const { stdout, stderr } = await this.nx(['affected', '-t', target, ...flags], env);
    if (!existsSync(path)) throw new Error(`nx affected wrote no graph\n${stdout}\n${stderr}`);
    const { tasks } = JSON.parse(readFileSync(path, 'utf8')) as {
      tasks?: { tasks?: Record<string, TaskNode> };
    };
    const found = Object.values(tasks?.tasks ?? {}).filter((task) => task.target.target === target);
    return [...new Set(found.map((task) => task.target.project))].sort();
  }

  /** Back to the last commit. */
  async restore(): Promise<void> {
    await this.git('checkout', '--quiet', '--', '.');
    await this.git('clean', '--quiet', '--force', '-d');
  }

  receipt(project: string): Receipt {
    return JSON.parse(this.read(`.nx-docker-cache/${project}/receipt.json`)) as Receipt;
  }

  git(...args: string[]): Promise<string> {
    const who = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.test', '-c', 'commit.gpgsign=false'];
    return mustRun('git', [...who, ...args], {
      cwd: this.root,
      env: { ...basic(), GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  }

  /** The user's own npm cache is shared by all workspaces, so each version is downloaded once a machine. */
  async npm(...args: string[]): Promise<void> {
    const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
    await mustRun('npm', [...args, ...flags], { cwd: this.root, env: basic(), timeoutMs: 240_000 });
  }

  /** For a process that the caller starts himself, with `options`. */
  nxBin(): string {
    const folder = join(this.root, 'node_modules', 'nx');
    const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      bin: Record<string, string>;
    };
    return join(folder, bin['nx']!);
  }

  options(env: Env): { cwd: string; env: Env; timeoutMs: number } {
    return { cwd: this.root, env: { ...basic(), ...QUIET, ...env }, timeoutMs: 180_000 };
  }
}

interface TaskNode {
  readonly target: { readonly project: string; readonly target: string };
}

function basic(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' };
}
