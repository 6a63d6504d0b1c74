import { STATE_FOLDER } from '../plan/state';

/** The text with a line that keeps receipts and the local cache out of the repository; undefined where it has one. */
export function withStateFolder(text: string): string | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, '').replace(/\/$/, ''));
  if (lines.includes(STATE_FOLDER)) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text === '' || text.endsWith('\n') ? text : `${text}${newline}`;
  return `${before}${STATE_FOLDER}${newline}`;
}
