import { cp, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, tmpDir } from '../lib/paths.mjs';
import { install } from '../test.d/install.mjs';
import { run } from './exec.mjs';
import { say } from './screen.mjs';

/** Configuration under which a build is never skipped, to see what the layer cache alone does. */
export const LAYERS_ONLY = 'layers-only';

const LEFT_OUT = /(^|\/)(node_modules|dist|\.nx|\.nx-docker-cache)(\/|$)/;

/** The package as a tarball, made of the sources as they are. @returns its path */
export async function packPlugin() {
  say('the repository: npm packages, build, tarball');
  const { failed, note } = await install();
  if (failed) throw new Error(`${note}; its output is above`);
  await run(process.execPath, ['tools/build.mjs', '--pack'], { cwd: root });
  const { name, version } = JSON.parse(await readFile(join(root, 'packages/nx-docker-cache/package.json')));
  return join(tmpDir, `${name}-${version}.tgz`);
}

/**
 * The example as a git repository of its own, with the plugin installed and a registry of its own named.
 * @returns the folder that holds it and will hold the agents' checkouts, and the repository in it
 */
export async function makeWorkspace(tarball, registry) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nx-docker-cache-demo-')));
  const origin = join(folder, 'origin');
  await cp(join(root, 'examples/nx'), origin, {
    recursive: true,
    filter: (path) => !LEFT_OUT.test(path.slice(root.length)),
  });
  await nameRegistry(join(origin, 'nx.json'), registry);
  await git(origin, 'init', '--quiet', '--initial-branch=main');
  await commit(origin, 'The example');
  say('a copy of examples/nx as a git repository: npm install, with the tarball');
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', tarball], {
    cwd: origin,
  });
  return { folder, origin };
}

/** What a user writes once for all projects; and, for this story, a configuration. */
async function nameRegistry(path, registry) {
  const nx = JSON.parse(await readFile(path, 'utf8'));
  const plugin = nx.plugins.find((entry) => entry.plugin === 'nx-docker-cache');
  plugin.options = { ...plugin.options, registry };
  nx.targetDefaults['docker-build'] = { configurations: { [LAYERS_ONLY]: { skip: false } } };
  await writeFile(path, `${JSON.stringify(nx, undefined, 2)}\n`);
}

/**
 * A checkout of its own for an agent: files as git writes them, and node_modules as hard links, which saves
 * another npm install and shares no file that anything writes.
 */
export async function checkout({ folder, origin }, name, branch = 'main') {
  const path = join(folder, name);
  await run('git', ['clone', '--quiet', '--branch', branch, origin, path], { cwd: folder });
  await run('cp', ['-al', join(origin, 'node_modules'), path], { cwd: folder });
  return path;
}

/** Replaces a text in a file of the repository and commits it. */
export async function change(origin, file, from, to, message) {
  const path = join(origin, file);
  const text = await readFile(path, 'utf8');
  if (!text.includes(from))
    throw new Error(`Expected ${JSON.stringify(from)} in examples/nx/${file}; it is not there.`);
  await writeFile(path, text.replace(from, to));
  await commit(origin, message);
}

export const git = (cwd, ...args) => run('git', args, { cwd });

async function commit(origin, message) {
  await git(origin, 'add', '--all');
  const author = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com', '-c', 'commit.gpgsign=false'];
  await git(origin, ...author, 'commit', '--quiet', '--message', message);
}
