/** What users get: the tarball, installed into an empty folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun, run } from './support/process';

interface Collection {
  readonly executors?: Readonly<Record<string, Entry>>;
  readonly generators?: Readonly<Record<string, Entry>>;
}

interface Entry {
  readonly implementation?: string;
  readonly batchImplementation?: string;
  readonly factory?: string;
  readonly schema: string;
}

describe('the package', () => {
  let folder: string;
  let installed: string;
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'e2e-package-'));
    installed = join(folder, 'node_modules', 'nx-docker-cache');
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }\n');
    // offline: whatever it would download is missing then.
    const flags = ['--offline', '--no-audit', '--no-fund', '--no-package-lock', '--omit=peer'];
    await mustRun('npm', ['install', ...flags, process.env['NDC_TARBALL']!], { cwd: folder, env });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (file: string): string => readFileSync(join(installed, file), 'utf8');

  it('installs nothing but itself', () => {
    const packages = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages).toEqual(['nx-docker-cache']);
    expect(readdirSync(installed)).not.toContain('node_modules');
  });

  it('runs as a command', async () => {
    const command = join(folder, 'node_modules', '.bin', 'nx-docker-cache');
    const help = await run(command, ['--help'], { cwd: folder, env });
    expect(help).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringContaining('nx-docker-cache build'),
    });
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(await mustRun(command, ['--version'], { cwd: folder, env })).toBe(version);
    expect(statSync(join(installed, 'dist/cli/main.js')).mode & 0o111).not.toBe(0);
  });

  it('has every module that it names: each file of dist loads, down to its lazy imports', async () => {
    const modules = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.js') && file !== join('cli', 'main.js'),
    );
    expect(modules).toEqual(expect.arrayContaining(['index.js', 'lib.js']));
    const script = `
      const { readFileSync } = require('node:fs');
      const { dirname, join } = require('node:path');
      for (const file of ${JSON.stringify(modules)}) {
        const path = join(${JSON.stringify(join(installed, 'dist'))}, file);
        require(path);
        if (file.startsWith('vendor')) continue;
        for (const [, name] of readFileSync(path, 'utf8').matchAll(/\\brequire\\("([^"]+)"\\)/g)) {
          require(require.resolve(name, { paths: [dirname(path)] }));
        }
      }`;
    await mustRun(process.execPath, ['-e', script], { cwd: folder, env });
  });

  it('has what executors.json and generators.json name', () => {
    const require = createRequire(join(installed, 'package.json'));
    for (const file of ['executors.json', 'generators.json']) {
      const { executors, generators } = JSON.parse(read(file)) as Collection;
      for (const [name, entry] of Object.entries({ ...executors, ...generators })) {
        const code = [entry.implementation ?? entry.factory ?? '', entry.batchImplementation ?? []].flat();
        for (const one of code) {
          const [path, exported = 'default'] = one.split('#');
          expect({ name, type: typeof require(`./${path}`)[exported] }).toEqual({ name, type: 'function' });
        }
        // Options of executors are checked by ourselves, which names what was probably meant.
        const additionalProperties = file === 'executors.json';
        expect(JSON.parse(read(entry.schema))).toMatchObject({ type: 'object', additionalProperties });
      }
    }
  });

  it('says what is bundled, and under which licence', () => {
    const bundled = readdirSync(join(installed, 'dist/vendor')).filter((file) => file.endsWith('.js'));
    const licences = read('dist/vendor/LICENSES.txt');
    for (const file of bundled)
      expect(licences).toMatch(
        new RegExp(
          `^${file.slice(0, -3)} \\d+\\.\\d+\\.\\d+ \\((MIT|ISC|Apache-2\\.0|BlueOak-1\\.0\\.0)\\)$`,
          'm',
        ),
      );
    expect(read('LICENSE')).toContain('MIT License');
  });

  it('has no sources, specs or fakes in it', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /(^|\/)(src|test)(\/|$)|\.spec\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });
});
