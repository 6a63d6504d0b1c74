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
  module: { type: 'commonjs' },
};

const VENDORED_REQUIRE = new RegExp(`\\brequire\\("(${VENDORED.join('|')})"\\)`, 'g');

/** What the compiled text depends on besides the source. */
export const COMPILER_KEY = JSON.stringify([version, OPTIONS, VENDORED, String(compile)]);

/**
 * TypeScript → CommonJS; `file` is for messages. Every import is lazy: a module is required at the first use of what
 * it exports, so a command loads what it needs (docs/decisions/002-vendored-dependencies.md). swc takes `true` for
 * packages only, and a list of specifiers for the rest.
 */
export function compile(text, file) {
  const lazy = [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, specifier]) => specifier);
  const module = { ...OPTIONS.module, lazy };
  return transformSync(text, { ...OPTIONS, module, filename: file }).code;
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
