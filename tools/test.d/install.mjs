import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './exec.mjs';
import { root } from './paths.mjs';

const NEEDED = [20, 19];

/** @throws Error where node is too old for ESM dependencies that CommonJS requires */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  throw new Error(
    `Expected node >= ${NEEDED.join('.')}; found ${version}. Install a newer node and run again.`,
  );
}

/** `npm ci`, unless what is installed is what the lockfile says. */
export async function install() {
  const reason = difference();
  if (reason === undefined) return { passed: 1, note: 'as the lockfile says' };
  console.log(`npm ci: ${reason}`);
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  return code === 0 ? { passed: 1 } : { failed: 1, note: 'npm ci failed' };
}

/** npm keeps a lockfile of what it installed; packages of other platforms are missing there. */
function difference() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) return 'there is no package-lock.json';
  if (installed === undefined) return 'nothing is installed';
  const other = Object.entries(wanted)
    .filter(([path]) => path.startsWith('node_modules/'))
    .find(([path, { version, optional }]) =>
      installed[path] === undefined ? !optional : installed[path].version !== version,
    );
  return other && `${other[0]} is not what the lockfile says`;
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
