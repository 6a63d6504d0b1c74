import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNode } from './install.mjs';
import { closingLine, exitCode, result, table } from './summary.mjs';

const PASSED = result({ name: 'unit', passed: 12, seconds: 3.21 });
const FAILED = result({ name: 'lint', failed: 1, note: 'see above' });
const SKIPPED = result({ name: 'e2e', skipped: 4 });

test('the closing line counts test cases over all steps', () => {
  assert.equal(closingLine([PASSED, FAILED, SKIPPED]).trim(), '12 passed, 1 failed, 4 skipped');
});

test('a run fails where something failed, or nothing was run', () => {
  assert.equal(exitCode([PASSED], true), 0);
  assert.equal(exitCode([PASSED, FAILED], false), 1);
  assert.equal(exitCode([], false), 1);
  assert.equal(exitCode([SKIPPED], false), 1);
});

test('what is skipped fails a run in CI only', () => {
  assert.equal(exitCode([PASSED, SKIPPED], false), 0);
  assert.equal(exitCode([PASSED, SKIPPED], true), 1);
});

test('the table has a row a step, numbers to the right', () => {
  assert.deepEqual(table([PASSED, FAILED]).split('\n'), [
    'step          passed  failed  skipped  seconds',
    'unit  passed      12       0        0      3.2',
    'lint  FAILED       0       1        0      0.0  see above',
  ]);
});

test('an old node is refused with what to do', () => {
  assert.doesNotThrow(() => checkNode('20.19.0'));
  assert.doesNotThrow(() => checkNode('24.0.0'));
  assert.throws(() => checkNode('20.18.3'), /Expected node >= 20\.19; found 20\.18\.3\. Install/);
});
