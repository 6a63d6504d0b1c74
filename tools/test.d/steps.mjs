/**
 * What is run, in this order.
 * needs: steps without whose success this one makes no sense · wants: steps that make it check more
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from './exec.mjs';
import { install } from './install.mjs';
import { jest } from './jest.mjs';
import { nodeTests } from './node-tests.mjs';
import { bin, root } from './paths.mjs';

const tsc = bin('typescript/bin/tsc');
const eslint = bin('eslint/bin/eslint.js');
const prettier = bin('prettier/bin/prettier.cjs');

export const STEPS = [
  { name: 'install', what: 'npm ci, where the lockfile asks for it', run: install },
  {
    name: 'build',
    what: 'dist, its declarations and the tarball',
    needs: ['install'],
    run: program('tools/build.mjs', '--pack'),
  },
  {
    name: 'typecheck',
    what: 'tsc over sources, specs and e2e',
    needs: ['install'],
    run: program(tsc, '-p', 'tsconfig.json', '--noEmit'),
  },
  { name: 'lint', what: 'eslint', needs: ['install'], run: program(eslint, '.', '--max-warnings=0') },
  {
    name: 'format',
    what: 'prettier',
    needs: ['install'],
    run: program(prettier, '--check', '--log-level=warn', '.'),
  },
  { name: 'rooms', what: 'who may import whom', needs: ['install'], run: program('tools/check-rooms.mjs') },
  {
    name: 'schema',
    what: 'generated schemas are what their sources say',
    needs: ['install'],
    run: program('tools/generate-schema.mjs', '--check'),
  },
  { name: 'tools', what: "the tools' own tests", needs: ['install'], run: nodeTests },
  { name: 'engine', what: 'an engine and registries for the steps below', run: engineUp },
  {
    name: 'unit',
    what: 'unit specs, and contract specs against the engine',
    needs: ['install'],
    wants: ['engine'],
    run: ({ engine, forwarded }) =>
      jest('unit', ['--config', 'packages/nx-docker-cache/jest.config.cjs', ...forwarded], engine.variables),
  },
  {
    name: 'e2e',
    what: 'the packed package in real workspaces, with a real engine',
    needs: ['install', 'build'],
    wants: ['engine'],
    run: ({ engine, forwarded }) =>
      jest('e2e', ['--config', 'e2e/jest.config.cjs', ...forwarded], {
        ...engine.variables,
        NDC_TARBALL: tarball(),
      }),
  },
];

function tarball() {
  const { version } = JSON.parse(readFileSync(join(root, 'packages/nx-docker-cache/package.json'), 'utf8'));
  return join(root, 'tmp', `nx-docker-cache-${version}.tgz`);
}

async function engineUp({ engine, ci }) {
  const state = await engine.up();
  if (state === 'up') return { passed: 1 };
  const note = 'no engine: see the message of tools/engine';
  return state === 'unavailable' && !ci ? { skipped: 1, note } : { failed: 1, note };
}
