import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest line that docker reads from an env file is 64 kB. */
const MAX_LINE = 32 * 1024;

export interface EnvFlags {
  /** Arguments without a value in them. */
  readonly flags: readonly string[];
  /** Environment of the docker client, beside its own. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Hands variables to `docker create` where no list of processes shows them: by a file that only this user can read and
 * that is gone when `use` ends. What has no line of its own there (several lines, very long) goes by docker's own
 * environment. Not all go that way, as a variable called DOCKER_HOST or HTTPS_PROXY would steer docker itself.
 */
export async function withEnvFlags<T>(
  variables: ReadonlyMap<string, string>,
  use: (given: EnvFlags) => Promise<T>,
): Promise<T> {
  if (variables.size === 0) return use({ flags: [], env: {} });
  const all = [...variables];
  const lines = all.filter(([, value]) => fitsLine(value)).map(([name, value]) => `${name}=${value}\n`);
  const others = all.filter(([, value]) => !fitsLine(value));
  const folder = await mkdtemp(join(tmpdir(), 'nx-docker-cache-'));
  try {
    const file = join(folder, 'env');
    await writeFile(file, lines.join(''), { mode: 0o600 });
    const flags = ['--env-file', file, ...others.flatMap(([name]) => ['--env', name])];
    return await use({ flags, env: Object.fromEntries(others) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function fitsLine(value: string): boolean {
  return !/[\r\n]/.test(value) && Buffer.byteLength(value) < MAX_LINE;
}
