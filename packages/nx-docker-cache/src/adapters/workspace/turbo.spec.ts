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
    expect(targets('.')).toEqual({ 'docker-build': { outputs: [], script: 'y' } });
    expect(new TurboTasks(root).dependsOn(readManifest(root, '.'), 'docker-build')).toEqual(['apps#build']);
  });

  it('of the only package are its scripts', () => {
    write({ 'package.json': { name: 'w', scripts: SCRIPTS }, 'turbo.json': { tasks } });
    expect(targets('.')).toEqual({
      build: { outputs: ['{projectRoot}/dist/**'], script: 'x' },
      'docker-build': { outputs: [], script: 'y' },
    });
  });

  it('are none in a folder that is no package of the workspace', () => {
    const manifest = (name: string): object => ({ name, scripts: SCRIPTS });
    write({ 'package.json': { name: 'w', workspaces: ['apps/*'] }, 'turbo.json': { tasks } });
    write({ 'apps/api/package.json': manifest('api'), 'tools/x/package.json': manifest('x') });
    expect(Object.keys(targets('apps/api') as object)).toEqual(['build', 'docker-build']);
    expect(targets('tools/x')).toEqual({});
  });

  it('are none in a package without a name, which Turborepo does not know', () => {
    write({ 'package.json': { workspaces: ['apps/*'] }, 'turbo.json': { tasks } });
    write({ 'apps/api/package.json': { scripts: SCRIPTS }, 'apps/web/package.json': { name: 'web' } });
    expect(targets('apps/api')).toEqual({});
    const nameIn = (folder: string) => new TurboTasks(root).nameOf(readManifest(root, folder));
    expect(['apps/api', 'apps/web', '.'].map(nameIn)).toEqual([undefined, 'web', undefined]);
  });

  describe('of a package whose file goes on from those of others', () => {
    const DEPENDS = ['$TURBO_EXTENDS$', 'lint'];
    const built = (own: object, more: Readonly<Record<string, object>> = {}) => {
      write({ 'package.json': { workspaces: ['apps/*', 'libs/*'] } });
      write({ 'turbo.json': { tasks: { 'docker-build': { dependsOn: ['test'], outputs: ['r/**'] } } } });
      write({ 'apps/api/package.json': { name: 'api', scripts: SCRIPTS } });
      write({ 'libs/a/package.json': { name: '@acme/a' }, 'libs/b/package.json': { name: '@acme/b' } });
      const file = (more: object, ...others: string[]) => ({ extends: ['//', ...others], ...more });
      const task = (build: object) => ({ tasks: { 'docker-build': build } });
      write({ 'libs/a/turbo.json': file(task({ dependsOn: DEPENDS, outputs: ['a/**'] })) });
      write({ 'libs/b/turbo.json': file(task({ dependsOn: ['build'] }), '@acme/a') });
      write({ ...more, 'apps/api/turbo.json': own });
      const turbo = new TurboTasks(root);
      const manifest = readManifest(root, 'apps/api');
      const outputs = turbo.targetsOf(manifest)['docker-build']?.outputs;
      return [turbo.dependsOn(manifest, 'docker-build'), outputs];
    };
    const from = (...others: string[]) => ({ extends: ['//', ...others] });
    const own = (build: object, ...others: string[]) => ({
      ...from(...others),
      tasks: { 'docker-build': build },
    });

    // Each as turbo 2.7.0 and 2.11.11 answer --dry-run=json.
    it.each<[string, object, unknown[]]>([
      ['has no other list', from('@acme/a'), [['test', 'lint'], ['{projectRoot}/a/**']]],
      [
        'adds to theirs',
        own({ dependsOn: ['$TURBO_EXTENDS$', 'build'] }, '@acme/a'),
        [['test', 'lint', 'build'], ['{projectRoot}/a/**']],
      ],
      ['is below one that replaces it', from('@acme/a', '@acme/b'), [['build'], ['{projectRoot}/a/**']]],
      ['goes by the last', from('@acme/b', '@acme/a'), [['test', 'lint'], ['{projectRoot}/a/**']]],
      ['replaces theirs', own({ dependsOn: ['build'] }, '@acme/a'), [['build'], ['{projectRoot}/a/**']]],
      ['wants none of it', own({ extends: false, dependsOn: ['build'] }, '@acme/a'), [['build'], []]],
      ['has outputs of the root', own({ env: ['A'] }), [['test'], ['{projectRoot}/r/**']]],
      ['is no task of the package', own({ extends: false }), [[], undefined]],
      ['goes on from nobody that is there', from('@acme/x'), [['test'], ['{projectRoot}/r/**']]],
    ])('%s', (_, file, expected) => {
      expect(built(file)).toEqual(expected);
    });

    it('ends where they go in circles', () => {
      const more = { 'libs/a/turbo.json': own({ dependsOn: ['a'] }, '@acme/api') };
      expect(built(from('@acme/a'), more)).toEqual([['a'], ['{projectRoot}/r/**']]);
    });
  });

  it('are scripts where there is no Turborepo', () => {
    write({ 'package.json': { name: 'w', scripts: SCRIPTS, workspaces: ['apps/*'] } });
    write({ 'tools/x/package.json': { name: 'x', scripts: SCRIPTS } });
    for (const folder of ['.', 'tools/x'])
      expect(Object.keys(targets(folder) as object)).toEqual(['build', 'docker-build']);
  });
});
