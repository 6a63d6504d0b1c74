import fc from 'fast-check';
import { diskOf, left } from '../../../test/fakes/context';
import { contextSources, opensFiles, parseDockerfile, parseIgnore } from '../../dockerfile';
import type { ProjectNode } from '../../model/prune';
import { planGraph, type GraphAnswer, type GraphQuestion } from './graph';

const node = (name: string, root: string, ...dependencies: string[]): ProjectNode => ({
  ...{ name, root, dependencies, runsAtInstall: false, installReads: [], bins: [] },
});
const PROJECTS = [
  node('api', 'apps/api', 'x'),
  node('web', 'apps/web', 'y'),
  node('x', 'libs/x', 'z'),
  node('y', 'libs/y'),
  node('z', 'libs/z'),
];
const FILES = [
  ...['package.json', 'package-lock.json', '.npmrc', 'tsconfig.base.json', 'patches/a.patch'],
  ...['tools/build.mjs', 'libs/README.md', '.yarn/releases/yarn.cjs'],
  ...['api', 'web'].flatMap((name) => [`apps/${name}/package.json`, `apps/${name}/src/main.ts`]),
  ...['x', 'y', 'z'].flatMap((name) => [`libs/${name}/package.json`, `libs/${name}/src/index.ts`]),
];
/** Of the packages that are not needed. */
const FOREIGN = ['apps/web/src/main.ts', 'libs/y/src/index.ts'];
const without = (files: readonly string[], ...gone: string[]): string[] =>
  files.filter((file) => !gone.includes(file));

interface Case extends Partial<Omit<GraphQuestion, 'disk' | 'sources'>> {
  readonly copies?: string;
  readonly files?: readonly string[];
  readonly links?: readonly string[];
  readonly ignore?: string;
}

function ask({ copies = 'COPY . .', files = FILES, links, ignore, ...more }: Case): GraphAnswer {
  const sources = contextSources(parseDockerfile(`FROM scratch\n${copies}\n`));
  const disk = diskOf(files, ignore, links);
  return planGraph({
    project: 'api',
    projects: PROJECTS,
    context: '.',
    mentions: [],
    needsBins: false,
    ...more,
    sources,
    disk,
  });
}

function sent(input: Case): string[] {
  const answer = ask(input);
  if ('obstacle' in answer) throw new Error(answer.obstacle);
  return left(input.files ?? FILES, answer.rules, input.ignore);
}

describe('of COPY . . is left', () => {
  it('all but what lies in packages that are not needed, and every package.json', () => {
    expect(sent({})).toEqual(without(FILES, ...FOREIGN));
    expect(ask({})).toEqual({
      kept: ['api', 'x', 'z'],
      rules: ['/apps/web', '/libs/y', '!/apps/web/package.json', '!/libs/y/package.json'],
    });
  });

  it('all where everything is needed', () => {
    const projects = [node('api', 'apps/api', 'web', 'x', 'y'), ...PROJECTS.slice(1)];
    expect(ask({ projects })).toEqual({ rules: [], kept: ['api', 'web', 'x', 'y', 'z'] });
  });

  it('what a cycle of packages needs', () => {
    const projects = [node('api', 'apps/api', 'x'), node('x', 'libs/x', 'api'), node('y', 'libs/y')];
    expect(sent({ projects })).toEqual(without(FILES, 'libs/y/src/index.ts'));
  });

  it('a package whose scripts an install runs', () => {
    const projects = PROJECTS.map((one) => ({ ...one, runsAtInstall: one.name === 'y' }));
    expect(sent({ projects })).toEqual(without(FILES, 'apps/web/src/main.ts'));
  });

  it('what the files of the package manager name', () => {
    const files = [...FILES, 'libs/y/patches/p.patch', 'libs/y/patches/q.patch'];
    const mentions = ['./libs/y/patches/p.patch', 'libs/y', 'libs/*', '..', 'https'];
    expect(sent({ files, mentions })).toEqual(without(files, ...FOREIGN, 'libs/y/patches/q.patch'));
  });

  it('what a package.json names as packages and patches, that of a package that is not needed too', () => {
    const files = [...FILES, 'apps/web/vendor/a.tgz', 'apps/web/vendor/b.tgz', 'libs/y/local/package.json'];
    const projects = PROJECTS.map((one) =>
      one.name === 'web'
        ? { ...one, installReads: ['apps/web/vendor/a.tgz', 'libs/y/local', 'libs/y'] }
        : one,
    );
    expect(sent({ files, projects })).toEqual(without(files, ...FOREIGN, 'apps/web/vendor/b.tgz'));
  });

  it('commands, where an install fails without', () => {
    const projects = PROJECTS.map((one) => ({ ...one, bins: [`${one.root}/src/index.ts`] }));
    expect(sent({ projects })).toEqual(without(FILES, ...FOREIGN));
    expect(sent({ projects, needsBins: true })).toEqual(without(FILES, 'apps/web/src/main.ts'));
  });

  it('what other instructions name', () => {
    const copies = 'COPY . .\nCOPY libs/y/src /y\nCOPY apps/*/package*.json /m/';
    expect(sent({ copies })).toEqual(without(FILES, 'apps/web/src/main.ts'));
    expect(sent({ copies: 'COPY . .\nCOPY libs libs' })).toEqual(without(FILES, 'apps/web/src/main.ts'));
  });

  it('a package inside one that is not needed, and one that lies in a needed one', () => {
    const files = [
      ...FILES,
      'libs/y/in/package.json',
      'libs/y/in/a.ts',
      'libs/x/in/package.json',
      'libs/x/in/a.ts',
    ];
    const projects = [
      ...[node('api', 'apps/api', 'x', 'in-y'), ...PROJECTS.slice(1)],
      ...[node('in-y', 'libs/y/in'), node('in-x', 'libs/x/in')],
    ];
    expect(sent({ files, projects })).toEqual(without(files, ...FOREIGN));
  });

  it('nothing of a package without a manifest', () => {
    const files = without(FILES, 'libs/y/package.json');
    expect(sent({ files })).toEqual(without(files, ...FOREIGN));
    const answer = ask({ files });
    expect(answer).toMatchObject({ rules: expect.not.arrayContaining(['!/libs/y/package.json']) });
  });

  it('what paths from the context say', () => {
    const inside = FILES.flatMap((path) => (path.startsWith('libs/') ? [path.slice('libs/'.length)] : []));
    const files = [...inside, 'apps/web/src/main.ts'];
    expect(sent({ context: 'libs', files, project: 'x' })).toEqual(without(files, 'y/src/index.ts'));
  });

  it('with names that mean something in a rule', () => {
    const files = ['apps/api/a', 'libs/[y]*?/a', 'libs/!y/a', 'libs/#y/a', 'libs/ y /a', 'libs/\\y/a'];
    const roots = files.slice(1).map((path) => path.slice(0, -2));
    const projects = [node('api', 'apps/api'), ...roots.map((root) => node(root, root))];
    // A rule cannot say a name that ends in a blank.
    expect(sent({ files, projects })).toEqual(['apps/api/a', 'libs/ y /a']);
  });
});

