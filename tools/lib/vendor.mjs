/**
 * The runtime dependencies, each as one CommonJS file of what our sources use of it, with their licences.
 * Why: docs/decisions/002-vendored-dependencies.md
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, version as esbuildVersion } from 'esbuild';
import { VENDORED } from './compile.mjs';
import { listFiles, readText, remove, sha256, writeIfChanged } from './files.mjs';
import { licences } from './licences.mjs';
import { root } from './paths.mjs';
import { usedExports } from './used-exports.mjs';

/** zod's `z` holds everything that zod exports, its fifty locales too. */
const NAMESPACES = { zod: 'z' };

/** env-ci asks git where there is no CI service. The source adapter asks git itself, so the answer is "no git here". */
const REPLACED = {
  'env-ci': { execa: "export const execaSync = () => { throw new Error('git is not asked from here'); };" },
};

const BANNER = `/* Bundled from npm packages; their licences are in LICENSES.txt. */
const importMetaUrl = require('node:url').pathToFileURL(__filename).href;`;

/**
 * @param sources `{file, text}` of every source that is shipped
 * @returns names of what was bundled anew; none where `dir` is up to date
 */
export async function vendor(sources, dir) {
  const packages = VENDORED.map((name) => ({ name, namespace: NAMESPACES[name] }));
  const used = usedExports(sources, packages);
  const entries = packages
    .map(({ name, namespace }) => ({ name, text: entryOf(name, namespace, used.get(name)) }))
    .filter(({ text }) => text !== '');
  const key = keyOf(entries);
  const licencePath = join(dir, 'LICENSES.txt');
  if (readText(licencePath)?.endsWith(`${key}\n`)) return [];

  remove(licencePath);
  const inputs = new Set();
  for (const { name, text } of entries) {
    const result = await bundle(name, text);
    for (const input of result.inputs) inputs.add(input);
    writeIfChanged(join(dir, `${name}.js`), result.code);
  }
  for (const { name } of entries) checkLoads(join(dir, `${name}.js`), used.get(name), NAMESPACES[name]);
  const unused = listFiles(dir).filter((file) => !entries.some(({ name }) => file === `${name}.js`));
  for (const file of unused) remove(join(dir, file));
  writeIfChanged(licencePath, `${licences(inputs)}\n${key}\n`);
  return entries.map(({ name }) => name);
}

/** ESM that exports what is used by name, so that the bundler can leave out the rest. */
function entryOf(name, namespace, { names, members, wholes }) {
  const from = `from ${JSON.stringify(name)};`;
  if (wholes.size > 0) return `export * ${from}${names.has('default') ? ` export { default } ${from}` : ''}`;
  const lines = [...names]
    .filter((used) => used !== namespace)
    .sort()
    .map((used) => `export { ${used} } ${from}`);
  if (names.has(namespace)) {
    const sorted = [...members].sort();
    lines.push(`import { ${sorted.map((member) => `${member} as $${member}`).join(', ')} } ${from}`);
    lines.push(
      `export const ${namespace} = { ${sorted.map((member) => `${member}: $${member}`).join(', ')} };`,
    );
  }
  return lines.join('\n');
}

async function bundle(name, contents) {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'js', sourcefile: `${name}.entry.js` },
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
    plugins: [replaced(name)],
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: BANNER },
  });
  return { code: result.outputFiles[0].text, inputs: Object.keys(result.metafile.inputs) };
}

/** @throws Error where the bundle does not load, or lacks what the sources use */
function checkLoads(path, { names, members }, namespace) {
  const loaded = createRequire(path)(path);
  const lacking = [...names].filter((name) => loaded[name] === undefined);
  if (namespace) lacking.push(...[...members].filter((member) => loaded[namespace]?.[member] === undefined));
  if (lacking.length > 0) throw new Error(`${path} has no ${lacking.join(', ')}`);
}

/** Packages that a vendored one imports, and what takes their place. */
function replaced(name) {
  const texts = REPLACED[name] ?? {};
  return {
    name: 'replaced',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^.]/ }, ({ path }) =>
        path in texts ? { path, namespace: 'replaced' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path }) => ({
        contents: texts[path],
        loader: 'js',
      }));
    },
  };
}

function keyOf(entries) {
  const own = ['vendor.mjs', 'used-exports.mjs', 'licences.mjs'].map((file) =>
    readFileSync(new URL(file, import.meta.url), 'utf8'),
  );
  return sha256(
    esbuildVersion,
    ...own,
    readText(join(root, 'package-lock.json')) ?? '',
    JSON.stringify(entries),
  );
}
