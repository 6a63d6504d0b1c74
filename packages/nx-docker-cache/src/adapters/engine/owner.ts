import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Label of every container of ours; its value says which process has it. */
export const OWNER_LABEL = 'dev.nx-docker-cache.owner';

/** `<machine> <pid> <start>` of this process. */
export function ownerOf(pid = process.pid): string {
  return `${machine()} ${pid} ${startOf(pid) ?? ''}`;
}

/**
 * true where the process that has a container is surely gone: on this machine, and no process of that number runs, or
 * one that was started at another time. What another machine left on a shared engine is its own to remove.
 */
export function isOrphaned(owner: string): boolean {
  const [host, pid, start = ''] = owner.split(' ');
  if (host !== machine() || pid === undefined || !/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = startOf(Number(pid));
  return start !== '' && now !== undefined && now !== start;
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

/** When a process was started, in clock ticks since the machine was; undefined where the system does not say. */
function startOf(pid: number): string | undefined {
  try {
    // The second field is the program's name in parentheses, which may hold anything.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
