#!/usr/bin/env node
/**
 * Writes every schema.json and schema.d.ts from the zod schemas.
 *   node tools/generate-schema.mjs           writes what changed
 *   node tools/generate-schema.mjs --check   writes nothing; fails with a diff where a file is not what it should be
 * --package <folder>: the package whose files are written or checked, instead of ours
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readText, writeIfChanged } from './lib/files.mjs';
import { packageDir, root } from './lib/paths.mjs';
import { generateSchemas } from './lib/schemas.mjs';

const { values: flags } = parseArgs({
  options: { check: { type: 'boolean' }, package: { type: 'string', default: packageDir } },
});
const generated = await generateSchemas();
const files = generated.files.map(({ file, text }) => ({ path: join(resolve(flags.package), file), text }));

if (flags.check) {
  const drifted = files.filter(({ path, text }) => readText(path) !== text);
  for (const { path, text } of drifted) {
    console.log(`${relative(root, path)} is not what its zod schema says; run: npm run schema`);
    console.log(diff(path, text));
  }
  console.log(`${files.length} files, ${drifted.length} drifted`);
  process.exitCode = drifted.length > 0 ? 1 : 0;
} else {
  const written = files.filter(({ path, text }) => writeIfChanged(path, text));
  for (const { path } of written) console.log(relative(root, path));
  console.log(`${files.length} files, ${written.length} written`);
}
for (const from of generated.missing) console.log(`${from} is missing; tools/lib/schema-table.mjs names it`);
if (generated.missing.length > 0) process.exitCode = 1;

function diff(path, text) {
  const before = existsSync(path) ? path : '/dev/null';
  const args = ['diff', '--no-index', '--no-color', '--', before, '-'];
  return spawnSync('git', args, { cwd: root, input: text, encoding: 'utf8' }).stdout;
}
