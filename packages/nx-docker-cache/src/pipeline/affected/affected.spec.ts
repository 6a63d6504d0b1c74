import {
  affectedIn,
  BASE,
  changedPorts,
  HEAD,
  type AskedOf,
  type ChangedWorld,
} from '../../../test/fakes/affected';
import type { SurveyedProject } from '../../model/survey';
import { concernedBuilds } from './index';
import { builds, projectOf } from '../../../test/fakes/inspect';

const PROJECTS = [
  projectOf('apps/api', ['shared'], builds()),
  projectOf('apps/web', ['ui'], {
    ...builds({ context: '.' }),
    targets: { build: { outputs: ['{workspaceRoot}/dist/apps/web'] } },
  }),
  projectOf('apps/base', [], builds()),
  projectOf('apps/child', [], builds()),
  projectOf('apps/broken', [], builds()),
  projectOf('libs/shared'),
  projectOf('libs/ui'),
];
const FILES = {
  'apps/api/Dockerfile':
    'FROM busybox\nCOPY package-lock.json .\nCOPY apps/api apps/api\nCOPY libs/shared libs/shared\n',
  'apps/api/Dockerfile.dockerignore': '**/*.md\n',
  'apps/api/src/main.ts': '',
  'apps/web/Dockerfile': 'FROM busybox\nCOPY apps/web/start.sh /\nCOPY dist/apps/web /web\n',
  'apps/web/start.sh': '',
  'apps/web/src/main.ts': '',
  'apps/base/Dockerfile': 'FROM busybox\nCOPY files /files\n',
  'apps/base/files/a': '',
  'apps/child/Dockerfile': 'FROM base:dev\nCOPY src /src\n',
  'apps/child/src/a': '',
  'apps/broken/Dockerfile': 'FROM busybox\nCOPI a b\n',
  'libs/shared/src/a.ts': '',
  'libs/ui/src/a.ts': '',
  'package-lock.json': '{}',
  '.gitignore': 'dist\n',
};
const WORLD: ChangedWorld = { files: FILES, projects: PROJECTS };

/** `project: kind line other-project` of each reason. */
const why = async (changed: readonly string[], more: Partial<ChangedWorld> = {}): Promise<string[]> => {
  const { projects } = await affectedIn({ ...WORLD, changed, ...more });
  return projects.flatMap(({ name, reasons }) =>
    reasons.map(({ kind, line, project }) => [`${name}:`, kind, line, project].filter(Boolean).join(' ')),
  );
};

