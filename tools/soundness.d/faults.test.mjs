import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileForDist } from '../lib/compile.mjs';
import { readSources } from './compiled.mjs';
import { FAULTS, plant } from './faults.mjs';

test('every fault still has its place in the sources, which stay sources', () => {
  const sources = readSources();
  for (const fault of FAULTS) {
    const faulty = plant(fault, sources);
    assert.ok(faulty.size > 0, fault.name);
    for (const [file, text] of faulty) {
      assert.notEqual(text, sources.get(file), fault.name);
      compileForDist(text, file);
    }
  }
});

test('a fault without a place is told', () => {
  const gone = { name: 'gone', edits: [['plan/content-key.ts', 'nothing like this', '']] };
  assert.throws(() => plant(gone, readSources()), /gone.*plan\/content-key\.ts/);
});
