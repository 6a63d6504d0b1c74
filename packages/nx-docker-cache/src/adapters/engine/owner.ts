import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { processStatus } from '../process-status';

/** Label of every container of ours; its value says which process has it. */
export const OWNER_LABEL = 'dev.nx-docker-cache.owner';

/** Label with the second of the Unix clock from which a container is over by its own limits, wherever its process is. */
export const DEADLINE_LABEL = 'dev.nx-docker-cache.deadline';

/** Seconds: for starts on a busy engine, for results that are copied, for clocks that differ. */
const MARGIN = 3_600;

/** @param lifetime seconds that it may live; undefined where nothing limits it */
export function ownLabels(lifetime: number | undefined): Record<string, string> {
  const owner = { [OWNER_LABEL]: ownerOf() };
  if (lifetime === undefined) return owner;
  return { ...owner, [DEADLINE_LABEL]: String(Math.ceil(Date.now() / 1000 + lifetime) + MARGIN) };
}

/** The same as arguments of the client. */
export function labelFlags(lifetime: number | undefined): string[] {
  return Object.entries(ownLabels(lifetime)).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
}

/**
 * true where nobody needs a container any more. Of this machine's processes we know that: a machine that slept past the
 * deadline still has its task. A job of CI in a container is another machine each time, and only the deadline tells.
 */
export function isLeftover(labels: Readonly<Record<string, string>>): boolean {
  const owner = labels[OWNER_LABEL] ?? '';
  if (owner.split(' ')[0] === machine()) return isOrphaned(owner);
  const deadline = labels[DEADLINE_LABEL] ?? '';
  return /^\d+$/.test(deadline) && Number(deadline) < Date.now() / 1000;
}

/** `<machine> <pid> <start>` of this process. */
export function ownerOf(pid = process.pid): string {
  return `${machine()} ${pid} ${processStatus(pid).start}`;
}

/**
 * true where the process that has a container is surely gone: on this machine, and no process of that number runs, or
 * one that was started at another time.
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