describe('a changed file', () => {
  it.each<[string, string, string[]]>([
    ['of the project itself', 'apps/api/src/main.ts', ['api: source 3']],
    ['that is new, or gone', 'apps/api/src/gone.ts', ['api: source 3']],
    ['that the ignore file leaves out', 'apps/api/README.md', []],
    ['of a library that is copied', 'libs/shared/src/a.ts', ['api: library 4 shared']],
    ['that is the Dockerfile', 'apps/api/Dockerfile', ['api: dockerfile', 'api: source 3']],
    ['that is the ignore file', 'apps/api/Dockerfile.dockerignore', ['api: ignore', 'api: source 3']],
    ['that is an ignore file no more', 'apps/base/.dockerignore', ['base: ignore', 'child: image 1 base']],
    ['that only counts where the first place for it is empty', '.dockerignore', ['web: ignore']],
    ['of the root', 'package-lock.json', ['api: root 2', 'web: output 3']],
    ['that a task makes an output of', 'apps/web/src/main.ts', ['web: output 3']],
    ['of what such a task needs', 'libs/ui/src/a.ts', ['web: output 3']],
    ['that only Docker reads', 'apps/web/start.sh', ['web: source 2', 'web: output 3']],
    ['of nobody, which a task may read', 'scripts/build.mjs', ['web: output 3']],
    ['of nobody, at the root', 'esbuild.config.mjs', ['web: output 3']],
    ['of nobody, which only Docker reads', 'docker/other.Dockerfile', []],
    ['of nobody, for a website maybe', 'docs/index.md', ['web: output 3']],
    ['that says how CI runs', '.github/workflows/ci.yml', []],
    ['of nobody, with the licence', 'LICENSE.txt', []],
    ['with options that are the same', 'nx-docker-cache.json', []],
    ['of a base image', 'apps/base/files/a', ['base: source 2', 'child: image 1 base']],
    ['beside a base image', 'apps/base/notes.txt', []],
    ['of what stands on it', 'apps/child/src/a', ['child: source 2']],
    ['of a project whose Dockerfile is broken', 'apps/broken/x', ['broken: unresolved']],
    ['of nobody', 'README.md', []],
    ['outside the workspace', '../other/apps/api/src/main.ts', []],
  ])('%s', async (_, path, reasons) => {
    expect(await why([path])).toEqual(reasons);
  });

  it('is one of many: 20 are named, all are counted', async () => {
    const changed = Array.from({ length: 30 }, (_, index) => `apps/api/src/${index}.ts`);
    const [api] = (await affectedIn({ ...WORLD, changed })).projects;
    expect(api?.reasons).toHaveLength(1);
    expect(api?.reasons[0]).toMatchObject({ count: 30, text: 'own source, COPY at line 3' });
    expect(api?.reasons[0]?.files).toHaveLength(20);
  });

  it('counts for all that a link may lead to', async () => {
    const files = {
      ...FILES,
      'apps/base/Dockerfile': 'FROM busybox\nCOPY link /x\n',
      'apps/base/link/x': '',
    };
    const world = { files, links: ['apps/base/link'] };
    expect(await why(['apps/base/other'], world)).toEqual(['base: unresolved 2', 'child: image 1 base']);
  });

  it.each([
    ['conf*', 'apps/base/conf-link', true],
    ['x/*/a', 'apps/base/x/z', true],
    ['x/y*/*', 'apps/base/x/yz/a', true],
    ['conf*', 'apps/base/other-link', false],
    ['x/*', 'apps/base/x/y/link', false],
  ])('counts for a pattern that a link matches: %s, %s', async (pattern, link, counts) => {
    const dockerfile = `FROM busybox\nCOPY ${pattern} /x/\n`;
    const there = { 'apps/base/conf': '', 'apps/base/x/file': '', 'apps/base/x/y/a': '' };
    const files = { ...FILES, ...there, 'apps/base/Dockerfile': dockerfile, [link]: '' };
    const found = await why(['apps/base/elsewhere'], { files, links: [link] });
    expect(found).toEqual(counts ? ['base: unresolved 2', 'child: image 1 base'] : []);
  });

  it('counts for a source whose path is not known', async () => {
    const files = { ...FILES, 'apps/base/Dockerfile': 'FROM busybox\nARG X\nCOPY $X /x\n' };
    expect(await why(['apps/base/other'], { files })).toContain('base: unresolved 3');
  });

  it('is a submodule: one path for all in it', async () => {
    const files = {
      ...FILES,
      'apps/base/Dockerfile': 'FROM busybox\nCOPY vendor/z/src /x\n',
      'apps/base/vendor/z/src/a': '',
    };
    expect(await why(['apps/base/vendor/z'], { files })).toContain('base: source 2');
  });

  it('makes another .git, where that is copied', async () => {
    const files = {
      ...{
        ...FILES,
        '.git/HEAD': '',
        'apps/base/Dockerfile': 'FROM busybox\nCOPY . /x\n',
        '.dockerignore': '*.md',
      },
      'apps/child/Dockerfile': 'FROM busybox\nCOPY a .gi* /x\n',
    };
    const projects = [
      projectOf('apps/base', [], builds({ context: '.' })),
      projectOf('apps/child', [], builds({ context: '.' })),
      projectOf('apps/web', [], builds({ context: '.' })),
    ];
    const report = await affectedIn({ files, projects, changed: ['README.md'] });
    expect(report.changed).toBe(1);
    expect(report.projects.map(({ name, reasons }) => [name, reasons[0]?.files])).toEqual([
      ...[
        ['base', ['.git']],
        ['child', ['.git']],
      ],
    ]);
    expect((await affectedIn({ files, projects, changed: [] })).projects).toEqual([]);
    const ignored = { ...files, '.dockerignore': '.git\n*.md' };
    expect((await affectedIn({ files: ignored, projects, changed: ['README.md'] })).projects).toEqual([]);
  });

  it('lies outside the workspace, in a context that does', async () => {
    const files = { ...FILES, '../shared/a': '', 'apps/base/Dockerfile': 'FROM busybox\nCOPY shared /x\n' };
    const projects = [projectOf('apps/base', [], builds({ context: '..' }))];
    expect(await why(['../shared/a'], { files, projects })).toEqual(['base: root 2']);
  });

  it('belongs to a package that the graph leaves out', async () => {
    const files = {
      'apps/api/Dockerfile': 'FROM busybox\nCOPY . .\nRUN npm ci\n',
      'apps/api/package.json': '{"name":"api","dependencies":{"shared":"*"}}',
      'libs/shared/package.json': '{"name":"shared"}',
      'libs/shared/a': '',
      'libs/ui/package.json': '{"name":"ui"}',
      'libs/ui/a': '',
      'package.json': '{"workspaces":["apps/*","libs/*"]}',
    };
    const projects = [
      projectOf('apps/api', ['shared'], builds({ context: '.', prune: 'graph' })),
      ...[projectOf('libs/shared'), projectOf('libs/ui')],
    ];
    const world = { files, projects };
    expect(await why(['libs/ui/a'], world)).toEqual([]);
    expect(await why(['libs/shared/a'], world)).toEqual(['api: library 2 shared']);
  });
});

