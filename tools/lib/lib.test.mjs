import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, compileForDist } from './compile.mjs';
import { findCycles } from './cycles.mjs';
import { usedExports } from './used-exports.mjs';

const PACKAGES = [{ name: 'zod', namespace: 'z' }, { name: 'execa' }];

function used(text) {
  const found = usedExports([{ file: 'a.ts', text }], PACKAGES);
  const plain = ({ names, members, wholes }) => ({
    names: [...names],
    members: [...members],
    whole: wholes.size > 0,
  });
  return { zod: plain(found.get('zod')), execa: plain(found.get('execa')) };
}

test('of a namespace, the members that run are used; types are not', () => {
  const { zod } = used(`
    import { z } from 'zod';
    type A = z.infer<typeof schema>;
    const schema = z.object({ a: z.string(), z: z.enum(['a']) });`);
  assert.deepEqual(zod, { names: ['z'], members: ['object', 'string', 'enum'], whole: false });
});

test('type imports use nothing', () => {
  const { zod, execa } = used(`import type { z } from 'zod'; import { type Options } from 'execa';`);
  assert.deepEqual(zod.names, []);
  assert.deepEqual(execa.names, []);
});

test('a namespace that is passed on is used as a whole', () => {
  assert.equal(used(`import { z } from 'zod'; extend(z);`).zod.whole, true);
  assert.equal(used(`import * as all from 'zod';`).zod.whole, true);
  assert.equal(used(`const zod = await import('zod');`).zod.whole, true);
});

test('default, renamed, re-exported and destructured names are found', () => {
  const { execa } = used(`
    import run, { execaSync as sync } from 'execa';
    export { parseCommandString } from 'execa';
    const { execa: later } = await import('execa');`);
  assert.deepEqual(execa, {
    names: ['default', 'execaSync', 'parseCommandString', 'execa'],
    members: [],
    whole: false,
  });
});

test('a compiled module requires nothing before it is used', () => {
  const code = compile(
    `import { a } from './a';\nimport { execa } from 'execa';\nexport const b = () => a(execa);`,
    'b.ts',
  );
  const module = { exports: {} };
  const required = [];
  const require = (name) => (required.push(name), { a: (run) => run(), execa: () => 'ran' });
  new Function('module', 'exports', 'require', code)(module, module.exports, require);
  assert.deepEqual(required, []);
  assert.equal(module.exports.b(), 'ran');
  assert.deepEqual(required.sort(), ['./a', 'execa']);
});

test('vendored packages are required from vendor, others by name', () => {
  const code = compileForDist(
    `import { z } from 'zod'; import * as d from '@nx/devkit'; z(d);`,
    'cli/commands/a.ts',
  );
  assert.match(code, /require\("\.\.\/\.\.\/vendor\/zod\.js"\)/);
  assert.match(code, /require\("@nx\/devkit"\)/);
  assert.match(
    compileForDist(`import { z } from 'zod'; z();`, 'index.ts'),
    /require\("\.\/vendor\/zod\.js"\)/,
  );
});

test('the shortest cycle of a group is found once', () => {
  const edges = new Map(
    Object.entries({ a: ['b', 'd'], b: ['c'], c: ['a'], d: ['e'], e: [] }).map(([file, targets]) => [
      file,
      targets.map((target, index) => ({ file: target, line: index + 1 })),
    ]),
  );
  assert.deepEqual(findCycles(edges), [{ path: ['a', 'b', 'c', 'a'], line: 1 }]);
});
