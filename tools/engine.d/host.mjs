import { compareDotted } from './apt.mjs';
import { run } from './exec.mjs';

const BUILDX = '0.13';

/**
 * Ask the engine that docker's own settings name whether it can do the job.
 * @param {import('./paths.mjs').Layout} at
 * @returns {Promise<{versions: Record<string, string>} | {missing: string}>}
 */
export async function probeHost(at, env = process.env) {
  if (env.DOCKER_HOST?.startsWith(`unix://${at.run}/`)) return { missing: 'only an agent of its own' };
  const ask = (...args) => run('docker', args, { allowFailure: true, timeoutMs: 10_000 });
  const [server, buildx, status] = await Promise.all([
    ask('version', '--format', '{{.Server.Version}}'),
    ask('buildx', 'version'),
    ask('info', '--format', '{{json .DriverStatus}}'),
  ]);
  return judge({
    server: server.code === 0 ? server.stdout.trim() : undefined,
    buildx: buildx.code === 0 ? /\bv?(\d+\.\d+[\d.]*)/.exec(buildx.stdout)?.[1] : undefined,
    driverStatus: status.stdout,
  });
}

/** @param {{server?: string, buildx?: string, driverStatus: string}} answers */
export function judge({ server, buildx, driverStatus }) {
  if (!server) return { missing: 'no engine that answers' };
  if (!buildx) return { missing: `engine ${server} without buildx` };
  if (compareDotted(buildx, BUILDX) < 0) return { missing: `engine ${server} with buildx ${buildx}` };
  if (!driverStatus.includes('io.containerd.snapshotter'))
    return { missing: `engine ${server} without the containerd image store` };
  return { versions: { docker: server, buildx } };
}