describe('a stage that is built beside the target', () => {
  const FROM_BASE =
    'FROM busybox AS builder\nCOPY src /src\nFROM base:dev AS test\nCOPY tests gen* /tests/\nFROM builder\n';
  const world = (options: Readonly<Record<string, unknown>>): Partial<ChangedWorld> => ({
    files: {
      ...{ 'apps/api/Dockerfile': FROM_BASE, 'apps/api/src/a': '', 'apps/api/tests/a': '' },
      ...{ 'apps/base/Dockerfile': 'FROM busybox\nCOPY files /files\n', 'apps/base/files/a': '' },
    },
    projects: [
      projectOf('apps/api', [], {
        ...builds(options),
        targets: { build: { outputs: ['{projectRoot}/gen'] } },
      }),
      projectOf('apps/base', [], builds()),
    ],
  });

  it.each([
    ['a task', { tasks: { test: { stage: 'test', command: 'x' } } }],
    ['the list of stages', { stages: ['test'] }],
  ])('reads for %s what its instructions name, and stands on its own base', async (_, options) => {
    expect(await why(['apps/api/tests/a'], world(options))).toEqual(['api: source 4', 'api: output 4']);
    expect(await why(['apps/base/files/a'], world(options))).toEqual(['api: image 3 base', 'base: source 2']);
    expect(await why(['apps/api/tests/a'], world({}))).toEqual([]);
  });

  it('is a problem where the Dockerfile has none of that name', async () => {
    expect(await why(['apps/api/README.md'], world({ stages: ['tset'] }))).toEqual(['api: unresolved']);
  });
});

describe('an image that is built no more', () => {
  const world = (from: string): Partial<ChangedWorld> => ({
    files: { ...FILES, 'apps/base/Dockerfile': '', 'apps/child/Dockerfile': `FROM ${from}\n` },
    projects: PROJECTS.filter(({ name }) => name !== 'base'),
  });
  const gone = async (from: string, before: Readonly<Record<string, string>> = {}): Promise<string[]> => {
    const { files, projects } = world(from);
    const { 'apps/base/Dockerfile': _, ...left } = files!;
    return why(['apps/base/Dockerfile'], { files: left, projects, before });
  };

  it('concerns who stands on it, under the name that it had', async () => {
    expect(await gone('base:dev')).toEqual(['child: image 1 base']);
    expect(await gone('acme/tools', { 'apps/base/package.json': '{"name":"@acme/tools"}' })).toEqual([
      'child: image 1 @acme/tools',
    ]);
    const config = { projects: { core: { root: 'apps/base/', image: 'x/y', registry: 'r.test' } } };
    expect(await gone('r.test/x/y:1', { 'nx-docker-cache.json': JSON.stringify(config) })).toContain(
      'child: image 1 core',
    );
    expect(await gone('base:12')).toEqual([]);
    expect(await gone('debian')).toEqual([]);
  });

  it('concerns nobody who finds another image of that name', async () => {
    const { files } = world('base:dev');
    const projects = [...world('base:dev').projects!, { ...projectOf('images/base', [], builds()) }];
    const { 'apps/base/Dockerfile': _, ...left } = files!;
    const more = { ...left, 'images/base/Dockerfile': 'FROM scratch\n' };
    expect(await why(['apps/base/Dockerfile'], { files: more, projects })).toEqual([]);
  });
});

