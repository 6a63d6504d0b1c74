import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { processStatus } from '../process-status';

/** Label of every container of ours; its value says which process has it. */
export const OWNER_LABEL = 'dev.nx-docker-cache.owner';

/** `<machine> <pid> <start>` of this process. */
export function ownerOf(pid = process.pid): string {
  return `${machine()} ${pid} ${processStatus(pid).start}`;
}

/**
 * true where the process that has a container is surely gone: on this machine, and no process of that number runs, or
 * one that was started at another time. What another machine left on a shared engine is its own to remove.
 */
export function isOrphaned(owner: string): boolean {
  const [host, pid, start = ''] = owner.split(' ');
  if (host !== machine() || pid === undefined || !/^\d+$/.test(pid)) return false;
  const now = processStatus(Number(pid));
  return !now.alive || (start !== '' && now.start !== '' && now.start !== start);
}

/** Host name, and the namespace that process numbers count in, where the system has such a thing. */
function machine(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    // Not Linux: one machine has one numbering.
  }
  return `${hostname()}/${namespace}`;
}
