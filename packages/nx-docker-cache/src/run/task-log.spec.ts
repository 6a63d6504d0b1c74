import { TaskLog } from './task-log';

function logOf(...chunks: string[]): TaskLog {
  const log = new TaskLog();
  for (const chunk of chunks) log.add(Buffer.from(chunk));
  return log;
}
const text = (log: TaskLog, secrets: readonly string[] = []): string =>
  Buffer.from(log.bytes(secrets)).toString();

it('keeps what was printed, letters across chunks too', () => {
  const bytes = Buffer.from('grün\n');
  const log = new TaskLog();
  log.add(bytes.subarray(0, 3));
  log.add(bytes.subarray(3));
  expect(text(log)).toBe('grün\n');
});

it('masks secrets across chunks, the longest first, and leaves short words alone', () => {
  const log = logOf('token hunt', 'er22 and hunter2, not on\n');
  expect(text(log, ['hunter2', 'hunter22', 'on'])).toBe('token *** and ***, not on\n');
});

it('keeps eight megabytes and says how much more there was', () => {
  const megabyte = 'x'.repeat(1024 * 1024 - 1) + '\n';
  const kept = text(logOf(...Array<string>(9).fill(megabyte)));
  expect(kept.length).toBeLessThan(8 * 1024 * 1024 + 100);
  expect(kept).toMatch(/\n… 1048576 more bytes were not recorded\n$/);
});
