/**
 * `nx affected -t docker-build` after one change, on every version of Nx that the plugin is made for. Nx 24 asks which
 * tasks read what changed; before, and where it is told so, it asks which projects own it or depend on that.
 */
import { NxWorkspace } from './support/nx-workspace';

const named = (name: string, more: object = {}): string => JSON.stringify({ name, ...more });
const image = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

const FILES = {
  // Built in Docker from named folders, with an ignore file of its own.
  'apps/api/project.json': named('api'),
  'apps/api/Dockerfile': image(
    'FROM busybox AS builder',
    'COPY package.json package-lock.json tsconfig.base.json ./',
    'COPY apps/api apps/api',
    'COPY libs/shared libs/shared',
    'RUN --mount=type=bind,source=scripts/build.sh,target=/build.sh sh /build.sh',
    'FROM busybox',
    'COPY --from=builder /out /out',
  ),
  'apps/api/Dockerfile.dockerignore': '**/*.md\n**/*.spec.ts\n',
  'apps/api/src/main.ts': '',
  'apps/api/README.md': '',
  // Built outside; the root's ignore file.
  'apps/web/project.json': named('web', {
    implicitDependencies: ['ui'],
    targets: {
      build: {
        command: 'true',
        inputs: ['production', '^production'],
        outputs: ['{workspaceRoot}/dist/apps/web'],
      },
    },
  }),
  'apps/web/Dockerfile': image(
    'FROM busybox',
    'COPY apps/web/start.sh /start.sh',
    'COPY --link dist/apps/web /web',
  ),
  'apps/web/start.sh': '',
  'apps/web/src/main.ts': '',
  'apps/web/src/main.spec.ts': '',
  // A context of its own.
  'apps/site/project.json': named('site'),
  'apps/site/Dockerfile': image('FROM busybox', 'COPY . /site', 'COPY pages /pages'),
  'apps/site/.dockerignore': 'drafts\n',
  'apps/site/pages/a.html': '',
  'apps/site/drafts/b.html': '',
  // One image on another.
  'apps/base/project.json': named('base'),
  'apps/base/Dockerfile': image('FROM busybox', 'COPY files /files'),
  'apps/base/files/a': '',
  'apps/base/notes.txt': '',
  'apps/child/project.json': named('child'),
  'apps/child/Dockerfile': image('FROM base:dev', 'COPY src /src'),
  'apps/child/src/a': '',
  // All of the workspace.
  'apps/all/project.json': named('all', {
    implicitDependencies: ['shared'],
    targets: { 'docker-build': { options: { context: '.' } } },
  }),
  'apps/all/Dockerfile': image('FROM busybox', 'COPY . .'),
  'apps/all/a.txt': '',
  // No JavaScript, with a library of none.
  'apps/go/project.json': named('go'),
  'apps/go/Dockerfile': image('FROM busybox', 'COPY apps/go/main.go .', 'COPY libs/proto proto'),
  'apps/go/main.go': '',
  'apps/go/tool.go': '',
  'apps/broken/project.json': named('broken'),
  'apps/broken/Dockerfile': image('FROM busybox', 'COPI a b'),
  'libs/shared/project.json': named('shared'),
  'libs/shared/src/a.ts': '',
  'libs/shared/src/a.spec.ts': '',
  'libs/shared/README.md': '',
  'libs/ui/project.json': named('ui'),
  'libs/ui/src/a.ts': '',
  'libs/proto/project.json': named('proto'),
  'libs/proto/a.proto': '',
  'docker/tool/Dockerfile': image('FROM busybox'),
  'scripts/build.sh': '',
  'scripts/other.sh': '',
  'patches/a.patch': '',
  'tsconfig.base.json': '{}',
  'README.md': '',
  '.dockerignore': '.git\n',
};
const EVERY = ['all', 'api', 'base', 'broken', 'child', 'go', 'site', 'web'];

/** What is changed, what reads it, and what more is concerned where whole projects are asked for. */
type Change = readonly [string, string, readonly string[], (readonly string[])?];

