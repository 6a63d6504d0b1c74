import { projectOf } from '../../../test/fakes/inspect';
import { MadeBefore, wordOf } from './made-before';

const withScripts = (
  root: string,
  needs: readonly string[],
  ...scripts: string[]
): ReturnType<typeof projectOf> =>
  projectOf(root, needs, { targets: Object.fromEntries(scripts.map((name) => [name, {}])) });

const PROJECTS = [
  withScripts('apps/web', ['ui', 'tools'], 'bundle', 'build'),
  withScripts('apps/docs', ['ui'], 'build'),
  withScripts('libs/ui', ['base'], 'build', 'bundle'),
  withScripts('libs/base', ['ui'], 'build'),
  withScripts('libs/tools', [], 'test'),
];
const copying = (...makers: string[]) => ({
  makers: makers.map((maker) => {
    const colon = maker.indexOf(':');
    return { project: maker.slice(0, colon), target: maker.slice(colon + 1) };
  }),
});
const wordsFor = (...builds: ReturnType<typeof copying>[]): string[] =>
  new MadeBefore(PROJECTS).scriptsOf(builds).map(wordOf);

describe('MadeBefore', () => {
  it('names the script that makes what an image copies, after those of what its package needs', () => {
    expect(wordsFor(copying('docs:build'))).toEqual(['libs/base:build', 'libs/ui:build', 'apps/docs:build']);
  });

  it('takes of a package that has no script of that name the one that builds it, and nothing of others', () => {
    expect(wordsFor(copying('web:bundle'))).toEqual(['libs/base:build', 'libs/ui:bundle', 'apps/web:bundle']);
  });

  it('names each once, and none for images that copy sources', () => {
    expect(wordsFor(copying('docs:build'), copying(), copying('web:build', 'ui:build'))).toEqual([
      ...['libs/base:build', 'libs/ui:build'],
      ...['apps/docs:build', 'apps/web:build'],
    ]);
    expect(wordsFor(copying())).toEqual([]);
  });

  it('tells of scripts and folders that are no words for a shell', () => {
    const names = ['a*', '$(x)', 'a b', '--x', 'build:prod'];
    const builds = names.map((name) => copying(`web:${name}`));
    const before = new MadeBefore([withScripts('apps/web', [], ...names)]);
    expect(before.scriptsOf(builds).map(wordOf)).toEqual(['apps/web:build:prod']);
    expect(before.notesOf(builds)).toHaveLength(4);
    expect(before.notesOf(builds)[0]).toMatch(/^the script "a\*" in "apps\/web" makes .* rename it$/);
    const colon = new MadeBefore([{ ...withScripts('apps/a', [], 'build'), root: 'apps/a:b' }]);
    expect(colon.scriptsOf([copying('a:build')])).toEqual([]);
  });
});
