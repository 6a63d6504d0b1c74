import { affectedIn, type ChangedWorld } from '../../../test/fakes/affected';
import { builds, projectOf } from '../../../test/fakes/inspect';

const PROJECTS = [
  projectOf('apps/me', [], builds()),
  projectOf('apps/a', [], builds()),
  projectOf('apps/said', [], builds({ context: '.' })),
];
const compose = (context: string): string =>
  `services:\n  me:\n    build: { context: ${context}, dockerfile: ${context === '.' ? 'apps/me/' : ''}Dockerfile }\n`;
const OF_OTHERS = 'services:\n  a:\n    build: ./apps/a\n';
const FILES = {
  // Tells nothing of its context.
  'apps/me/Dockerfile': 'FROM busybox\nCOPY . /app\n',
  // Read from the workspace.
  'apps/a/Dockerfile': 'FROM busybox\nCOPY libs libs\n',
  'apps/said/Dockerfile': 'FROM busybox\nCOPY *.txt /app\n',
  'libs/x': '',
  'apps/me/x': '',
};
const WORLD: ChangedWorld = { files: FILES, projects: PROJECTS };

/** Builds that a change of their evidence concerns. The same file may be copied, too: that is said apart. */
async function concerned(world: Partial<ChangedWorld>): Promise<string[]> {
  const { projects } = await affectedIn({ ...WORLD, ...world });
  return projects.flatMap(({ name, reasons }) =>
    reasons
      .filter(({ text }) => text === 'what decides its context')
      .map(({ files }) => `${name} by ${files.join(', ')}`),
  );
}

describe('what decides a context, where the Dockerfile does not', () => {
  const path = 'compose.yaml';
  it.each<[string, string | undefined, string | undefined, boolean]>([
    ['says it from now on', undefined, compose('apps/me'), true],
    ['says another one', compose('.'), compose('apps/me'), true],
    ['says it no more', compose('apps/me'), OF_OTHERS, true],
    ['is gone', compose('apps/me'), undefined, true],
    ['says the same in other words', compose('apps/me'), `# here\n${compose('apps/me')}`, false],
    ['speaks of others', undefined, OF_OTHERS, false],
  ])('is a compose file, which %s', async (_, before, after, counts) => {
    const files = after === undefined ? FILES : { ...FILES, [path]: after };
    const old: Record<string, string> = before === undefined ? {} : { [path]: before };
    expect(await concerned({ files, before: old, changed: [path] })).toEqual(counts ? [`me by ${path}`] : []);
  });

  it('is a file of CI', async () => {
    const workflow = '.github/workflows/ci.yml';
    const text =
      'on: push\njobs:\n  images:\n    steps:\n      - run: docker build -f apps/me/Dockerfile .\n';
    const found = await concerned({ files: { ...FILES, [workflow]: text }, changed: [workflow] });
    expect(found).toEqual([`me by ${workflow}`]);
  });

  it('is a Dockerfile beside it, changed or gone', async () => {
    const changed = ['apps/a/Dockerfile'];
    expect(await concerned({ changed })).toEqual(['me by apps/a/Dockerfile']);
    const gone = ['apps/gone/Dockerfile'];
    expect(await concerned({ changed: gone })).toEqual(['me by apps/gone/Dockerfile']);
    expect(await concerned({ changed: ['apps/gone/notes'] })).toEqual([]);
  });

  it('counts for nobody whose options say it', async () => {
    const files = { ...FILES, [path]: compose('apps/said') };
    expect(await concerned({ files, changed: [path] })).toEqual([]);
  });
});
