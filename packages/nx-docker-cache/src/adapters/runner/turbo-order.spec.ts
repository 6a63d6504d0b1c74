import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { builds, projectOf } from '../../../test/fakes/inspect';
import { turboOrder } from './turbo-order';

/** api needs lib, which has no build, and lib needs core; web stands by itself. */
const PROJECTS = [
  projectOf('apps/api', ['lib'], builds()),
  projectOf('apps/web', [], builds()),
  projectOf('libs/lib', ['dev:core']),
  projectOf('libs/core', [], builds()),
];
const BUILDS = PROJECTS.flatMap(({ name, root, builds }) =>
  builds.map(({ target }) => ({ project: name, root, target })),
);

describe('turboOrder', () => {
  let root: string;
  const order = (shared: object, own: Readonly<Record<string, object>> = {}): string[] => {
    const files: Record<string, object> = {
      'turbo.json': { tasks: shared },
      'apps/web/package.json': { name: '@acme/web' },
      ...Object.fromEntries(
        Object.entries(own).map(([folder, tasks]) => [`${folder}/turbo.json`, { extends: ['//'], tasks }]),
      ),
    };
    for (const [path, json] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), JSON.stringify(json));
    }
    return turboOrder(root, BUILDS, PROJECTS).map(({ build, needs }) => `${build.project} ${needs.project}`);
  };
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'turbo-order-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it.each<[string, object, string[]]>([
    ['nothing', { 'docker-build': {} }, []],
    [
      'the builds of what a package needs, however far',
      { 'docker-build': { dependsOn: ['^docker-build'] } },
      ['api core'],
    ],
    ['tasks of others only', { 'docker-build': { dependsOn: ['^build', 'lint'] }, build: {} }, []],
    [
      'another task that waits for builds',
      {
        'docker-build': { dependsOn: ['build'] },
        build: { dependsOn: ['^build', '@acme/web#docker-build'] },
      },
      ['api web', 'core web'],
    ],
    [
      'a task of one package',
      { 'docker-build': {}, '@acme/web#docker-build': { dependsOn: ['core#docker-build'] } },
      ['web core'],
    ],
    ['what is not there', { 'docker-build': { dependsOn: ['$HOME', '//#x', 'nobody#docker-build'] } }, []],
  ])('waits for %s', (_, tasks, expected) => {
    expect(order(tasks)).toEqual(expected);
  });

  it('goes by the own file of a package, which may take the rest from the root', () => {
    const shared = { 'docker-build': { dependsOn: ['^docker-build'] } };
    const own = (...dependsOn: string[]) => ({ 'apps/api': { 'docker-build': { dependsOn } } });
    expect(order(shared, own('@acme/web#docker-build'))).toEqual(['api web']);
    expect(order(shared, own('$TURBO_EXTENDS$', '@acme/web#docker-build'))).toEqual(['api web', 'api core']);
  });
});
