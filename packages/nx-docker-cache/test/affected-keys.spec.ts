/**
 * Whatever a build reads, a change of it is a change that concerns it: after each of many edits, every build whose
 * content key is another one than at the base has to be among the affected ones.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DockerCacheError } from '../src/errors';
import { composeAffectedPorts, openWorkspace } from '../src/adapters/compose';
import { findAffected } from '../src/pipeline/affected';
import { prepare } from '../src/pipeline/prepare';

const EDITS = 25;
const package_ = (name: string, ...needs: readonly string[]): string =>
  JSON.stringify({
    name,
    version: '1.0.0',
    dependencies: Object.fromEntries(needs.map((need) => [need, '*'])),
  });
const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

const DOCKERFILES: Readonly<Record<string, string>> = {
  'apps/api/Dockerfile': lines(
    'FROM scratch',
    'COPY package*.json ./',
    'COPY apps/api apps/api',
    'COPY libs/*/src /libs/',
  ),
  'apps/web/Dockerfile': lines(
    'FROM scratch AS a',
    'COPY --parents libs/**/*.ts /',
    'FROM scratch',
    'COPY --from=a / /',
    'ADD src page.html /web/',
  ),
  'apps/all/Dockerfile': lines('FROM scratch', 'COPY . .', 'RUN npm ci'),
  'apps/some/Dockerfile': lines('# syntax=docker/dockerfile:1', 'FROM scratch', 'COPY --exclude=*.md . /x/'),
  'apps/mount/Dockerfile': lines(
    'FROM scratch',
    'RUN --mount=type=bind,source=libs/b,target=/b x',
    'COPY apps/mount/link /x',
  ),
  'apps/child/Dockerfile': lines('FROM api:dev', 'COPY src /src'),
};
const FILES: Readonly<Record<string, string>> = {
  ...DOCKERFILES,
  ...Object.fromEntries(
    ['api', 'web', 'some', 'mount', 'child'].map((name) => [`apps/${name}/package.json`, package_(name)]),
  ),
  'apps/all/package.json': package_('all', 'a'),
  'libs/a/package.json': package_('a', 'b'),
  'libs/b/package.json': package_('b'),
  'libs/c/package.json': package_('c'),
  ...Object.fromEntries(
    ['a', 'b', 'c'].flatMap((name) =>
      [`libs/${name}/src/x.ts`, `libs/${name}/src/deep/y.ts`, `libs/${name}/README.md`].map((path) => [
        path,
        path,
      ]),
    ),
  ),
  'apps/web/src/main.ts': '',
  'apps/web/page.html': '',
  'apps/child/src/a': '',
  'apps/some/a.md': '',
  'apps/some/b.txt': '',
  'apps/api/src/main.ts': '',
  'apps/all/.dockerignore': '**/*.md\n!libs/a/README.md\n',
  '.dockerignore': '.git\n**/*.md\n!libs/a/README.md\n',
  'package.json': JSON.stringify({ name: 'acme', workspaces: ['apps/*', 'libs/*'] }),
  'package-lock.json': '{}',
};
const NEW = [
  'apps/api/new',
  'apps/web/src/n.ts',
  'libs/c/src/n.ts',
  'libs/new/src/n.ts',
  'apps/some/.dockerignore',
  'apps/web/Dockerfile.dockerignore',
  'other/x',
  'package-extra.json',
];
const NO_NETWORK = { resolve: async () => ({ digest: `sha256:${'0'.repeat(64)}` }) };
const PROJECTS = ['api', 'web', 'all', 'some', 'mount', 'child'];

/** A generator that gives the same edits every time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

describe('affected', () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: root,
      stdio: 'ignore',
    });
  };
  const commit = (): void => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'a change');
  };
  const keys = async (): Promise<Map<string, string>> => {
    const opened = openWorkspace(root);
    const found = new Map<string, string>();
    for (const name of PROJECTS) {
      // Without its package.json, or the workspace's own, it is a project no more, and without a Dockerfile no build.
      const project = await opened.project(name).catch(() => undefined);
      if (project === undefined) continue;
      const ports = { ...composeAffectedPorts(opened), imageDigests: NO_NETWORK };
      const key = await prepare(project, ports, false).then(
        ({ content }) => content.key,
        (error: unknown) => (error as DockerCacheError).code,
      );
      if (key !== 'NO_DOCKERFILE') found.set(name, key);
    }
    return found;
  };

  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'affected-keys-')));
    git('init', '--quiet', '--initial-branch=main');
    // Options for what is no project are refused, and an edit may take a package.json away.
    const projects = {
      all: { root: 'apps/all', context: '.', prune: 'graph' },
      api: { root: 'apps/api', context: '.' },
      mount: { root: 'apps/mount', context: '.' },
    };
    for (const [path, text] of Object.entries({
      ...FILES,
      'nx-docker-cache.json': JSON.stringify({ projects }),
    })) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    }
    symlinkSync('../../libs/c', at('apps/mount/link'));
    commit();
    git('tag', 'start');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it(`holds every build whose key changed, after each of ${EDITS} edits`, async () => {
    const before = await keys();
    const roll = dice(7);
    const paths = [...Object.keys(FILES), ...NEW];
    let changedKeys = 0;
    for (let edit = 0; edit < EDITS; edit++) {
      const path = paths[roll(paths.length)]!;
      const done = apply(at, path, roll);
      if (roll(3) === 0) commit();
      const opened = openWorkspace(root);
      const request = { base: 'start', head: undefined, check: false };
      const [report, now] = await Promise.all([findAffected(request, composeAffectedPorts(opened)), keys()]);
      const affected = report.projects.map(({ name }) => name);
      const changed = [...now].flatMap(([name, key]) => (key === before.get(name) ? [] : [name]));
      changedKeys += changed.length;
      const missed = changed.filter((name) => !affected.includes(name));
      expect({ edit: `${done} ${path}`, missed }).toEqual({ edit: `${done} ${path}`, missed: [] });
      git('checkout', '--quiet', '--force', '--detach', 'start');
      git('clean', '--quiet', '--force', '-d');
    }
    expect(changedKeys).toBeGreaterThan(EDITS / 2);
  }, 120_000);
});

/** @returns what was done */
function apply(at: (path: string) => string, path: string, roll: (sides: number) => number): string {
  const file = at(path);
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) {
    writeFileSync(file, path.includes('ignore') ? 'src\n' : 'new\n');
    return 'added';
  }
  switch (roll(5)) {
    case 0:
      rmSync(file);
      return 'removed';
    case 1:
      renameSync(file, `${file}.moved`);
      return 'moved';
    case 2:
      chmodSync(file, 0o755);
      return 'made executable';
    case 3:
      rmSync(file);
      symlinkSync('elsewhere', file);
      return 'made a link of';
    default:
      writeFileSync(
        file,
        path.endsWith('.json') ? `${readFileSync(file, 'utf8')} ` : `${readFileSync(file, 'utf8')}\n`,
      );
      return 'changed';
  }
}
