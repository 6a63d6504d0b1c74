import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SCRIPT = join(__dirname, '../../../tools/check-rooms.mjs');

type Files = Record<string, string>;

/** What is refused: its name, sources, and the line that says so. */
const REFUSED: readonly (readonly [string, Files, string])[] = [
  [
    'a room that is not listed',
    { 'plan/a.ts': "import { b } from '../run/b';", 'run/b.ts': 'export const b = 1;' },
    'plan/a.ts:1  plan may import model, errors, dockerfile; not run (run/b.ts)',
  ],
  [
    'import type',
    { 'model/a.ts': "\nimport type { B } from '../plan/b';", 'plan/b.ts': 'export type B = 1;' },
    'model/a.ts:2  model may import errors; not plan (plan/b.ts)',
  ],
  [
    'export from',
    { 'ports/a.ts': "export * from '../errors';", 'errors.ts': '' },
    'ports/a.ts:1  ports may import model; not errors (errors.ts)',
  ],
  [
    'import()',
    { 'cli/a.ts': "export const load = () => import('../registry/b');", 'registry/b.ts': '' },
    'cli/a.ts:1  cli may import pipeline, adapters/compose, options, report, ports, model, errors; not registry (registry/b.ts)',
  ],
  [
    'require()',
    { 'report/a.ts': "const b = require('../plan');", 'plan/index.ts': '' },
    'report/a.ts:1  report may import model; not plan (plan/index.ts)',
  ],
  [
    'import types',
    { 'report/a.ts': "export type A = import('../plan').B;", 'plan/index.ts': '' },
    'report/a.ts:1  report may import model; not plan (plan/index.ts)',
  ],
  [
    'a file of a room of which another file is allowed',
    { 'cli/a.ts': "import '../adapters/exec';", 'adapters/exec.ts': '' },
    'cli/a.ts:1  cli may import pipeline, adapters/compose, options, report, ports, model, errors; not adapters (adapters/exec.ts)',
  ],
  ['a folder that is no room', { 'utils/a.ts': '' }, 'utils/a.ts:1  utils is no room of the table'],
  [
    'a spec',
    { 'plan/a.ts': "import './b.spec';", 'plan/b.spec.ts': '' },
    'plan/a.ts:1  ./b.spec is a spec; sources import none',
  ],
  [
    'a file outside the sources',
    { 'plan/a.ts': "import '../../test/fake';" },
    'plan/a.ts:1  ../../test/fake is outside src; sources import sources only',
  ],
  ['a file that is not there', { 'plan/a.ts': "import './b';" }, 'plan/a.ts:1  ./b is no source file'],
  [
    'a computed import',
    { 'cli/a.ts': 'export const load = (name: string) => import(name);' },
    'cli/a.ts:1  an import names its module as a plain string',
  ],
  [
    'a package in the wrong room',
    { 'plan/a.ts': "import { execa } from 'execa';" },
    'plan/a.ts:1  plan may not import execa; adapters may',
  ],
  [
    'a package of which types are allowed',
    { 'executors/a.ts': "import { logger } from '@nx/devkit';" },
    'executors/a.ts:1  executors may import types of @nx/devkit only (import type)',
  ],
  [
    'a package that a workspace may not have',
    { 'generators/a.ts': "import { getProjects } from '@nx/devkit';" },
    'generators/a.ts:1  generators may import types of @nx/devkit only (import type)',
  ],
  [
    'a part of a package',
    { 'graph/a.ts': "import '@nx/devkit/internal';" },
    'graph/a.ts:1  @nx/devkit/internal is no package of the table in tools/lib/rooms-table.mjs',
  ],
  [
    'a module of node',
    { 'run/a.ts': "import { readFileSync } from 'node:fs';" },
    'run/a.ts:1  run may not import node:fs; adapters, cli may',
  ],
  [
    'a module of node without node:',
    { 'cli/a.ts': "import { join } from 'path';" },
    'cli/a.ts:1  write node:path',
  ],
  [
    'the part of a module that touches the machine',
    { 'plan/a.ts': "import { posix, resolve } from 'node:path';" },
    'plan/a.ts:1  plan may take posix of node:path; not resolve',
  ],
  [
    'removing in a graph plugin',
    { 'graph/a.ts': "import { rmSync } from 'node:fs';" },
    'graph/a.ts:1  graph may take existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, statSync, lstatSync, writeFileSync, Dirent, Stats of node:fs; not rmSync',
  ],
  [
    'a whole module where names are listed',
    { 'graph/a.ts': "import * as fs from 'node:fs';" },
    'graph/a.ts:1  graph may take existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, statSync, lstatSync, writeFileSync, Dirent, Stats of node:fs; not all of it',
  ],
  [
    'a cycle',
    { 'plan/a.ts': "import './b';", 'plan/b.ts': "\nimport './c';", 'plan/c.ts': "export * from './a';" },
    'plan/a.ts:1  import cycle: plan/a.ts → plan/b.ts → plan/c.ts → plan/a.ts',
  ],
];

const ALLOWED: Files = {
  'errors.ts': '',
  'model/a.ts': "import '../errors';\nimport type { B } from './b';",
  'model/b.ts': "import { type A } from './a';",
  'cli/main.ts': "import '../adapters/compose';\nimport { join } from 'node:path';",
  'adapters/compose.ts': "import './exec';",
  'adapters/exec.ts': "import { execa } from 'execa';",
  'executors/build/executor.ts': "import type { ExecutorContext } from '@nx/devkit';",
  'plan/a.spec.ts': "import '../adapters/exec';",
  'generators/init/files/a.ts': "import 'anything';",
};

/** One process for many folders, since each start costs half a second. */
function checkRooms(cwd: string, ...folders: string[]): { status: number | null; lines: string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...folders], {
    cwd,
    encoding: 'utf8',
  });
  return { status, lines: `${stdout}${stderr}`.trim().split('\n') };
}

describe('the import table', () => {
  let folder: string;
  let refused: ReturnType<typeof checkRooms>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rooms-'));
    REFUSED.forEach(([, files], index) => write(String(index), files));
    refused = checkRooms(folder, ...REFUSED.map((_, index) => String(index)));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function write(into: string, files: Files): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, into, file)), { recursive: true });
      writeFileSync(join(folder, into, file), text);
    }
  }

  it('is kept by the sources', () => {
    const { status, lines } = checkRooms(join(__dirname, '..'));
    expect(lines).toEqual([expect.stringMatching(/^src: [1-9]\d* files, 0 violations$/)]);
    expect(status).toBe(0);
  });

  it.each(REFUSED.map(([name, , line], index) => ({ name, line, index })))(
    'refuses $name',
    ({ line, index }) => {
      const own = refused.lines.filter(
        (text) => text.startsWith(`${index}/`) || text.startsWith(`${index}:`),
      );
      expect(own).toEqual([`${index}/${line}`, expect.stringMatching(/: \d files, 1 violations$/)]);
      expect(refused.status).toBe(1);
    },
  );

  it('allows what is listed, types in a circle, specs and templates', () => {
    write('allowed', ALLOWED);
    expect(checkRooms(folder, 'allowed')).toEqual({ status: 0, lines: ['allowed: 7 files, 0 violations'] });
  });

  it('does not pass where there is nothing to check', () => {
    expect(checkRooms(folder, 'nothing')).toEqual({ status: 1, lines: ['nothing: 0 files, 0 violations'] });
  });
});
