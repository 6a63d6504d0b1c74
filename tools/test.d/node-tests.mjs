import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './exec.mjs';
import { reports, root } from './paths.mjs';

/** Tests of the tools, in node's own runner since they are ESM; counted from its TAP report. */
export async function nodeTests() {
  const files = readdirSync(join(root, 'tools'), { recursive: true }).filter((file) =>
    file.endsWith('.test.mjs'),
  );
  if (files.length === 0) return { failed: 1, note: 'no test was found' };
  mkdirSync(reports, { recursive: true });
  const report = join(reports, 'tools.tap');
  const reporters = [
    '--test-reporter=dot',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ];
  const code = await run(process.execPath, [
    '--test',
    ...reporters,
    ...files.map((file) => join('tools', file)),
  ]);
  const tap = readFileSync(report, 'utf8');
  const counted = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  const failed = counted('fail') + counted('cancelled');
  if (failed > 0) console.log(tap);
  return {
    passed: counted('pass'),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: counted('skipped') + counted('todo'),
  };
}
