#!/usr/bin/env node
/**
 * Builds packages/nx-docker-cache/dist.
 *   node tools/build.mjs           JavaScript in one file, vendored dependencies, schemas, templates; only what changed
 *   node tools/build.mjs --types   declarations as well
 *   node tools/build.mjs --pack    all of that, and the package as tmp/nx-docker-cache-<version>.tgz
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './lib/bundle.mjs';
import { compileForDist, COMPILER_KEY } from './lib/compile.mjs';
import { buildTypes } from './lib/declarations.mjs';
import { listFiles, readText, remove, sha256, writeIfChanged } from './lib/files.mjs';
import { pack } from './lib/pack.mjs';
import { distDir, root, srcDir, tmpDir } from './lib/paths.mjs';
import { vendor } from './lib/vendor.mjs';

const { values: flags } = parseArgs({ options: { types: { type: 'boolean' }, pack: { type: 'boolean' } } });
const started = performance.now();
const notes = [];

const { sources, assets } = readSources();
notes.push(...(await vendor(sources, join(distDir, 'vendor'))).map((name) => `vendor/${name}.js`));
const bundled = await bundle(compileAll(sources), distDir);
notes.push(...bundled.written, ...copyAll(assets));
if (flags.types || flags.pack) notes.push(...buildTypes(distDir));
notes.push(...removeStale());

const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${relative(root, distDir)}: ${notes.length === 0 ? 'up to date' : `${notes.length} files written or removed`} (${seconds} s)`,
);
if (flags.pack) console.log(relative(root, pack()));

/** Templates (`files/` folders) are copied as they are, TypeScript among them too; of declarations only a schema's. */
function readSources() {
  const files = listFiles(srcDir).filter(
    (file) => !/\.spec\.ts$|(^|\/)__fixtures__\/|(?<!\/schema)\.d\.ts$/.test(file),
  );
  const isSource = (file) => /(?<!\.d)\.ts$/.test(file) && !/(^|\/)files\//.test(file);
  return {
    sources: files.filter(isSource).map((file) => ({ file, text: readFileSync(join(srcDir, file), 'utf8') })),
    assets: files.filter((file) => !isSource(file)),
  };
}

/** Compiled text is kept in one file by the hash of its source, so only what changed is compiled. */
function compileAll(all) {
  const cachePath = join(tmpDir, 'build', 'compiled.json');
  const before = JSON.parse(readText(cachePath) ?? '{}');
  const after = {};
  const modules = new Map();
  for (const { file, text } of all) {
    const key = sha256(COMPILER_KEY, file, text);
    after[key] = before[key] ?? compileForDist(text, file);
    modules.set(file.replace(/\.ts$/, ''), after[key]);
  }
  writeIfChanged(cachePath, JSON.stringify(after));
  return modules;
}

function copyAll(all) {
  return all.filter((file) => writeIfChanged(join(distDir, file), readFileSync(join(srcDir, file))));
}

/** Removes what no source stands for any more. Declarations belong to `buildTypes`. */
function removeStale() {
  const expected = new Set([...assets, ...bundled.files]);
  const stale = listFiles(distDir).filter(
    (file) =>
      !expected.has(file) &&
      !file.startsWith('vendor/') &&
      !file.endsWith('.d.ts') &&
      !file.endsWith('.partial'),
  );
  for (const file of stale) remove(join(distDir, file));
  return stale;
}