const CHANGES: readonly Change[] = [
  ['the source of a library', 'libs/shared/src/a.ts', ['all', 'api']],
  ['the README of a library', 'libs/shared/README.md', ['all'], ['api']],
  ['a test of a library', 'libs/shared/src/a.spec.ts', [], ['all', 'api']],
  ['a new file of a library', 'libs/shared/src/new.ts', ['all', 'api']],
  ['a file of a library that is gone', '-libs/shared/src/a.ts', ['all', 'api']],
  ['the source of an application', 'apps/api/src/main.ts', ['api']],
  ['a new file of an application', 'apps/api/src/new.ts', ['api']],
  ['an ignored file of an application', 'apps/api/README.md', [], ['api']],
  ['a file that the context leaves out', 'apps/site/drafts/b.html', [], ['site']],
  ['a file of the context', 'apps/site/pages/a.html', ['site']],
  ['a Dockerfile', 'apps/api/Dockerfile', ['api']],
  ['an ignore file beside a Dockerfile', 'apps/api/Dockerfile.dockerignore', ['api']],
  ['a new ignore file beside a Dockerfile', 'apps/web/Dockerfile.dockerignore', ['web']],
  ['the ignore file of a context', 'apps/site/.dockerignore', ['site']],
  ['the ignore file of the root', '.dockerignore', ['all', 'go', 'web']],
  ['a script of nobody that is mounted', 'scripts/build.sh', ['api']],
  ['a script of nobody that nothing reads', 'scripts/other.sh', []],
  ['the README of the root', 'README.md', []],
  ['a patch of the root', 'patches/a.patch', ['all']],
  ['the source of what is built outside', 'apps/web/src/main.ts', ['web']],
  ['a file that only Docker reads', 'apps/web/start.sh', ['web']],
  ['a test of what is built outside', 'apps/web/src/main.spec.ts', [], ['web']],
  ['a library of what is built outside', 'libs/ui/src/a.ts', ['web']],
  ['what a base image holds', 'apps/base/files/a', ['base', 'child']],
  ['the Dockerfile of a base image', 'apps/base/Dockerfile', ['base', 'child']],
  ['a file beside a base image', 'apps/base/notes.txt', [], ['base', 'child']],
  ['what stands on a base image', 'apps/child/src/a', ['child']],
  ['a library that is not JavaScript', 'libs/proto/a.proto', ['go']],
  ['an application that is not JavaScript', 'apps/go/main.go', ['go']],
  ['a source that no instruction names', 'apps/go/tool.go', [], ['go']],
  ['an application of which all is copied', 'apps/all/a.txt', ['all']],
  ['a Dockerfile of no project', 'docker/tool/Dockerfile', []],
  ['a broken Dockerfile', 'apps/broken/Dockerfile', ['broken']],
  // The build of web reads all packages. Before Nx 24 a lockfile concerns every project.
  ['the lockfile', 'package-lock.json', ['all', 'api', 'web'], EVERY],
];

const MODES = [
  ['21.6.11', 'projects'],
  ['22.7.8', 'projects'],
  ['23.2.1', 'projects'],
  ['24.0.0', 'tasks'],
  ['24.0.0', 'projects'],
] as const;

describe.each([...new Set(MODES.map(([version]) => version))])('nx affected of Nx %s', (version) => {
  let workspace: NxWorkspace;
  beforeAll(async () => {
    const production = ['default', '!{projectRoot}/**/*.spec.ts'];
    const namedInputs = { default: ['{projectRoot}/**/*'], production };
    workspace = await NxWorkspace.make({ version, files: FILES, nxJson: { namedInputs } });
    await workspace.addPlugin();
    await workspace.mustNx(['g', 'nx-docker-cache:init', '--no-interactive']);
    await workspace.commit();
  }, 300_000);
  afterEach(() => workspace.restore());

  for (const [, mode] of MODES.filter(([of]) => of === version)) {
    const env = { NX_LEGACY_AFFECTED: String(mode === 'projects'), NX_ISOLATE_PLUGINS: 'false' };
    // Before Nx 24 the run's graph holds what the affected tasks depend on as well.
    const affected = (): Promise<string[]> =>
      version === '24.0.0'
        ? workspace.affected('docker-build', env)
        : workspace.affectedProjects('docker-build', env);

    for (const [name, change, readers, owners = []] of CHANGES) {
      it(`by ${mode}: ${name}`, async () => {
        if (change.startsWith('-')) workspace.remove(change.slice(1));
        else workspace.write({ [change]: `${workspace.has(change) ? workspace.read(change) : ''}\n` });
        const expected = mode === 'tasks' ? readers : [...new Set([...readers, ...owners])].sort();
        expect(await affected()).toEqual(expected);
      });
    }
  }
});