describe('a named build context', () => {
  const DOCKERFILE = 'FROM busybox\nCOPY --from=conf a /\nFROM runtime\n';
  const world = (buildContexts: Readonly<Record<string, string>>): Partial<ChangedWorld> => ({
    files: { ...FILES, 'apps/child/Dockerfile': DOCKERFILE, 'conf/a': '' },
    projects: [
      ...['api', 'base', 'shared'].map((name) => PROJECTS.find((project) => project.name === name)!),
      projectOf('apps/child', [], builds({ buildContexts })),
    ],
  });

  it.each<[string, string, Record<string, string>, string[]]>([
    ['a folder of the root', 'conf/a', { conf: './conf/' }, ['child: root']],
    [
      'a folder of a project',
      'libs/shared/x',
      { runtime: 'libs/shared' },
      ['api: library 4 shared', 'child: library 3 shared'],
    ],
    ['a folder outside', '../other/x', { runtime: '../other' }, ['child: root 3']],
    ['all of the workspace', 'README.md', { runtime: '.' }, ['child: root 3']],
    ['a layout of an image', 'conf/a', { runtime: 'oci-layout://conf:1' }, ['child: root 3']],
    ['something else', 'conf/a', { runtime: 'https://conf.test' }, []],
    ['a folder beside', 'config/a', { conf: 'conf' }, []],
  ])('is %s', async (_, path, buildContexts, reasons) => {
    expect(await why([path], world(buildContexts))).toEqual(reasons);
  });

  it('is the image of another project', async () => {
    const reasons = await why(['apps/base/files/a'], world({ runtime: 'docker-image://base:dev' }));
    expect(reasons).toEqual(['base: source 2', 'child: image 3 base']);
    expect(await why(['apps/base/files/a'], world({ runtime: 'docker-image://other' }))).toEqual([
      'base: source 2',
    ]);
  });
});

describe('options', () => {
  const config = (text: object): Record<string, string> => ({ 'nx-docker-cache.json': JSON.stringify(text) });

  it('that changed concern their project, by name', async () => {
    const before = config({ defaults: { pull: true }, projects: { api: { target: 'a', publish: {} } } });
    const files = {
      ...FILES,
      ...config({ defaults: { pull: true }, projects: { api: { target: 'b' }, base: {} } }),
    };
    const report = await affectedIn({ ...WORLD, files, before, changed: ['nx-docker-cache.json'] });
    expect(report.projects.map(({ name, reasons }) => [name, reasons[0]?.text])).toEqual([
      ['api', 'options: target'],
    ]);
  });

  it('that every commit changes concern a build that uses them', async () => {
    const buildArgs = { REVISION: 'v{shortSha}', RUN: '{env.RUN_ID}', FIXED: '{env.FIXED}', UNUSED: '{sha}' };
    const files = { 'apps/a/Dockerfile': 'FROM busybox\nARG REVISION RUN FIXED\n', 'apps/a/x': '' };
    const texts = async (options: object, changed = ['README.md']): Promise<string[]> => {
      const projects = [projectOf('apps/a', [], builds({ ...options }))];
      const source = { volatile: ['4711'] };
      const environment = { RUN_ID: '4711', FIXED: '20' };
      const report = await affectedIn({ files, projects, changed, source, environment });
      return report.projects.flatMap(({ reasons }) => reasons.map(({ text }) => text));
    };
    expect(await texts({ buildArgs })).toEqual([
      'the build arg REVISION is another one with every commit',
      'the build arg RUN is another one with every commit',
    ]);
    expect(await texts({ buildArgs }, [])).toEqual([]);
    expect(await texts({ buildArgs: { REVISION: 'v{branch}' } })).toEqual([]);
    expect(await texts({ labels: { at: '{sha}' }, annotations: { at: '{sha}' } })).toEqual([
      'the label at is another one with every commit',
      'the annotation at is another one with every commit',
    ]);
    expect(await texts({ metadata: { volatile: ['revision'] } })).toEqual([
      'the label org.opencontainers.image.revision is another one with every commit',
    ]);
  });

  it('that are made of manifests concern a build where those say something else', async () => {
    const manifest = (more: object): string => JSON.stringify({ name: 'a', ...more });
    const world = (options: object, own: object, root: object): ChangedWorld => ({
      files: {
        'apps/a/Dockerfile': 'FROM scratch\n',
        ...{ 'apps/a/package.json': manifest(own), 'package.json': manifest(root) },
      },
      before: { 'apps/a/package.json': manifest({}), 'package.json': manifest({ license: 'MIT' }) },
      projects: [projectOf('apps/a', [], builds({ ...options }))],
      changed: ['apps/a/package.json', 'package.json'],
    });
    const files = async (...asked: Parameters<typeof world>) =>
      (await affectedIn(world(...asked))).projects.map(({ reasons }) => reasons[0]?.files);
    const MIT = { license: 'MIT' };
    const both = [['apps/a/package.json', 'package.json']];
    expect(await files({ metadata: true }, { description: 'A' }, MIT)).toEqual(both);
    expect(await files({ metadata: true }, {}, { license: 'ISC' })).toEqual(both);
    expect(await files({ metadata: true }, { dependencies: {}, version: '2.0.0' }, MIT)).toEqual([]);
    expect(await files({ metadata: { volatile: ['version'] } }, { version: '2.0.0' }, MIT)).toEqual(both);
    expect(await files({}, { description: 'A' }, MIT)).toEqual([]);
  });

  it('have a name in them: that of the package', async () => {
    const files = {
      'apps/a/Dockerfile': 'FROM scratch\n',
      'apps/a/package.json': '{"name":"a"}',
      'apps/b/Dockerfile': 'FROM old:dev\n',
    };
    const projects = [projectOf('apps/a', [], builds()), projectOf('apps/b', [], builds())];
    const world = { files, projects, changed: ['apps/a/package.json'] };
    const renamed = await affectedIn({ ...world, before: { 'apps/a/package.json': '{"name":"old"}' } });
    expect(renamed.projects.map(({ name, reasons: [first] }) => [name, first?.text])).toEqual([
      ['a', 'its package was called old'],
      ['b', 'image of old, which nothing builds any more, line 1'],
    ]);
    expect(
      (await affectedIn({ ...world, before: { 'apps/a/package.json': '{"name":"a"}' } })).projects,
    ).toEqual([]);
  });

  it('that cannot be read, before or now, concern all', async () => {
    const report = await affectedIn({ ...WORLD, before: { 'nx-docker-cache.json': '{' } });
    expect(report.projects.map(({ name }) => name)).toEqual(['api', 'base', 'broken', 'child', 'web']);
  });
});

