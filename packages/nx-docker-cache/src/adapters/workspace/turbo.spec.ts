import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readManifest } from './manifest';
import { TurboTasks } from './turbo';

const SCRIPTS = { build: 'x', 'docker-build': 'y' };

describe('tasks of Turborepo', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'turbo-tasks-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (files: Readonly<Record<string, object>>): void => {
    for (const [path, json] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), JSON.stringify(json));
    }
  };
  const targets = (folder: string): unknown => new TurboTasks(root).targetsOf(readManifest(root, folder));
  const tasks = { build: { outputs: ['dist/**'] }, 'docker-build': { dependsOn: ['other'] } };

  it('of the root are those that stand as its own, beside other packages', () => {
    write({ 'package.json': { name: 'w', scripts: SCRIPTS, workspaces: ['apps/*'] } });
    write({ 'turbo.json': { tasks: { ...tasks, '//#docker-build': { dependsOn: ['apps#build'] } } } });
    expect(targets('.')).toEqual({ 'docker-build': { outputs: [] } });
    expect(new TurboTasks(root).dependsOn(readManifest(root, '.'), 'docker-build')).toEqual(['apps#build']);
  });

  it('of the only package are its scripts', () => {
    write({ 'package.json': { name: 'w', scripts: SCRIPTS }, 'turbo.json': { tasks } });
    expect(targets('.')).toEqual({
      build: { outputs: ['{projectRoot}/dist/**'] },
      'docker-build': { outputs: [] },
    });
  });

  it('are none in a folder that is no package of the workspace', () => {
    const manifest = (name: string): object => ({ name, scripts: SCRIPTS });
    write({ 'package.json': { name: 'w', workspaces: ['apps/*'] }, 'turbo.json': { tasks } });
    write({ 'apps/api/package.json': manifest('api'), 'tools/x/package.json': manifest('x') });
    expect(Object.keys(targets('apps/api') as object)).toEqual(['build', 'docker-build']);
    expect(targets('tools/x')).toEqual({});
  });

  it('are scripts where there is no Turborepo', () => {
    write({ 'package.json': { name: 'w', scripts: SCRIPTS, workspaces: ['apps/*'] } });
    write({ 'tools/x/package.json': { name: 'x', scripts: SCRIPTS } });
    for (const folder of ['.', 'tools/x'])
      expect(Object.keys(targets(folder) as object)).toEqual(['build', 'docker-build']);
  });
});
