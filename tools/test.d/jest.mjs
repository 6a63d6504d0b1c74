import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './exec.mjs';
import { bin, reports } from './paths.mjs';

/** Runs jest and counts test cases from its report. */
export async function jest(name, args, env) {
  const report = join(reports, `${name}.json`);
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  const code = await run(
    process.execPath,
    [bin('jest/bin/jest.js'), ...args, '--json', `--outputFile=${report}`],
    env,
  );
  return count(readReport(report), code);
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A file that did not even load holds tests that did not pass: it counts as one failure. */
function count(report, code) {
  if (report === undefined) return { failed: 1, note: `jest ended with ${code} and wrote no report` };
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  if (counts.passed + counts.failed + counts.skipped === 0) return { failed: 1, note: 'no test was run' };
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, note: `jest ended with ${code}` };
  return counts;
}
