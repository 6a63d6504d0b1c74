/** Counts and their text. A step that is no test run counts as one. */

export function result({ name, passed = 0, failed = 0, skipped = 0, seconds = 0, note = '' }) {
  const verdict = failed > 0 ? 'FAILED' : passed > 0 ? 'passed' : 'skipped';
  return { name, passed, failed, skipped, seconds, note, verdict };
}

export function heading(text) {
  return `\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`;
}

export function table(results) {
  const rows = results.map(({ name, verdict, passed, failed, skipped, seconds, note }) => [
    name,
    verdict,
    ...[passed, failed, skipped].map(String),
    seconds.toFixed(1),
    note,
  ]);
  const all = [['step', '', 'passed', 'failed', 'skipped', 'seconds', ''], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const pad = (cell, column) =>
    /^[\d.]+$/.test(cell) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
  return all.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** The last line of every run, for people and for what reads logs. */
export function closingLine(results) {
  const sum = (count) => results.reduce((total, one) => total + one[count], 0);
  return `\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`;
}

/** Nothing run is a failure everywhere; something skipped is one in CI. */
export function exitCode(results, ci) {
  const some = (count) => results.some((one) => one[count] > 0);
  if (some('failed') || !some('passed')) return 1;
  return ci && some('skipped') ? 1 : 0;
}
