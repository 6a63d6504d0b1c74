import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../soundness.d/random.mjs';
import { edit, EDITS } from './edits.mjs';
import { Monorepo } from './monorepo.mjs';
import { summary } from './report.mjs';
import { SHAPES } from './shapes.mjs';

const AT = { host: 'registry.test', external: 'registry.test/base:moving' };
const grown = (seed, projects, edits) => {
  const random = new Random(seed);
  const repo = new Monorepo(AT, random, projects);
  for (let count = 0; count < edits; count++) edit(repo, random);
  return repo;
};

test('a seed repeats a history', () => {
  assert.deepEqual(grown(7, 20, 30).written(), grown(7, 20, 30).written());
  assert.notDeepEqual(grown(7, 20, 30).written(), grown(8, 20, 30).written());
});

test('a monorepo has the projects that were asked for, of every shape', () => {
  for (const count of [10, 50, 500]) {
    const { projects } = new Monorepo(AT, new Random(1), count);
    assert.equal(projects.length, count);
    assert.deepEqual([...new Set(projects.map(({ shape }) => shape))].sort(), Object.keys(SHAPES).sort());
    assert.equal(new Set(projects.map(({ name }) => name)).size, count);
  }
});

test('every edit changes what git has', () => {
  for (const [name, [, run]] of Object.entries(EDITS)) {
    const random = new Random(3);
    const repo = new Monorepo(AT, random, 20);
    const before = repo.written();
    run(repo, random);
    assert.notDeepEqual(repo.written(), before, name);
  }
});

test('an earlier commit comes back whole', () => {
  const random = new Random(5);
  const repo = new Monorepo(AT, random, 20);
  const [before, saved] = [repo.written(), repo.save()];
  for (let count = 0; count < 10; count++) edit(repo, random);
  assert.notDeepEqual(repo.written(), before);
  repo.restore(saved);
  assert.deepEqual(repo.written(), before);
});

test('one image that is not what a full rebuild makes is not sound', () => {
  const project = {
    project: 'a',
    shape: 'own',
    result: 'skipped',
    equal: true,
    changed: false,
    missed: false,
  };
  const of = (...projects) =>
    summary([{ edits: [], projects, seconds: 1, fullSeconds: 1 }], { seed: 1, projects: 1, seconds: 1 });
  assert.equal(of(project).sound, true);
  const wrong = of(project, { ...project, equal: false });
  assert.deepEqual([wrong.sound, wrong.falseSkips, wrong.wrong], [false, 1, 1]);
  assert.equal(of({ ...project, missed: true }).sound, false);
  assert.equal(of({ ...project, result: 'BUILD_FAILED: x' }).sound, false);
  assert.equal(of({ ...project, result: 'built' }).needless, 1);
});
