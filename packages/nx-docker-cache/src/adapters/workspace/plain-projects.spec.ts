import { basename, posix } from 'node:path';
import type { ConfigFile } from '../../options';
import { plainProjects } from './plain-projects';

interface Given {
  /** Names by folder; '' for a package.json without one. */
  readonly folders?: Readonly<Record<string, string>>;
  readonly projects?: ConfigFile['projects'];
  /** Folders with a Dockerfile. */
  readonly built?: readonly string[];
  readonly linked?: readonly string[];
}

const projectsOf = ({ folders = {}, projects = {}, built = [], linked = [] }: Given): string[] =>
  plainProjects(
    { projects },
    {
      folders: Object.entries(folders).map(([root, name]) => {
        return { name: name || basename(root), root, named: name !== '' };
      }),
      rootName: 'shop',
      linked: new Set(linked),
      isFolder: (path) => [...Object.keys(folders), ...built].includes(posix.join(path, '.')),
      hasBuild: ({ name, root }) => built.includes(root) || Object.hasOwn(projects, name),
    },
  ).map(({ name, root }) => `${name} ${root}`);

const dist = { 'libs/a': 'a', 'libs/b': 'b', 'libs/a/dist/cjs': '', 'libs/b/dist/cjs': '' };

describe('the projects of a workspace without a runner', () => {
  it.each<[string, Given, string[]]>([
    ['not what a compiler writes beside its modules', { folders: dist }, ['a libs/a', 'b libs/b']],
    [
      'one without a name that is built',
      { folders: { 'apps/web': '' }, built: ['apps/web'] },
      ['web apps/web'],
    ],
    [
      'one without a name that options are for',
      { folders: { 'apps/web': '' }, projects: { web: {} } },
      ['web apps/web'],
    ],
    [
      'one without a name that another needs',
      { folders: { 'libs/x': '' }, linked: ['libs/x'] },
      ['x libs/x'],
    ],
    ['twins that nothing builds', { folders: { 'a/x': 'x', 'b/x': 'x' } }, ['x a/x', 'x b/x']],
    [
      'of a built one and a nameless one that is not, the built one',
      { folders: { 'apps/api': '', 'services/api': '' }, built: ['services/api'] },
      ['api services/api'],
    ],
    [
      'a package under the name that its folder is given',
      { folders: { 'apps/api': '@acme/api' }, projects: { api: { root: './apps/api' } } },
      ['api apps/api'],
    ],
    ['none for options of the root, which may be none', { projects: { shop: { target: 'prod' } } }, []],
  ])('are %s', (_, given, expected) => {
    expect(projectsOf(given)).toEqual(expected);
  });

  it.each<[string, Given, string]>([
    ['both are built', { built: ['apps/api', 'services/api'] }, 'apps/api and services/api'],
    [
      'options name them',
      { projects: { api: { target: 'prod' } }, linked: ['apps/api'] },
      'apps/api and services/api',
    ],
    [
      'one is built, one is needed',
      { built: ['apps/api'], linked: ['services/api'] },
      'apps/api and services/api',
    ],
  ])('have no name twice where %s', (_, given, found) => {
    const folders = { 'apps/api': '', 'services/api': '' };
    expect(() => projectsOf({ folders, ...given })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG', found }),
    );
  });

  it.each<[string, NonNullable<ConfigFile['projects']>, string | RegExp, string | RegExp]>([
    ['a misspelled package', { '@acme/apii': { target: 'prod' } }, '"@acme/apii"', 'Did you mean @acme/api?'],
    [
      'a misspelled root',
      { x: { root: 'apps/apo' } },
      /"x" with the root apps\/apo/,
      'Did you mean apps/api?',
    ],
    [
      'a package whose root is none',
      { '@acme/api': { root: 'nowhere' } },
      /the root nowhere/,
      /give the folder/,
    ],
    ['what nothing is like', { docs: {}, site: {} }, '"docs", "site"', /"root": "<folder>"/],
    [
      'the name that its folder no longer has',
      { api: { root: 'apps/api' }, '@acme/api': {} },
      '"@acme/api"',
      /./,
    ],
  ])('are not %s', (_, projects, found, hint) => {
    expect(() => projectsOf({ folders: { 'apps/api': '@acme/api' }, projects })).toThrow(
      expect.objectContaining({
        ...{ code: 'INVALID_CONFIG', found: expect.stringMatching(found), hint: expect.stringMatching(hint) },
      }),
    );
  });
});
