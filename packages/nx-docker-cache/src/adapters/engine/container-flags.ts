import type { ContainerSettings } from '../../model/task';

/** The settings as `docker create` has them. */
export function containerFlags(settings: ContainerSettings): string[] {
  const { entrypoint, workdir, user, network, volumes, tmpfs, memory, cpus } = settings;
  return [
    ...flag('--entrypoint', entrypoint),
    ...flag('--workdir', workdir),
    ...flag('--user', user),
    ...flag('--network', network),
    ...volumes.flatMap((volume) => ['--volume', volume]),
    ...tmpfs.flatMap((entry) => ['--tmpfs', entry]),
    ...flag('--memory', memory),
    ...flag('--cpus', cpus),
  ];
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}
