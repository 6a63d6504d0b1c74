/**
 * Our own modules as one file, `dist/lib.js`, and a stub for each entry of the package. Finding and opening 150 small
 * files costs a task more than running them (docs/decisions/002-vendored-dependencies.md). Each module stays a function
 * that runs at its first `require`, so imports are as lazy as they were.
 */
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import { build } from 'esbuild';
import { writeIfChanged } from './files.mjs';

const LIB = 'lib.js';
const CLI = 'cli/main';

/** What package.json, executors.json and generators.json point at. */
const isEntry = (id) =>
  /^(index|cli\/main|executors\/[^/]+\/(executor|batch)|generators\/[^/]+\/generator)$/.test(id);

/**
 * @param modules CommonJS text by id, for instance `plan/index`; vendored packages required from `vendor/`
 * @returns files written, relative to `dir`, and all that belong there
 */
export async function bundle(modules, dir) {
  const entries = [...modules.keys()].filter(isEntry).sort();
  const files = [LIB, ...entries.map((id) => `${id}.js`)];
  const written = [];
  if (writeIfChanged(join(dir, LIB), await link(modules, entries))) written.push(LIB);
  const path = join(dir, LIB);
  delete createRequire(path).cache[path];
  const { load } = createRequire(path)(path);
  for (const id of entries) {
    const file = `${id}.js`;
    const text = id === CLI ? cliStub(id) : stub(id, Object.keys(load(id)));
    if (writeIfChanged(join(dir, file), text, id === CLI ? 0o755 : undefined)) written.push(file);
  }
  return { files, written };
}

async function link(modules, entries) {
  const table = entries.map((id) => `${JSON.stringify(id)}: () => require(${JSON.stringify(`./${id}`)}),`);
  const result = await build({
    stdin: {
      contents: `const entries = {\n${table.join('\n')}\n};\nexports.load = (id) => entries[id]();`,
      loader: 'js',
      sourcefile: 'entries.js',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    legalComments: 'none',
    minifySyntax: false,
    logLevel: 'error',
    banner: { js: '"use strict";\nconst folder = __dirname;' },
    plugins: [virtual(modules)],
  });
  return result.outputFiles[0].text;
}

/** Resolves among the modules in memory; what is not ours is required at run time. */
function virtual(modules) {
  return {
    name: 'virtual',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^.]/ }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path, external: true },
      );
      onResolve({ filter: /^\./ }, ({ path, importer, namespace }) => {
        const from = namespace === 'ours' ? posix.dirname(importer) : '.';
        const id = posix.join(from, path);
        if (id.startsWith('vendor/')) return { path: `./${id}`, external: true };
        const found = [id, `${id}/index`].find((name) => modules.has(name));
        if (found === undefined) throw new Error(`${importer} requires ${path}, which is no module of ours`);
        return { path: found, namespace: 'ours' };
      });
      onLoad({ filter: /.*/, namespace: 'ours' }, ({ path }) => ({
        contents: withFolder(path, modules.get(path)),
        loader: 'js',
      }));
    },
  };
}

/** A module that asks for its own folder gets the one that it had before. */
function withFolder(id, text) {
  const code = text.replace(/^#!.*\n/, '');
  if (!/\b__dirname\b/.test(code)) return code;
  return `var __dirname = require('node:path').join(folder, ${JSON.stringify(posix.dirname(id))});\n${code}`;
}

function cliStub(id) {
  return `#!/usr/bin/env node\nrequire(${JSON.stringify(up(id))}).load(${JSON.stringify(id)});\n`;
}

/** The line after the first tells `import` which names there are, without running anything. */
function stub(id, names) {
  const hint = names.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name)).map((name) => `${name}: null`);
  return [
    `module.exports = require(${JSON.stringify(up(id))}).load(${JSON.stringify(id)});`,
    `0 && (module.exports = { ${hint.join(', ')} });`,
    '',
  ].join('\n');
}

function up(id) {
  const path = posix.relative(posix.dirname(id), LIB);
  return path.startsWith('.') ? path : `./${path}`;
}
