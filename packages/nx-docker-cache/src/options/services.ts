import type { ServiceOptions } from '../model/task';
import { environment } from './environment';
import type { RawServices } from './service-schema';

const DEFAULT_TIMEOUT = 60;

export function serviceOptions(raw: RawServices): ServiceOptions[] {
  return Object.entries(raw).map(([name, written]) => {
    const service = typeof written === 'string' ? { image: written } : written;
    const { image, command, env, tmpfs, port, health, timeout } = service;
    return {
      ...{ name, image },
      command: typeof command === 'string' ? ['sh', '-c', command] : (command ?? []),
      env: environment(env ?? []),
      tmpfs: tmpfs === undefined ? [] : [tmpfs].flat(),
      health: health ?? (port === undefined ? undefined : listens(port)),
      timeout: timeout ?? DEFAULT_TIMEOUT,
    };
  });
}

/**
 * A check that runs in the service itself, so that it works with every engine, wherever that is: the kernel's list of
 * sockets has local addresses with the port in hex, and state 0A for one that listens.
 */
function listens(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return `grep -qs ':${hex} 00*:0000 0A' /proc/net/tcp /proc/net/tcp6`;
}
