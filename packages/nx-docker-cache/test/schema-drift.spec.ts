import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../../tools/generate-schema.mjs');

function check(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--check', ...args], {
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}`.trim() };
}

describe('schema.json and schema.d.ts', () => {
  it('are what the zod schemas say', () => {
    const { status, output } = check();
    expect(output).toMatch(/^\d+ files, 0 drifted$/);
    expect(status).toBe(0);
  });

  it('are reported where they drift', () => {
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    try {
      const { status, output } = check('--package', folder);
      expect(output).toContain(
        'executors/build/schema.json is not what its zod schema says; run: npm run schema',
      );
      expect(output).toContain('+  "title": "Build executor",');
      expect(status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