describe("the user's own rules", () => {
  it.each([
    ['**/*.md\nlibs/x/src\n', ['libs/README.md', 'libs/x/src/index.ts']],
    ['**\n!libs\n!apps\n!package.json', FILES.filter((path) => !/^(libs|apps|package\.json)/.test(path))],
    ['libs/y/package.json', ['libs/y/package.json']],
    ['libs/y\n!libs/y/src', ['libs/y/package.json']],
  ])('hold as they did: %j', (ignore, gone) => {
    expect(sent({ ignore })).toEqual(without(FILES, ...FOREIGN, ...gone));
  });

  it('hold whatever they are: nothing comes back, and nothing that is needed goes', () => {
    const part = fc.constantFrom(
      'apps',
      'libs',
      'web',
      'api',
      'x',
      'y',
      '*',
      '**',
      'src',
      'package.json',
      'index.ts',
    );
    const line = fc
      .tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 4 }))
      .map(([exception, parts]) => (exception ? '!' : '') + parts.join('/'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const ignore = lines.join('\n');
        const rest = sent({ ignore });
        expect(rest).toEqual(without(left(FILES, [], ignore), ...FOREIGN));
        // Nor does BuildKit send a file empty that it sent with its content before.
        const opened = (added: readonly string[]) => opensFiles(parseIgnore([ignore, ...added].join('\n')));
        const answer = ask({ ignore });
        const [before, after] = [opened([]), opened('rules' in answer ? answer.rules : [])];
        expect(rest.filter((path) => before(path) && !after(path))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('thousands of packages', () => {
  const name = (index: number): string => `package-${index}`;
  const files = [...Array(3000).keys()].flatMap((index) => [
    ...[`packages/${name(index)}/package.json`, `packages/${name(index)}/a.ts`],
  ]);
  const needed = [...Array(3000).keys()].filter((index) => index % 150 === 0).map(name);
  const projects = [...Array(3000).keys()].map((index) =>
    node(name(index), `packages/${name(index)}`, ...(index === 0 ? needed : [])),
  );

  it('take few rules', () => {
    const answer = ask({ project: name(0), projects, files: [...files, 'packages/shared/a.ts'] });
    const rules = 'rules' in answer ? answer.rules : [];
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.length).toBeLessThan(400);
    const rest = left([...files, 'packages/shared/a.ts'], rules);
    const own = needed.map((folder) => `packages/${folder}/a.ts`);
    expect(rest.filter((path) => path.endsWith('a.ts'))).toEqual([...own, 'packages/shared/a.ts']);
    expect(rest.filter((path) => path.endsWith('package.json'))).toHaveLength(3000);
  });

  it('each in a folder of its own, take too many', () => {
    const apart = projects.map((one, index) => ({ ...one, root: `p${index}/${one.name}` }));
    const spread = apart.map(({ root }) => `${root}/package.json`);
    expect(ask({ project: name(0), projects: apart, files: spread })).toEqual({
      obstacle: expect.stringMatching(/^it takes \d+ ignore rules/),
    });
  });
});

it('a link for --exclude that the user leaves out is none', () => {
  const copies = 'COPY --exclude=x . .';
  expect(ask({ copies, links: ['node_modules/x'], ignore: 'node_modules' })).toHaveProperty('rules');
  expect(ask({ copies, links: ['node_modules/x'], ignore: 'node_modules\n!a' })).toHaveProperty('obstacle');
});

describe('nothing is left out', () => {
  it.each<[string, Case, RegExp]>([
    ['nothing says what is needed', { project: 'other' }, /does not say what other depends on/],
    ['the context lies elsewhere', { context: '../other' }, /outside the workspace/],
    [
      'a source leads through a link',
      { copies: 'COPY . .\nCOPY current/src /s', links: ['current'] },
      /current\/src leads through the symbolic link current/,
    ],
    [
      'links may be followed for --exclude',
      { copies: 'COPY --exclude=x . .', links: ['libs/x/link'] },
      /with --exclude reads symbolic links/,
    ],
  ])('where %s', (_, input, reason) => {
    expect(ask(input)).toEqual({ obstacle: expect.stringMatching(reason) });
  });
});
