import {
  appendFile,
  copyFile,
  cp,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineError } from './errors.mjs';
import { run } from './exec.mjs';

const ENTRYPOINT = `#!/bin/sh
set -e
# As in the official image: a flag, or a word that is no command, is meant for node.
if [ "\${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then
  set -- node "$@"
fi
exec "$@"
`;

/** What the result depends on beside the code here. @param {{npmrc: string}} npm */
export async function nodeInputs({ npmrc }) {
  return [npmrc, process.version, (await run('npm', ['--version'], { cwd: '/' })).stdout];
}

/**
 * Node, npm and yarn on top of a Debian: the machine's own node when it is the wanted major, else from npm.
 * @param {string} debian  root of the Debian below
 * @param {string} root  of the new layer
 * @param {string} major
 * @param {{npmrc: string}} npm
 * @returns {Promise<string>} node's version
 */
export async function makeNode(debian, root, major, { npmrc }) {
  const local = (path) => join(root, 'usr/local', path);
  for (const dir of ['bin', 'etc', 'lib/node_modules']) await mkdir(local(dir), { recursive: true });
  const temporary = await mkdtemp(join(tmpdir(), 'ndc-node-'));
  try {
    const node = await nodeBinary(major, temporary);
    await copyFile(node, local('bin/node'));
    await copyLibraries(node, debian, root);
    const { stdout: modules } = await run('npm', ['root', '--global'], { cwd: '/' });
    for (const name of ['npm', 'corepack']) {
      const from = join(modules.trim(), name);
      if (existsSync(from))
        await cp(await realpath(from), local(`lib/node_modules/${name}`), { recursive: true });
    }
    await unpackNpm('yarn@1', local('lib/node_modules/yarn'), temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  for (const name of ['npm', 'corepack', 'yarn']) await linkCommands(root, name);
  await symlink('node', local('bin/nodejs'));
  await writeFile(local('etc/npmrc'), npmrc);
  await writeFile(local('bin/docker-entrypoint.sh'), ENTRYPOINT);
  await chmod(local('bin/docker-entrypoint.sh'), 0o755);
  await addNodeUser(debian, root);
  return (await run(local('bin/node'), ['--version'])).stdout.trim().slice(1);
}

async function nodeBinary(major, temporary) {
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  const dir = join(temporary, 'node');
  await unpackNpm(`node-linux-${process.arch}@${major}`, dir, temporary);
  return join(dir, 'bin/node');
}

/** A package of the npm registry, unpacked and not installed. */
async function unpackNpm(spec, dir, temporary) {
  const { stdout } = await run('npm', ['pack', '--silent', spec], { cwd: temporary });
  await mkdir(dir, { recursive: true });
  await run('tar', [
    '-xzf',
    join(temporary, stdout.trim().split('\n').at(-1)),
    '--strip-components=1',
    '--no-same-owner',
    '-C',
    dir,
  ]);
}

/** A node that was built against shared libraries brings the ones that a minimal Debian lacks. */
async function copyLibraries(node, debian, root) {
  const { stdout } = await run('ldd', [node], { allowFailure: true });
  for (const [, path] of stdout.matchAll(/=> (\/\S+) /g)) {
    const there = [path, join('/usr', path)].some((known) => existsSync(join(debian, known)));
    if (there) continue;
    const to = join(root, 'usr/local/lib', path.split('/').at(-1));
    await mkdir(dirname(to), { recursive: true });
    await copyFile(path, to);
  }
}

async function linkCommands(root, name) {
  const dir = join(root, 'usr/local/lib/node_modules', name);
  const text = await readFile(join(dir, 'package.json'), 'utf8').catch(() => undefined);
  if (!text) return;
  const { bin = {} } = JSON.parse(text);
  for (const [command, file] of Object.entries(bin)) {
    // corepack's package also names the commands that only `corepack enable` puts in place.
    if (name === 'corepack' && command !== 'corepack') continue;
    await chmod(join(dir, file), 0o755);
    await symlink(join('../lib/node_modules', name, file), join(root, 'usr/local/bin', command));
  }
}

/** The official image has a user `node`, and Dockerfiles rely on it. */
async function addNodeUser(debian, root) {
  await mkdir(join(root, 'home/node'), { recursive: true });
  await mkdir(join(root, 'etc'), { recursive: true });
  const lines = {
    passwd: 'node:x:1000:1000::/home/node:/bin/bash\n',
    group: 'node:x:1000:\n',
    shadow: 'node:!:19000:0:99999:7:::\n',
  };
  for (const [file, line] of Object.entries(lines)) {
    const [from, to] = [join(debian, 'etc', file), join(root, 'etc', file)];
    await copyFile(from, to);
    await appendFile(to, line);
    const { uid, gid, mode } = await stat(from);
    await chown(to, uid, gid);
    await chmod(to, mode);
  }
  await chown(join(root, 'home/node'), 1000, 1000);
  if (!existsSync(join(debian, 'bin/bash')))
    throw new EngineError('ENGINE_NO_BASH', 'Expected bash in the Debian base; it has none.');
}
