import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Receipt } from '../../packages/nx-docker-cache/src/model/receipt';
import { onCleanup } from './cleanup';
import { mustRun } from './process';

export interface WorkspaceInput {
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
  /** `nx-docker-cache.json`: options by project name, `root` included. */
  readonly projects: Readonly<Record<string, Record<string, unknown>>>;
  /** Options of all projects. A build that the registry holds is not skipped here unless they say so. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Part of the folder's name. */
  readonly folder?: string;
  /** false: no git repository. */
  readonly git?: boolean;
}

/** A workspace without Nx in a temporary folder, with a git repository on branch `main`. */
export class Workspace {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async make(input: WorkspaceInput): Promise<Workspace> {
    const workspace = new Workspace(
      realpathSync(mkdtempSync(join(tmpdir(), input.folder ?? 'e2e-workspace-'))),
    );
    onCleanup(() => rmSync(workspace.root, { recursive: true, force: true }));
    workspace.write({
      ...input.files,
      'nx-docker-cache.json': configuration(input.projects, input.defaults),
    });
    if (input.git !== false) {
      await workspace.git('init', '--quiet', '--initial-branch=main');
      await workspace.commit();
    }
    return workspace;
  }

  /** Replaces the options. */
  configure(projects: WorkspaceInput['projects'], defaults?: WorkspaceInput['defaults']): void {
    this.write({ 'nx-docker-cache.json': configuration(projects, defaults) });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  async commit(): Promise<string> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--allow-empty', '--message', 'a change');
    return this.git('rev-parse', 'HEAD');
  }

  /** On a new branch, or an existing one. */
  async checkout(branch: string): Promise<void> {
    const known = (await this.git('branch', '--list', '--format=%(refname:short)', branch)) !== '';
    await this.git('checkout', '--quiet', ...(known ? [branch] : ['-b', branch]));
  }

  git(...args: string[]): Promise<string> {
    const who = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.test', '-c', 'commit.gpgsign=false'];
    return mustRun('git', [...who, ...args], { cwd: this.root, env: gitEnv() });
  }

  /** What the last build of a project left behind. */
  receipt(project: string): Receipt {
    return JSON.parse(this.read(`.nx-docker-cache/${project}/receipt.json`)) as Receipt;
  }
}

/** Most specs look at what a build does with its caches, so one that could be left out has to happen. */
function configuration(projects: WorkspaceInput['projects'], defaults: WorkspaceInput['defaults']): string {
  return JSON.stringify({ defaults: { skip: false, ...defaults }, projects });
}

function gitEnv(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '/',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
}
