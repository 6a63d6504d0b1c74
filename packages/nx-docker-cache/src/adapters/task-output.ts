import type { Writable } from 'node:stream';
import type { OutputChannel, TaskOutputPort } from '../ports/container';

/**
 * A task's output on our own, as slowly as its reader takes it. A reader that goes away (`| head`) ends the output and
 * not the task: its exit code, its results and its container are still ours to see to.
 * @param streams stdout and stderr of this process
 */
export function taskOutput(streams: Readonly<Record<OutputChannel, Writable>>): TaskOutputPort {
  const closed = new Set<OutputChannel>();
  // Without a listener the first failure would end this process before the container is removed.
  for (const channel of ['stdout', 'stderr'] as const)
    streams[channel].on('error', () => closed.add(channel));
  return {
    write: (channel, chunk) =>
      closed.has(channel)
        ? Promise.resolve()
        : new Promise((resolve) => void streams[channel].write(chunk, () => resolve())),
  };
}
