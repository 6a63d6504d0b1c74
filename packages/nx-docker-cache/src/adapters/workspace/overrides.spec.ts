import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOverrides } from './overrides';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'overrides-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const overridesIn = (manifest: object, ofSettings?: Record<string, unknown>): string[] => {
  writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
  return readOverrides(root, ofSettings).map(({ name, range }) => `${name} ${range}`);
};

describe('overrides of the root', () => {
  it.each([
    ['lib', 'lib'],
    ['lib@^1.0.0', 'lib'],
    ['lib@>=1 <2', 'lib'],
    ['@acme/lib', '@acme/lib'],
    ['@acme/lib@1', '@acme/lib'],
    ['app@1>@acme/lib@2', '@acme/lib'],
    ['app>lib', 'lib'],
    ['**/lib', 'lib'],
    ['@acme/app/@acme/lib', '@acme/lib'],
  ])('name a dependency: %s', (key, name) => {
    expect(overridesIn({ resolutions: { [key]: 'workspace:*' } })).toEqual([`${name} workspace:*`]);
  });

  it('stand where each package manager looks', () => {
    const manifest = { pnpm: { overrides: { a: '1' } }, overrides: { b: '2' }, resolutions: { c: '3' } };
    expect(overridesIn(manifest, { d: '4' }).sort()).toEqual(['a 1', 'b 2', 'c 3', 'd 4']);
    expect(overridesIn({})).toEqual([]);
    expect(overridesIn({ overrides: ['x'], pnpm: 1, resolutions: { a: 1 } })).toEqual([]);
  });

  it('are nested, and name what the root needs itself, with npm', () => {
    const overrides = { app: { '.': '2', lib: 'file:libs/lib' }, util: '$util', other: '$none' };
    expect(overridesIn({ overrides, devDependencies: { util: 'file:libs/util' } })).toEqual([
      ...['app 2', 'lib file:libs/lib', 'util file:libs/util'],
    ]);
  });
});
