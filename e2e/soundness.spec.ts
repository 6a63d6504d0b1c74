/**
 * BuildKit as the judge of our skips: random edits of random workspaces. `tools/soundness` does the same at length, and
 * docs/soundness.md says what that proves. NDC_SEED=<seed> makes others.
 */
import { join } from 'node:path';
import { describeWithEngine } from './support/engine';
import { REPOSITORY } from './support/paths';
import { run } from './support/process';
import { SEED } from './support/seed';

const EDITS = 200;
/** Less than a minute on a quiet machine; nothing here depends on how long it takes. */
const PATIENCE_MS = 900_000;

interface Result {
  readonly edits: number;
  readonly skipped: number;
  readonly built: number;
  readonly 'false skip': number;
  readonly 'false build': number;
  readonly 'false refusal': number;
  readonly unproven: number;
  readonly text: string;
}

describeWithEngine('what is decided from the content key alone', () => {
  const name = `is what BuildKit does, over ${EDITS} random edits (NDC_SEED=${SEED})`;
  it(
    name,
    async () => {
      const tool = join(REPOSITORY, 'tools/soundness');
      const args = ['--edits', String(EDITS), '--seed', String(SEED), '--agent', 'e2e-soundness', '--json'];
      const { stdout, stderr } = await run(tool, args, { env: process.env, timeoutMs: PATIENCE_MS });
      // Without a result the engine was lost or the tool failed: stderr says which.
      if (!stdout.startsWith('{')) throw new Error(stderr);
      const result = JSON.parse(stdout) as Result;
      const wrong = {
        'false skip': result['false skip'],
        'false refusal': result['false refusal'],
        unproven: result.unproven,
      };
      // Whole cases of what is wrong are on stderr.
      if (Object.values(wrong).some((count) => count > 0)) throw new Error(`${result.text}\n${stderr}`);
      expect(result.edits).toBeGreaterThanOrEqual(EDITS);
      // The edits were of both kinds, so that there was something to be wrong about.
      expect(result.skipped).toBeGreaterThan(EDITS / 20);
      expect(result.built).toBeGreaterThan(EDITS / 20);
      // 3 % is held over 2,000 edits; a sample of 200 varies.
      expect(result['false build']).toBeLessThanOrEqual(EDITS * 0.06);
    },
    PATIENCE_MS + 60_000,
  );
});
