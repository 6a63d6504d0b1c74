/**
 * A history of a monorepo, commit by commit: what stands in the registry after a build of all is what a full rebuild
 * makes, skipped or not. `tools/replay` does the same at length; NDC_SEED=<seed> is another history.
 */
import { join } from 'node:path';
import { describeWithEngine } from './support/engine';
import { REPOSITORY } from './support/paths';
import { run } from './support/process';
import { SEED } from './support/seed';

/** Half a minute on a quiet machine; nothing here depends on how long it takes. */
const PATIENCE_MS = 600_000;

interface Result {
  readonly commits: number;
  readonly builds: number;
  readonly built: number;
  readonly skipped: number;
  readonly failed: number;
  readonly wrong: number;
  readonly missed: number;
  readonly text: string;
}

describeWithEngine('images of a history of commits', () => {
  it(
    `are what a full rebuild makes (NDC_SEED=${SEED})`,
    async () => {
      const args = [
        '--projects',
        '10',
        '--commits',
        '6',
        '--seed',
        String(SEED),
        '--name',
        'e2e-replay',
        '--json',
      ];
      const { stdout, stderr } = await run(join(REPOSITORY, 'tools/replay'), args, {
        env: process.env,
        timeoutMs: PATIENCE_MS,
      });
      if (!stdout.startsWith('{')) throw new Error(stderr);
      const { text, ...result } = JSON.parse(stdout) as Result;
      if (result.wrong + result.failed + result.missed > 0) throw new Error(`${text}\n${stderr}`);
      expect(result.commits).toBe(7);
      // Of both kinds, so that there was something to be wrong about.
      expect(result.skipped).toBeGreaterThan(0);
      expect(result.built).toBeGreaterThanOrEqual(10);
    },
    PATIENCE_MS + 60_000,
  );
});