describe('a Dockerfile that nothing builds', () => {
  const files = { ...FILES, 'apps/api/Dockerfile.debug': 'FROM scratch\n' };
  const told = async (more: Partial<ChangedWorld>): Promise<readonly string[]> =>
    (await affectedIn({ ...WORLD, files, changed: ['README.md'], ...more })).warnings;

  it('is told with what makes a build of it, but in Nx, where it was left out on purpose', async () => {
    expect(await told({})).toContainEqual(
      expect.stringMatching(/^no project builds apps\/api\/Dockerfile\.debug; .*"api-debug": \{"root"/),
    );
    expect(await told({ asked: {}, commits: { HEAD: '' } })).toContainEqual(
      expect.stringMatching(/^no project/),
    );
    expect(await told({ runner: { name: 'nx', tasks: [] } })).toEqual([]);
  });
});

describe('a task runner', () => {
  const task = (project: string) => ({ project, target: 'docker-build' });

  it('is believed beside the Dockerfiles where it is Turborepo', async () => {
    const runner = { name: 'turborepo', tasks: [task('web')] } as const;
    expect(await why(['apps/api/src/main.ts'], { runner })).toEqual(['api: source 3', 'web: runner']);
  });

  it('is believed beside the Dockerfiles where it is Nx, and what it leaves out is told', async () => {
    const runner = { name: 'nx', tasks: [task('web')] } as const;
    const changed = ['apps/base/files/a'];
    expect(await why(changed, { runner })).toEqual(['base: source 2', 'child: image 1 base', 'web: runner']);
    const { warnings, decidedBy, unaffected } = await affectedIn({ ...WORLD, changed, runner });
    expect([decidedBy, unaffected]).toEqual(['nx', 2]);
    expect(warnings).toEqual([
      expect.stringMatching(/^Nx leaves out base:docker-build, .*files\/a.*`nx affected` does not run it/),
      expect.stringMatching(/^Nx leaves out child:docker-build, .*image of base/),
    ]);
  });

  it('is believed alone on what tasks make of changed files where it is Nx', async () => {
    const runner = { name: 'nx', tasks: [] } as const;
    const files = { ...FILES, 'apps/child/Dockerfile': 'FROM web:dev\n' };
    const report = await affectedIn({ ...WORLD, files, changed: ['libs/ui/src/a.ts'], runner });
    expect([report.projects, report.warnings]).toEqual([[], []]);
    // Nor is it a reason of what is concerned anyway.
    const both = ['apps/web/start.sh', 'scripts/build.mjs'];
    const { projects } = await affectedIn({ ...WORLD, changed: both, runner });
    expect(projects.map(({ reasons }) => reasons.flatMap((reason) => reason.files))).toEqual([
      ['apps/web/start.sh', 'apps/web/start.sh'],
    ]);
    const read = await why(['apps/web/start.sh'], { files, runner });
    expect(read).toEqual(['child: image 1 web', 'web: source 2', 'web: output 3']);
  });
});

describe('the range', () => {
  const asked = (): AskedOf => ({ ranges: [] });
  const none = { asked: { base: undefined } };
  const pick = async (more: Partial<ChangedWorld>) => {
    const questions = asked();
    const { range } = await affectedIn({ ...WORLD, ...more }, questions);
    return { range, asked: questions.ranges[0] };
  };

  it('ends at the working tree, or at the head that is named', async () => {
    expect(await pick({})).toEqual({
      range: { base: BASE, from: '--base' },
      asked: { base: BASE, head: undefined },
    });
    const { range } = await pick({ asked: { head: 'HEAD' } });
    expect(range).toMatchObject({ base: BASE, head: HEAD });
  });

  it('comes from the variables of Nx and Turborepo, with their head', async () => {
    const environment = { NX_BASE: 'base', NX_HEAD: 'HEAD' };
    expect((await pick({ ...none, environment })).range).toEqual({ base: BASE, from: 'NX_BASE', head: HEAD });
    const turbo = { TURBO_SCM_BASE: 'base', TURBO_SCM_HEAD: '' };
    expect((await pick({ ...none, environment: turbo })).range).toEqual({
      base: BASE,
      from: 'TURBO_SCM_BASE',
    });
    // A base of one's own has nothing to do with their head.
    expect((await pick({ environment })).range).toEqual({ base: BASE, from: '--base' });
  });

  it('comes from CI, else from where the branch left', async () => {
    const ci = { commit: BASE, from: 'the base of the pull request', beforePush: false };
    expect((await pick({ ...none, ci })).range).toEqual({ base: BASE, from: ci.from });
    const gone = { commit: 'c'.repeat(40), from: 'the commit before the push', beforePush: true };
    const commits = { 'refs/remotes/origin/main': BASE };
    const source = { branch: 'feature', ci: true };
    expect((await pick({ ...none, ci: gone, commits, source })).range.from).toBe('the default branch, main');
    // On the default branch nothing else is known to be enough.
    const onMain = pick({ ...none, ci: gone, commits, source: { branch: 'main', ci: true } });
    await expect(onMain).rejects.toMatchObject({ code: 'NO_BASE' });
  });

  describe('on a branch that was pushed', () => {
    // The branch left the default one after M1.
    const [M1, M2, B1, B2, GONE] = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(40));
    const LINES = [
      [M1, M2],
      [M1, B1, B2],
    ];
    const mergeBase = (left: string, right: string): string | undefined => {
      const line = LINES.find((ids) => ids.includes(left) && ids.includes(right));
      return line?.find((id) => id === left || id === right) ?? M1;
    };
    const on = async (head: string, before: string | undefined, more: Partial<ChangedWorld> = {}) => {
      const ci = before === undefined ? undefined : { commit: before, from: 'the push', beforePush: true };
      const all = [M1!, M2!, B1!, B2!].map((id) => [id, id]);
      const commits = { ...Object.fromEntries(all), HEAD: head, 'refs/remotes/origin/main': M2! };
      const source = { branch: 'production', ci: true, ...more.source };
      return (await pick({ ...none, ci, mergeBase, commits, ...more, source })).range;
    };
    const gone = 'main has all of this branch, and what was there before the push is gone';

    it('is where it left, before what was pushed last: that run may have failed', async () => {
      expect(await on(B2!, B1)).toEqual({ base: M1, from: 'the default branch, main' });
      // Whose branch it is nobody knows.
      expect(await on(B2!, B1, { source: { branch: undefined } })).toMatchObject({ base: B1 });
    });

    it('is the push where that is older: the branch follows the default one', async () => {
      expect(await on(M2!, M1)).toEqual({ base: M1, from: 'the push' });
      expect(await on(M2!, B1)).toEqual({ base: M1, from: 'the push' });
    });

    it('is the same for a run that is repeated', async () => {
      expect(await on(M2!, M2)).toMatchObject({ base: M2 });
    });

    it('is nothing where the branch was set back', async () => {
      const from = 'the branch was set back to an older commit';
      expect(await on(M1!, M2)).toEqual({ from });
      expect(await on(M1!, M2, { source: { branch: 'main' } })).toEqual({ from });
      // What it still has of its own is asked for as ever.
      expect(await on(B1!, B2)).toEqual({ base: M1, from: 'the default branch, main' });
    });

    it('is where it left when the commit before is gone, and nothing where it has nothing of its own', async () => {
      expect(await on(B2!, GONE)).toEqual({ base: M1, from: 'the default branch, main' });
      expect(await on(M2!, GONE)).toEqual({ from: gone });
      expect(await on(M2!, undefined)).toEqual({
        from: 'main has all of this branch, and CI does not say what was there before',
      });
    });

    it('is unknown in a clone that is cut off', async () => {
      expect(await on(B2!, GONE, { shallow: true })).toMatchObject({ base: M1 });
      await expect(on(M2!, GONE, { shallow: true })).rejects.toMatchObject({
        ...{ code: 'NO_BASE', message: expect.stringContaining(`${GONE} (the push)`) },
        hint: expect.stringMatching(/fetch-depth: 0/),
      });
    });

    it('is the push where the default branch is not here', async () => {
      const commits = { HEAD: B2!, [B1!]: B1! };
      expect(await on(B2!, B1, { commits })).toEqual({ base: B1, from: 'the push' });
    });
  });

  it('is nothing for a tag, which is built as a whole unless a base is named', async () => {
    const source = { gitTag: 'v1.2.0', branch: undefined, ci: true };
    const commits = { 'refs/remotes/origin/main': HEAD };
    const { range, projects } = await affectedIn({ ...WORLD, ...none, source, commits });
    expect(range).toEqual({ from: 'this is the tag v1.2.0' });
    expect(projects.map(({ reasons: [first] }) => first?.text)).toEqual(
      Array(5).fill('this is the tag v1.2.0'),
    );
    expect((await pick({ source, commits })).range.base).toBe(BASE);
    expect((await pick({ ...none, source, environment: { NX_BASE: 'base' } })).range.from).toBe('NX_BASE');
  });

  it('is nothing in CI on the default branch where CI names no commit', async () => {
    const source = { branch: 'main', ci: true, baseBranch: undefined };
    const commits = { 'HEAD~1': BASE, 'refs/remotes/origin/main': HEAD };
    const first = await affectedIn({ ...WORLD, ...none, source, commits, ci: 'first-push' });
    expect(first.range).toEqual({ from: 'this is a first push' });
    expect(first.projects).toHaveLength(5);
    expect(first.projects[0]?.reasons[0]?.kind).toBe('everything');
    const scheduled = await affectedIn({ ...WORLD, ...none, source, commits });
    expect(scheduled.range).toEqual({ from: 'CI does not say what was there before' });
    const empty = await affectedIn({ ...WORLD, ...none, commits: { HEAD: '' } });
    expect(empty.range.from).toBe('there is no commit yet');
  });

  it('that has no base is told to who goes on with the builds', async () => {
    const ports = changedPorts({ ...WORLD, source: { branch: 'main', ci: true }, ci: 'first-push' });
    const { builds, warnings } = await concernedBuilds({ base: undefined, head: undefined }, ports);
    expect(builds).toHaveLength(5);
    expect(warnings).toContain('all builds are concerned: this is a first push');
  });

  describe('by what the workspace says', () => {
    const runner = { name: 'nx', tasks: [] } as const;
    const source = { branch: 'x', ci: false, baseBranch: undefined, defaultBranch: 'main' };
    const nxJson = (more: object): Partial<ChangedWorld> => ({
      ...{ ...none, runner, source },
      files: { ...FILES, 'nx.json': JSON.stringify(more) },
    });
    const option = (...branches: (string | undefined)[]): SurveyedProject[] =>
      branches.map((defaultBranch, at) =>
        projectOf(`apps/${['api', 'base'][at]}`, [], builds({ defaultBranch })),
      );

    it.each<[string, object, string, string]>([
      ['a branch', { defaultBase: 'develop' }, 'refs/heads/develop', 'develop'],
      ['a branch of a remote', { defaultBase: 'origin/develop' }, 'origin/develop', 'develop'],
      ['the same as CI has it', { defaultBase: 'origin/develop' }, 'refs/remotes/origin/develop', 'develop'],
      ['any commit', { defaultBase: 'v1' }, 'v1', 'v1'],
      ['an older Nx', { affected: { defaultBase: 'origin/develop' } }, 'origin/develop', 'develop'],
    ])('is what Nx compares with: %s', async (_, written, name, branch) => {
      const { range } = await pick({ ...nxJson(written), commits: { [name]: BASE } });
      expect(range).toEqual({ base: BASE, from: `the default branch, ${branch}` });
    });

    it('is the branch itself where nx.json names that of the remote', async () => {
      const commits = { 'origin/main': HEAD };
      const world = { ...nxJson({ defaultBase: 'origin/main' }), commits, ci: 'first-push' } as const;
      const { range } = await pick({ ...world, source: { ...source, branch: 'main', ci: true } });
      expect(range).toEqual({ from: 'this is a first push' });
    });

    it('is the option before all, where all builds have the same', async () => {
      const commits = { 'refs/heads/trunk': BASE, 'refs/heads/main': HEAD, 'refs/heads/develop': HEAD };
      const from = async (...call: Parameters<typeof option>): Promise<unknown> => {
        const world = { ...nxJson({ defaultBase: 'develop' }), commits, projects: option(...call) };
        return (await pick(world)).range.from;
      };
      expect(await from('trunk', 'trunk')).toBe('the default branch, trunk');
      expect(await from('trunk', undefined)).toBe('the default branch, develop');
      const { range } = await pick({ ...none, source, commits, projects: option('trunk') });
      expect(range).toEqual({ base: BASE, from: 'the default branch, trunk' });
    });
  });

  it('is refused where the clone does not hold it, with what to do', async () => {
    const refused = affectedIn({ ...WORLD, shallow: true });
    await expect(refused).rejects.toMatchObject({
      code: 'NO_BASE',
      hint: expect.stringMatching(/fetch-depth: 0/),
    });
    const unknown = affectedIn({ ...WORLD, asked: { base: 'nowhere' } });
    await expect(unknown).rejects.toMatchObject({ code: 'NO_BASE', found: 'nothing of that name' });
  });

  it.each([
    [{ head: 'gone' }, {}, '--head'],
    [{}, { NX_BASE: 'base', NX_HEAD: 'gone' }, 'NX_HEAD'],
    [{}, { TURBO_SCM_BASE: 'base', TURBO_SCM_HEAD: 'gone' }, 'TURBO_SCM_HEAD'],
  ])('says who named a head that is not here: %j %j', async (asked, environment, from) => {
    await expect(
      affectedIn({ ...WORLD, asked: { base: undefined, ...asked }, environment }),
    ).rejects.toMatchObject({
      ...{ code: 'NO_BASE', message: expect.stringContaining(`gone (${from})`) },
      hint: expect.stringContaining('--head <commit>'),
    });
  });
});

