import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageDir, root, tmpDir } from './paths.mjs';

/** Packs the package into `tmp/`. @returns the tarball's path */
export function pack() {
  const readme = join(packageDir, 'README.md');
  const borrowed = !existsSync(readme) && existsSync(join(root, 'README.md'));
  if (borrowed) copyFileSync(join(root, 'README.md'), readme);
  copyFileSync(join(root, 'LICENSE'), join(packageDir, 'LICENSE'));
  mkdirSync(tmpDir, { recursive: true });
  try {
    const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', tmpDir], {
      cwd: packageDir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: process.platform === 'win32',
    });
    return join(tmpDir, nameOf(JSON.parse(output)));
  } finally {
    if (borrowed) rmSync(readme, { force: true });
  }
}

/** npm 12 prints an object by package name, earlier versions a list. */
function nameOf(report) {
  const [{ filename }] = Array.isArray(report) ? report : Object.values(report);
  return filename;
}
