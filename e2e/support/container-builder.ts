/**
 * A builder of buildx's driver `docker-container`. The container, which buildx pulls, starts and talks through, is real,
 * and so is the BuildKit behind it: that of another agent, as no image of BuildKit is here. Only what joins the two is ours.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent } from './engine';
import { exposeBuildKit } from './exposed';
import { mustRun } from './process';

/** Alive until it is stopped. The version has four words, of which buildx reads the third. */
const BUILDKITD = `#!/bin/sh
if [ "$1" = --version ]; then echo 'buildkitd e2e v0.0.0 none'; exit; fi
echo "buildkitd joins port $BUILDKIT_PORT"
trap exit TERM
while :; do sleep 3600 & wait; done
`;
/** What buildx runs in the container: the first until it succeeds, the second for every connection. */
const BUILDCTL = `#!/bin/sh
case "$*" in
  'debug workers') exec nc -w 5 127.0.0.1 "$BUILDKIT_PORT" < /dev/null > /dev/null ;;
  dial-stdio) exec nc 127.0.0.1 "$BUILDKIT_PORT" ;;
esac
echo "buildctl: no such command: $*" >&2
exit 1
`;
const DOCKERFILE = `FROM busybox
COPY buildkitd buildctl /usr/bin/
ENTRYPOINT ["buildkitd"]
`;

/** Puts the image of such builders into a registry. @param host of the registry @returns its name */
export async function pushBuilderImage(host: string, agent: Agent): Promise<string> {
  const image = `${host}/buildkit:e2e`;
  const folder = mkdtempSync(join(tmpdir(), 'e2e-buildkit-'));
  try {
    for (const [name, text] of Object.entries({
      Dockerfile: DOCKERFILE,
      buildkitd: BUILDKITD,
      buildctl: BUILDCTL,
    })) {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), 0o755);
    }
    await docker(agent, 'buildx', 'build', '--builder', 'default', '--push', '--tag', image, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return image;
}

export interface ContainerBuilder {
  readonly image: string;
  /** Whose BuildKit it is; undefined for one that never comes up. */
  readonly of: Agent | undefined;
  /** Whose buildx knows it, and in whose engine its container will be. */
  readonly client: Agent;
  /** Docker context that it is made of, where it is not the client's engine. */
  readonly context?: string;
  /** The engine of that context. */
  readonly host?: Agent;
}

/** Makes it known to the client; nothing is started. @returns name of the container that there will be */
export async function containerBuilder(name: string, builder: ContainerBuilder): Promise<string> {
  const { image, of, client, context, host = client } = builder;
  const port = of === undefined ? 1 : (await exposeBuildKit(of)).port;
  const words = ['buildx', 'create', '--name', name, '--driver', 'docker-container'];
  // Without its own cgroup the container would go to one of all engines, and outlive the agent.
  const options = [
    `image=${image}`,
    'network=host',
    `cgroup-parent=${host.cgroup}`,
    `env.BUILDKIT_PORT=${port}`,
  ];
  const flags = options.flatMap((option) => ['--driver-opt', option]);
  await docker(client, ...words, ...flags, ...(context === undefined ? [] : [context]));
  return `buildx_buildkit_${name}0`;
}

async function docker({ env }: Agent, ...args: readonly string[]): Promise<void> {
  await mustRun('docker', args, { env: { ...process.env, ...env } });
}
