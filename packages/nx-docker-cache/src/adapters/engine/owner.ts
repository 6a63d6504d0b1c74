import { readFileSync, readlinkSync } from 'node:fs';
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

/**
 * Host name, the namespace that process numbers count in, and the boot that they count from. Cloned machines have the
 * first two in common, and may share an engine; what a machine left before it was started anew it does not know again.
 */
function machine(): string {
  try {
    const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
    return `${hostname()}/${namespace}/${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  } catch {
    // Not Linux: one machine has one numbering.
    return `${hostname()}//`;
  }
}
