import type { OutputChannel, TaskOutputPort } from '../ports/container';

/** A task's output on our own, as slowly as its reader takes it. */
export const processOutput: TaskOutputPort = {
  write: (channel: OutputChannel, chunk: Uint8Array) =>
    new Promise((resolve) => {
      // A reader that went away (`| head`) ends the process with SIGPIPE or EPIPE as it would any other program.
      process[channel].write(chunk, () => resolve());
    }),
};
