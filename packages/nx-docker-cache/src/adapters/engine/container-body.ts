import type { ContainerSpec } from '../../ports/container';

const NANO = 1e9;

/**
 * The body of `POST /containers/create` that means what `docker create` means with the same settings.
 * @param labels of the container
 * @returns undefined for what only the client can read
 * https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container/operation/ContainerCreate
 */
export function containerBody(
  { image, settings, command, env }: ContainerSpec,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> | undefined {
  const { entrypoint, workdir, user, network, volumes, tmpfs, memory, cpus } = settings;
  const bytes = memory === undefined ? undefined : ramBytes(memory);
  // `name=shop,alias=api` is the client's own long form.
  if (network?.includes('=') === true || (memory !== undefined && bytes === undefined)) return undefined;
  const named = volumes.filter((volume) => volume.includes(':'));
  const anonymous = volumes.filter((volume) => !volume.includes(':'));
  return {
    Image: image,
    ...(entrypoint === undefined ? {} : { Entrypoint: [entrypoint] }),
    Cmd: command,
    Env: [...env].map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    AttachStdout: true,
    AttachStderr: true,
    ...(workdir === undefined ? {} : { WorkingDir: workdir }),
    ...(user === undefined ? {} : { User: user }),
    ...(anonymous.length === 0 ? {} : { Volumes: Object.fromEntries(anonymous.map((path) => [path, {}])) }),
    HostConfig: {
      Init: true,
      ...(network === undefined ? {} : { NetworkMode: network }),
      ...(named.length === 0 ? {} : { Binds: named }),
      ...(tmpfs.length === 0 ? {} : { Tmpfs: Object.fromEntries(tmpfs.map(mount)) }),
      ...(bytes === undefined ? {} : { Memory: bytes }),
      ...(cpus === undefined ? {} : { NanoCpus: Math.round(Number(cpus) * NANO) }),
    },
  };
}

/** `/path:options` */
function mount(entry: string): [string, string] {
  const colon = entry.indexOf(':');
  return colon < 0 ? [entry, ''] : [entry.slice(0, colon), entry.slice(colon + 1)];
}

/** For docker, 2g, 2gb and 2gib of memory are the same. */
function ramBytes(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  return digits === undefined
    ? undefined
    : Math.floor(Number(digits) * 1024 ** ' kmgtp'.indexOf(unit === '' ? ' ' : unit.toLowerCase()));
}
