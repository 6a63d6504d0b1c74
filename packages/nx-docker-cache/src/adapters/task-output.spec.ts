import { Writable } from 'node:stream';
import { taskOutput } from './task-output';

it('waits for its reader', async () => {
  let taken: (() => void) | undefined;
  const stdout = new Writable({ write: (_, __, done) => void (taken = done) });
  let written = false;
  const write = taskOutput({ stdout, stderr: stdout })
    .write('stdout', Buffer.from('one'))
    .then(() => (written = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toBe(false);
  taken!();
  await write;
});

it('goes on without a reader that has gone, and writes to the other', async () => {
  const read: string[] = [];
  let attempts = 0;
  const stdout = new Writable({
    write: (_, __, done) => {
      attempts += 1;
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const stderr = new Writable({
    write: (chunk: Buffer, _, done) => {
      read.push(chunk.toString());
      done();
    },
  });
  const output = taskOutput({ stdout, stderr });
  await output.write('stdout', Buffer.from('one'));
  await new Promise((resolve) => setImmediate(resolve));
  await output.write('stdout', Buffer.from('two'));
  await output.write('stderr', Buffer.from('three'));
  expect(attempts).toBe(1);
  expect(read).toEqual(['three']);
});
