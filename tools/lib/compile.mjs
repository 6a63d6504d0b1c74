/** One TypeScript source → one CommonJS file. Used by the build, and by tools that load sources as they are. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { transformSync, version } from '@swc/core';
import { PACKAGES } from './rooms-table.mjs';

/** Packages that `dist/vendor` holds; `dist` never requires them by name. */
export const VENDORED = Object.keys(PACKAGES).filter((name) => !PACKAGES[name].peer);

const OPTIONS = {
  swcrc: false,
  sourceMaps: false,
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  // lazy: a package is required at its first use, not at the start (docs/decisions/002-vendored-dependencies.md).
  module: { type: 'commonjs', lazy: true },
};

const VENDORED_REQUIRE = new RegExp(`\\brequire\\("(${VENDORED.join('|')})"\\)`, 'g');

/** What the compiled text depends on besides the source. */
export const COMPILER_KEY = JSON.stringify([version, OPTIONS, VENDORED]);

/** TypeScript → CommonJS; `file` is for messages. */
export function compile(text, file) {
  return transformSync(text, { ...OPTIONS, filename: file }).code;
}

/** As `compile`, with the vendored packages required from `dist/vendor`; `file` is relative to the source folder. */
export function compileForDist(text, file) {
  const up = posix.relative(posix.dirname(file), 'vendor');
  const folder = up.startsWith('.') ? up : `./${up}`;
  return compile(text, file).replaceAll(VENDORED_REQUIRE, (_, name) => `require("${folder}/${name}.js")`);
}

/** A `require` that takes TypeScript files as well. */
export function requireSources(from) {
  const require = createRequire(from);
  require.extensions['.ts'] = (module, path) =>
    module._compile(compile(readFileSync(path, 'utf8'), path), path);
  return require;
}
