import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DockerCacheError } from '../../errors';
import { parseJsonObject } from '../../layout/json';
import type { ChangeRange, RunnerBuild, RunnerOrder, RunnerPort, RunnerTask } from '../../ports/changes';
import { exec } from '../exec';
import { readJson } from '../workspace/manifest';
import { runnerFailed } from './failed';
import { turboOrder } from './turbo-order';

const TIMEOUT_MS = 120_000;
/** `turbo ls --affected --output=json` is there since 2.1. */
const OLDEST = { major: 2, minor: 1 };

/** What `turbo ls --output=json` prints. The path says which package it is, whatever the project is called here. */
const listSchema = z.object({
  packages: z.object({ items: z.array(z.object({ name: z.string(), path: z.string() })) }),
});
const manifestSchema = z.object({ version: z.string(), bin: z.record(z.string(), z.string()) });

interface Turbo {
  readonly file: string;
  readonly args: readonly string[];
  readonly version: string;
}

/**
 * Turborepo's own `--affected`: the packages that changed and those that depend on them, as `turbo run … --affected`
 * takes them. It knows nothing of what Dockerfiles read beside packages.
 */
export class TurboRunner implements RunnerPort {
  readonly name = 'turborepo';
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async affected(
    { base, head }: ChangeRange,
    builds: readonly RunnerBuild[],
  ): Promise<readonly RunnerTask[]> {
    const turbo = await find(this.#root);
    refuseOld(turbo.version);
    const env = {
      TURBO_SCM_BASE: base,
      // With a head Turborepo counts what is not committed as well: more than asked for, never less.
      TURBO_SCM_HEAD: head ?? '',
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
    };
    const command = ['ls', '--affected', '--output=json'];
    const result = await exec(turbo.file, [...turbo.args, ...command], {
      ...{ cwd: this.#root, timeout: TIMEOUT_MS, env },
    });
    const parsed = listSchema.safeParse(parseJsonObject(result.stdout.slice(result.stdout.indexOf('{'))));
    if (result.exitCode !== 0 || !parsed.success) throw runnerFailed(`turbo ${command.join(' ')}`, result);
    const folders = new Set(parsed.data.packages.items.map(({ path }) => path.replaceAll('\\', '/')));
    return builds.filter(({ root }) => folders.has(root));
  }

  order(...asked: Parameters<RunnerPort['order']>): Promise<readonly RunnerOrder[]> {
    return Promise.resolve(turboOrder(this.#root, ...asked));
  }
}

/** The one that the workspace has installed, else the one of PATH: a package manager puts its own there. */
async function find(root: string): Promise<Turbo> {
  const folder = join(root, 'node_modules', 'turbo');
  const parsed = manifestSchema.safeParse(readJson(join(folder, 'package.json')));
  const bin = parsed.success ? parsed.data.bin['turbo'] : undefined;
  if (parsed.success && bin !== undefined && existsSync(join(folder, bin)))
    return { file: process.execPath, args: [join(folder, bin)], version: parsed.data.version };
  const { exitCode, stdout } = await exec('turbo', ['--version'], { cwd: root, timeout: TIMEOUT_MS });
  const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
  if (exitCode === 0 && version !== undefined) return { file: 'turbo', args: [], version };
  throw new DockerCacheError({
    code: 'NO_RUNNER',
    message: 'this is a workspace of Turborepo, and turbo is not installed',
    expected: `turbo ${OLDEST.major}.${OLDEST.minor} or later, in node_modules or on the PATH`,
    found: 'neither',
    hint: 'Install the packages of the workspace (pnpm install, npm ci); turbo belongs into devDependencies of its root.',
  });
}

function refuseOld(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new DockerCacheError({
    code: 'UNSUPPORTED',
    message: 'this turbo cannot say what is affected',
    expected: `turbo ${OLDEST.major}.${OLDEST.minor} or later`,
    found: `turbo ${version}`,
    hint: 'Update it: npx @turbo/codemod update.',
  });
}
