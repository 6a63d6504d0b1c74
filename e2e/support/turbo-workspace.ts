/** examples/turborepo as a repository of its own, with the packed package installed by the pnpm that it names. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Receipt } from '../../packages/nx-docker-cache/src/model/receipt';
import { onCleanup } from './cleanup';
import { REPOSITORY } from './paths';
import { mustRun, run, type ProcessResult } from './process';

type Env = Readonly<Record<string, string | undefined>>;

/** Neither what somebody ran in the example, nor a folder of the same names in a test's own path. */
const LEFT_OUT = new Set(['node_modules', 'dist', '.turbo', '.nx-docker-cache']);

export class TurboWorkspace {
  readonly root: string;
  /** Folder with the command pnpm. */
  readonly #pnpm: string;

  private constructor(root: string, pnpm: string) {
    this.root = root;
    this.#pnpm = pnpm;
  }

  /** The example with all that it needs, committed on `main`. */
  static async make(): Promise<TurboWorkspace> {
    const folder = temporary();
    const root = join(folder, 'origin');
    const example = join(REPOSITORY, 'examples/turborepo');
    cpSync(example, root, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      packageManager: string;
    };
    const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
    await mustRun('npm', ['install', '--prefix', folder, packageManager, ...flags], {
      cwd: folder,
      env: basic(),
    });
    const workspace = new TurboWorkspace(root, join(folder, 'node_modules/.bin'));
    await workspace.git('init', '--quiet', '--initial-branch=main');
    const options = { cwd: root, env: workspace.#env({}), timeoutMs: 120_000 };
    await mustRun('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], options);
    await workspace.#unpackPackage();
    await workspace.commit('the example');
    return workspace;
  }

  /** As the example's README has it: pnpm cannot install a file without naming it in the lockfile, which images read. */
  async #unpackPackage(): Promise<void> {
    const folder = join(this.root, 'node_modules/nx-docker-cache');
    mkdirSync(folder);
    const args = ['-xzf', process.env['NDC_TARBALL']!, '-C', folder, '--strip-components=1'];
    await mustRun('tar', args, { env: basic() });
    symlinkSync('../nx-docker-cache/dist/cli/main.js', join(this.root, 'node_modules/.bin/nx-docker-cache'));
  }

  /** A checkout as another machine has it. What is installed is shared as hard links: nothing writes there. */
  async clone(branch = 'main'): Promise<TurboWorkspace> {
    const root = join(temporary(), 'clone');
    await mustRun('git', ['clone', '--quiet', '--branch', branch, this.root, root], { env: gitEnv() });
    for (const folder of ['.', 'apps/api', 'apps/web', 'packages/parcels'])
      await mustRun('cp', ['-al', join(this.root, folder, 'node_modules'), join(root, folder)], {
        env: basic(),
      });
    return new TurboWorkspace(root, this.#pnpm);
  }

  turbo(args: readonly string[], env: Env): Promise<ProcessResult> {
    return run(join(this.root, 'node_modules/.bin/turbo'), ['run', ...args, '--ui=stream'], {
      ...{ cwd: this.root, env: this.#env(env), timeoutMs: 120_000 },
    });
  }

  async mustTurbo(args: readonly string[], env: Env): Promise<string> {
    const { exitCode, stdout, stderr } = await this.turbo(args, env);
    if (exitCode === 0) return stdout + stderr;
    throw new Error(`turbo run ${args.join(' ')} ended with ${exitCode}\n${stdout}\n${stderr}`);
  }

  /** The installed command, as `pnpm nx-docker-cache` runs it. */
  async command(args: readonly string[], env: Env = {}): Promise<string> {
    const file = join(this.root, 'node_modules/.bin/nx-docker-cache');
    return mustRun(file, args, { cwd: this.root, env: this.#env(env) });
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  /** Appends to a file. */
  change(path: string, text: string): void {
    writeFileSync(join(this.root, path), this.read(path) + text);
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', message);
  }

  git(...args: string[]): Promise<string> {
    const who = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.test', '-c', 'commit.gpgsign=false'];
    return mustRun('git', [...who, ...args], { cwd: this.root, env: gitEnv() });
  }

  /** Receipts by project, of those that were built or skipped here. */
  receipts(): Record<string, Receipt> {
    const folder = join(this.root, '.nx-docker-cache');
    if (!existsSync(folder)) return {};
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const receipts = paths
      .filter((path) => basename(path) === 'receipt.json')
      .map((path) => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Receipt);
    return Object.fromEntries(receipts.map((receipt) => [receipt.project, receipt]));
  }

  #env(more: Env): Env {
    const { PATH, ...others } = more;
    const path = `${this.#pnpm}:${PATH ?? process.env['PATH'] ?? ''}`;
    return { ...basic(), TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...others, PATH: path };
  }
}

function temporary(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-turbo-')));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** npm's own configuration may name the authorities of a proxy; pnpm asks node's. */
function basic(): Env {
  const { PATH, HOME = '/', NODE_EXTRA_CA_CERTS } = process.env;
  return { PATH, HOME, NODE_EXTRA_CA_CERTS };
}

function gitEnv(): Env {
  return { ...basic(), GIT_CONFIG_GLOBAL: '/dev/null' };
}