it('is no answer where two of the builds would push one image', async () => {
  const one = builds({ push: true, load: false, image: 'r.test/acme/shop' });
  const projects = ['base', 'child'].map((name) => projectOf(`apps/${name}`, [], one));
  const files = {
    ...FILES,
    'apps/base/Dockerfile': 'FROM scratch\n',
    'apps/child/Dockerfile': 'FROM scratch\n',
  };
  await expect(affectedIn({ files, projects, changed: ['apps/base/Dockerfile'] })).rejects.toMatchObject({
    code: 'CONFLICTING_PLAN',
    message: /^base and child would push one image and tag/,
  });
});

describe('what is skippable', () => {
  const PUSHES = { image: 'r.test/acme/{projectName}', push: true, load: false };
  const projects = [
    projectOf('apps/base', [], builds(PUSHES)),
    projectOf('apps/child', [], builds(PUSHES)),
    projectOf('apps/web', [], { ...builds({ ...PUSHES, context: '.' }), targets: { build: {} } }),
  ];
  const states = async (more: Partial<ChangedWorld> = {}): Promise<Record<string, string>> => {
    const files = {
      ...FILES,
      'apps/base/Dockerfile': 'FROM scratch\nRUN x\n',
      'apps/child/Dockerfile': 'FROM r.test/acme/base:1\n',
    };
    const world = {
      files,
      projects,
      before: { 'nx-docker-cache.json': '{' },
      asked: { check: true },
      ...more,
    };
    const report = await affectedIn(world);
    return Object.fromEntries(
      report.projects.map(({ name, skip }) => [name, `${skip.state}: ${skip.reason}`]),
    );
  };

  it('is asked of the registry; what stands on a new image or on a task waits', async () => {
    expect(await states()).toEqual({
      base: 'needed: the registry does not hold it',
      child: 'needed: the registry does not hold it',
      web: 'undecided: a task has to make what it copies before anybody can say',
    });
  });

  it('is what the registry holds, but not on an image that will be another one', async () => {
    const present = { state: 'present', digest: 'sha256:made' } as const;
    expect(await states({ registry: () => present })).toMatchObject({
      base: expect.stringMatching(/^known: r\.test\/acme\/base:key-[ti]-[0-9a-f]{64} holds it$/),
      child: expect.stringMatching(/^known: /),
    });
    const registry = (ref: string) => (ref.includes('/base:') ? ({ state: 'missing' } as const) : present);
    expect(await states({ registry })).toMatchObject({
      base: 'needed: the registry does not hold it',
      child: 'undecided: it stands on base, which is not built yet',
    });
  });

  it('is not decided by a registry that does not answer, nor without one', async () => {
    const registry = () => ({ state: 'slow', message: 'no answer within 5 s' }) as const;
    expect(await states({ registry })).toMatchObject({
      base: 'undecided: the registry does not say: no answer within 5 s',
    });
    const own = [
      projectOf('apps/base', [], builds({ skip: false })),
      projectOf('apps/child', [], builds({ context: 'nowhere' })),
    ];
    expect(await states({ projects: own })).toEqual({
      base: 'needed: its options switch skipping off',
      child: 'undecided: NO_CONTEXT: the build context is not a folder',
    });
  });
});
