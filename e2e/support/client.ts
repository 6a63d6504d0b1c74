/** Settings of a docker client that a test may log in with: a copy of the agent's, for one job. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanup } from './cleanup';
import type { Agent } from './engine';

/** Variables of the agent, with settings that nobody else uses. */
export function ownClient({ env }: Agent): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-docker-config-'));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(env['DOCKER_CONFIG']!, 'config.json'), join(folder, 'config.json'));
  return { ...env, DOCKER_CONFIG: folder };
}
