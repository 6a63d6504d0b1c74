/**
 * A builder of buildx's driver `remote`: the BuildKit of an agent's engine behind a TCP port, as a pool of builders is
 * reached.
 */
import type { Agent } from './engine';
import { exposeBuildKit, type Exposed } from './exposed';
import { mustRun } from './process';

/**
 * @param of whose BuildKit it is
 * @param client whose buildx knows it
 * @param flags of `docker buildx create`
 */
export async function remoteBuilder(
  name: string,
  of: Agent,
  client: Agent,
  ...flags: readonly string[]
): Promise<Exposed> {
  const buildkit = await exposeBuildKit(of);
  const words = ['buildx', 'create', '--name', name, '--driver', 'remote', ...flags];
  const env = { ...process.env, ...client.env };
  await mustRun('docker', [...words, `tcp://127.0.0.1:${buildkit.port}`], { env });
  return buildkit;
}
