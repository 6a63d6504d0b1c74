import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MARK = 'NDC_ENGINE_MARK';

/**
 * A process we started. A pid alone may have been recycled, so its start time and the boot go with it.
 * @typedef {{pid: number, start: string, boot: string}} ProcessId
 */

const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const bootId = () => read('/proc/sys/kernel/random/boot_id').trim();

/** @returns {ProcessId | undefined} undefined for no process, and for a zombie: it is gone already. */
export function identify(pid) {
  const stat = read(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  // The command name may hold spaces and brackets; the fields after its last bracket are plain (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : { pid: Number(pid), start: fields[19], boot: bootId() };
}

/** @param {ProcessId | undefined} process */
export function isAlive(process) {
  if (!process) return false;
  const now = identify(process.pid);
  return now !== undefined && now.start === process.start && now.boot === process.boot;
}

/**
 * Start a daemon that outlives us. The mark in its environment is inherited by what it starts in turn
 * (containerd, shims), so all of it can be found again.
 * @returns {ProcessId}
 */
export function startDaemon(file, args, { env, log, mark }) {
  const out = openSync(log, 'a');
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', out, out],
      env: { ...env, [MARK]: mark },
    });
    child.on('error', () => {}); // Told by the missing pid below.
    child.unref();
    const id = child.pid === undefined ? undefined : identify(child.pid);
    if (!id) throw new Error(`${file} did not start`);
    return id;
  } finally {
    closeSync(out);
  }
}

/** Live processes that carry the mark, or one below it (`a` also finds `a/b`). */
export function findMarked(mark) {
  const wanted = `${MARK}=${mark}`;
  return pids()
    .filter((pid) =>
      read(`/proc/${pid}/environ`)
        .split('\0')
        .some((entry) => entry === wanted || entry.startsWith(`${wanted}/`)),
    )
    .map(identify)
    .filter(Boolean);
}

/** Kill processes and wait until they are gone. Each is checked again just before: never a recycled pid. */
export async function killAll(find, signal = 'SIGKILL', timeoutMs = 10_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const alive = find().filter(isAlive);
    if (alive.length === 0) return;
    if (Date.now() > end) throw new Error(`processes did not end: ${alive.map(({ pid }) => pid).join(', ')}`);
    for (const { pid } of alive) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    }
    await sleep(10);
  }
}

function pids() {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return []; // No /proc (macOS): we started nothing there.
  }
}
