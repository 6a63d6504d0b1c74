import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TurboRunner } from './turbo-runner';

const BUILDS = [
  { project: '@acme/api', target: 'docker-build', root: 'apps/api' },
  { project: 'site', target: 'docker-build', root: 'apps/web' },
];

describe('TurboRunner', () => {
  let root: string;
  const path = process.env['PATH'];

  /** A turbo of some version that does what a script says. */
  const install = (version: string, script: string): void => {
    const folder = join(root, 'node_modules', 'turbo');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ version, bin: { turbo: './bin/turbo' } }));
    writeFileSync(join(folder, 'bin', 'turbo'), script);
  };
  const ask = (head?: string) => new TurboRunner(root).affected({ base: 'abc', head }, BUILDS);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'turbo-runner-'));
  });
  afterEach(() => {
    process.env['PATH'] = path;
    rmSync(root, { recursive: true, force: true });
  });

  it('asks for the range, and knows packages by their folders', async () => {
    install(
      '2.3.0',
      `const { TURBO_SCM_BASE: base, TURBO_SCM_HEAD: head } = process.env;
       console.log('WARNING experimental');
       const asked = process.argv.slice(2).join(' ') === 'ls --affected --output=json' && base === 'abc';
       const items = asked ? [{ name: 'web', path: head === '' ? 'apps/web' : 'apps/api' }] : [];
       console.log(JSON.stringify({ packageManager: 'npm', packages: { count: 1, items } }));`,
    );
    expect(await ask()).toEqual([BUILDS[1]]);
    expect(await ask('def')).toEqual([BUILDS[0]]);
  });

  it('takes one of the PATH where the workspace has none', async () => {
    const file = join(root, 'turbo');
    writeFileSync(
      file,
      `#!/bin/sh\n[ "$1" = --version ] && echo 2.11.11 || echo '{"packages":{"items":[{"name":"a","path":"apps/api"}]}}'\n`,
    );
    chmodSync(file, 0o755);
    process.env['PATH'] = `${root}:${path}`;
    expect(await ask()).toEqual([BUILDS[0]]);
  });

  it('refuses where there is none, and one that is too old, by its version', async () => {
    process.env['PATH'] = root;
    await expect(ask()).rejects.toMatchObject({ code: 'NO_RUNNER', found: 'neither' });
    install('2.0.14', '');
    await expect(ask()).rejects.toMatchObject({ code: 'UNSUPPORTED', found: 'turbo 2.0.14' });
    install('1.13.4', '');
    await expect(ask()).rejects.toMatchObject({ code: 'UNSUPPORTED', expected: 'turbo 2.1 or later' });
  });

  it('tells what turbo said where it fails, or answers something else', async () => {
    install('2.11.11', `console.error('x no package manager'); process.exit(1);`);
    const found = expect.stringContaining('x no package manager');
    await expect(ask()).rejects.toMatchObject({ code: 'RUNNER_FAILED', found });
    install('2.11.11', `console.log('{"packages":[]}')`);
    await expect(ask()).rejects.toMatchObject({ code: 'RUNNER_FAILED' });
  });
});
