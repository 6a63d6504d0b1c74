/** Declarations of what `index.ts` exports. The others stay out of the package: `exports` hides them anyway. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { createRequire } from 'node:module';
import ts from 'typescript';
import { VENDORED } from './compile.mjs';
import { listFiles, remove, writeIfChanged } from './files.mjs';
import { packageDir, root, srcDir, tmpDir } from './paths.mjs';

/**
 * @returns files written or removed
 * @throws Error where the sources cannot be read, or a public type needs a vendored package's types
 */
export function buildTypes(dir) {
  const emitted = join(tmpDir, 'build', 'types');
  runTsc(emitted);
  const wanted = reachable(emitted, 'index.d.ts');
  const written = wanted
    .filter(({ file, text }) => writeIfChanged(join(dir, file), text))
    .map(({ file }) => file);
  const expected = new Set(wanted.map(({ file }) => file));
  const stale = listFiles(dir).filter(
    (file) => file.endsWith('.d.ts') && !expected.has(file) && !isAsset(file),
  );
  for (const file of stale) remove(join(dir, file));
  return [...written, ...stale];
}

/** Types are not checked here: `npm run typecheck` does it, and a tarball to try things on need not wait for it. */
function runTsc(outDir) {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const args = [
    '-p',
    join(packageDir, 'tsconfig.json'),
    '--outDir',
    outDir,
    '--noCheck',
    '--incremental',
    '--tsBuildInfoFile',
    join(outDir, '..', 'types.tsbuildinfo'),
  ];
  if (!existsSync(join(outDir, 'index.d.ts'))) remove(join(outDir, '..', 'types.tsbuildinfo'));
  try {
    execFileSync(process.execPath, [tsc, ...args], { cwd: root, stdio: 'inherit' });
  } catch {
    throw new Error('the declarations were not written: see what tsc says above');
  }
}

function reachable(dir, entry) {
  const found = new Map();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    const text = readFileSync(existsSync(join(dir, file)) ? join(dir, file) : join(srcDir, file), 'utf8');
    found.set(file, text);
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (fileName.startsWith('.')) queue.push(resolve(dir, posix.join(posix.dirname(file), fileName)));
      else if (VENDORED.includes(fileName)) {
        throw new Error(
          `${file}: a public type needs ${fileName}, which users do not have; export a type of our own`,
        );
      }
    }
  }
  return [...found].map(([file, text]) => ({ file, text }));
}

function resolve(dir, path) {
  const tries = [`${path}.d.ts`, `${path}/index.d.ts`];
  const hit = tries.find((file) => existsSync(join(dir, file)) || existsSync(join(srcDir, file)));
  if (hit === undefined) throw new Error(`${path}: no declaration was written`);
  return hit;
}

/** `schema.d.ts` beside a schema is copied from the sources. */
function isAsset(file) {
  return existsSync(join(srcDir, file));
}
