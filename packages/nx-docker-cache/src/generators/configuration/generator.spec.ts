import { addProjectConfiguration, logger, readJson, type ProjectConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parseDockerfile, parseIgnore } from '../../dockerfile';
import configurationGenerator from './generator';

const BUILD = {
  build: {
    executor: '@nx/esbuild:esbuild',
    options: { outputPath: 'dist/apps/api', main: 'apps/api/src/main.ts' },
  },
};

describe('configuration', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
    write({ 'package-lock.json': '{}', '.nvmrc': 'v22.1\n' });
  });
  afterEach(() => jest.restoreAllMocks());

  function write(files: Readonly<Record<string, unknown>>): void {
    for (const [path, content] of Object.entries(files)) {
      tree.write(path, typeof content === 'string' ? content : JSON.stringify(content));
    }
  }
  const add = (root: string, config: Partial<ProjectConfiguration> = {}): void =>
    addProjectConfiguration(tree, root.split('/').at(-1)!, { root, ...config });
  const text = (path: string): string => tree.read(path, 'utf8') ?? '';
  const run = (options: Readonly<Record<string, unknown>> = {}) =>
    configurationGenerator(tree, { project: 'api', ...options });
  /** Instructions without comments. */
  const steps = (path = 'apps/api/Dockerfile'): string[] =>
    text(path)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));

  /** Workspaces of npm: the service needs a package of the workspace, which needs another to be built. */
  function packages(): void {
    write({
      'package.json': { name: 'w', workspaces: ['apps/*', 'libs/*'] },
      'apps/api/package.json': {
        name: '@acme/api',
        scripts: { build: 'tsc', start: 'node --enable-source-maps ./dist/server.js' },
        dependencies: { '@acme/shared': '*', express: '5.0.0', '@acme/published': '^9.0.0' },
        devDependencies: { '@acme/tools': 'workspace:*' },
        nx: { name: 'api' },
      },
      'libs/shared/package.json': { name: '@acme/shared', main: './lib/index.js', version: '1.0.0' },
      'libs/tools/package.json': { name: '@acme/tools', version: '1.0.0' },
      'libs/published/package.json': { name: '@acme/published', version: '1.0.0' },
    });
  }

  it('links what Nx builds to what a package of a workspace needs', async () => {
    packages();
    await run({ port: 3000 });
    expect(steps()).toEqual([
      'FROM node:22.1-slim AS deps',
      'WORKDIR /app',
      'COPY package.json package-lock.json ./',
      'COPY apps/api/package.json apps/api/',
      'COPY libs/shared/package.json libs/shared/',
      'RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace apps/api',
      'FROM deps AS prod',
      'ENV NODE_ENV=production',
      'COPY --link apps/api/dist apps/api/dist/',
      'COPY --link libs/shared/lib libs/shared/lib/',
      'USER node',
      'EXPOSE 3000',
      'CMD ["node", "apps/api/dist/server.js"]',
    ]);
    expect(text('apps/api/Dockerfile.dockerignore')).toContain(
      '**\n!package.json\n!package-lock.json\n!apps/api/package.json\n!libs/shared/package.json\n!apps/api/dist\n!libs/shared/lib\n',
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['nothing', {}, 'libs/shared'],
    [
      'a condition that is switched off',
      { exports: { '.': { node: null, default: './out/a.js' } } },
      'libs/shared/out',
    ],
    ['other entries only', { exports: { './a': './lib/a.js' } }, 'libs/shared'],
  ])('copies a package whose package.json says of its entry %s', async (_, manifest, folder) => {
    packages();
    write({ 'libs/shared/package.json': { name: '@acme/shared', version: '1.0.0', ...manifest } });
    await run();
    expect(steps()).toContain(`COPY --link ${folder} ${folder}/`);
  });

  it('builds in two stages where that is asked for, with all that a build needs', async () => {
    packages();
    await run({ shape: 'two-stage' });
    expect(steps()).toEqual([
      'FROM node:22.1 AS builder',
      'WORKDIR /app',
      'COPY package.json package-lock.json ./',
      'COPY apps/api/package.json apps/api/',
      'COPY libs/shared/package.json libs/shared/',
      'COPY libs/tools/package.json libs/tools/',
      'RUN --mount=type=cache,target=/root/.npm npm ci --workspace apps/api --include-workspace-root',
      'COPY . ./',
      'ENV NX_DAEMON=false',
      'RUN npx nx run-many --targets=build --projects=api,@acme/shared',
      'FROM node:22.1-slim AS deps',
      'WORKDIR /app',
      'COPY package.json package-lock.json ./',
      'COPY apps/api/package.json apps/api/',
      'COPY libs/shared/package.json libs/shared/',
      'RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace apps/api',
      'FROM deps AS prod',
      'ENV NODE_ENV=production',
      'COPY --link --from=builder /app/apps/api/dist apps/api/dist/',
      'COPY --link --from=builder /app/libs/shared/lib libs/shared/lib/',
      'USER node',
      'CMD ["node", "apps/api/dist/server.js"]',
    ]);
    expect(text('apps/api/Dockerfile.dockerignore')).toContain('!apps/api\n!libs/shared\n!libs/tools\n');
  });

  it('takes the packages of the root where the project has no package.json', async () => {
    add('apps/api', { targets: BUILD });
    write({
      'package.json': { name: 'w', dependencies: { express: '5' }, scripts: { prepare: 'husky', test: 'x' } },
    });
    await run();
    expect(steps()).toEqual([
      'FROM node:22.1-slim AS deps',
      'WORKDIR /app',
      'COPY package.json package-lock.json ./',
      'RUN --mount=type=cache,target=/root/.npm npm pkg delete scripts.prepare && npm ci --omit=dev',
      'FROM deps AS prod',
      'ENV NODE_ENV=production',
      'COPY --link dist/apps/api dist/apps/api/',
      'USER node',
      'CMD ["node", "dist/apps/api/main.js"]',
    ]);
  });

  it('takes the package.json that the build writes', async () => {
    add('apps/api', {
      targets: { build: { ...BUILD.build, options: { ...BUILD.build.options, generatePackageJson: true } } },
    });
    await run();
    expect(steps().slice(2, 4)).toEqual([
      'COPY dist/apps/api/package.json dist/apps/api/package-lock.json ./',
      'RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev',
    ]);
    expect(text('apps/api/Dockerfile.dockerignore')).toContain('**\n!dist/apps/api\n');
  });

  it('copes with packages that lie in the workspace as files', async () => {
    packages();
    const root = {
      workspaces: ['apps/*', 'libs/*'],
      devDependencies: { x: 'file:vendor/x.tgz', y: 'file:../y.tgz' },
    };
    write({ 'package.json': root, 'vendor/x.tgz': '' });
    await run();
    expect(text('apps/api/Dockerfile')).toContain(
      'RUN --mount=type=cache,target=/root/.npm npm pkg delete devDependencies && npm ci --omit=dev',
    );
    expect(steps().join()).not.toContain('x.tgz');
    await run({ shape: 'two-stage', force: true });
    expect(steps().slice(2, 8)).toContain('COPY vendor/x.tgz vendor/x.tgz');
    expect(text('apps/api/Dockerfile.dockerignore')).toContain('!vendor/x.tgz\n');
    expect(text('apps/api/Dockerfile')).not.toContain('y.tgz');
  });

  it('installs nothing where nothing is needed', async () => {
    add('apps/api', { targets: BUILD });
    await run();
    expect(steps()).toEqual([
      'FROM node:22.1-slim AS prod',
      'ENV NODE_ENV=production',
      'WORKDIR /app',
      'COPY --link dist/apps/api dist/apps/api/',
      'USER node',
      'CMD ["node", "dist/apps/api/main.js"]',
    ]);
  });

  it.each([
    [
      'pnpm-lock.yaml',
      { packageManager: 'pnpm@9.15.0+sha512.abc' },
      "npx --yes pnpm@9.15.0 install --frozen-lockfile --prod --filter '@acme/api...'",
    ],
    [
      'yarn.lock',
      {},
      'YARN_CACHE_FOLDER=/root/.cache/yarn npx --yes yarn@1.22.22 install --frozen-lockfile --production',
    ],
    ['bun.lock', {}, 'npx --yes bun@1 install --frozen-lockfile --production'],
  ])('installs with what %s belongs to', async (lockfile, more, expected) => {
    packages();
    tree.delete('package-lock.json');
    write({ [lockfile]: '', 'package.json': { ...readJson<object>(tree, 'package.json'), ...more } });
    await run();
    expect(text('apps/api/Dockerfile')).toContain(`    ${expected}\n`);
    expect(text('apps/api/Dockerfile').includes(',sharing=locked')).toBe(lockfile === 'yarn.lock');
    expect(steps()[2]).toContain(`COPY package.json ${lockfile}`);
  });

  it('installs with the newer yarn', async () => {
    packages();
    tree.delete('package-lock.json');
    write({ 'yarn.lock': '__metadata:\n', '.yarnrc.yml': '' });
    await run();
    expect(text('apps/api/Dockerfile')).toContain(
      '@yarnpkg/cli-dist@4 workspaces focus --production @acme/api',
    );
  });

  it('keeps credentials of .npmrc out of the layers', async () => {
    packages();
    write({ '.npmrc': '//registry.example.test/:_authToken=${NPM_TOKEN}\n' });
    await run();
    expect(steps()[2]).not.toContain('.npmrc');
    expect(text('apps/api/Dockerfile')).toContain('--mount=type=secret,id=npmrc,target=/app/.npmrc');
    expect(readJson(tree, 'apps/api/package.json').nx.targets).toEqual({
      'docker-build': { options: { secrets: ['id=npmrc,src=.npmrc'] } },
    });
  });

  it('puts built pages behind a web server', async () => {
    add('apps/api', {
      targets: { build: { executor: '@nx/vite:build', options: { outputPath: 'dist/apps/api' } } },
    });
    write({ 'apps/api/index.html': '', 'apps/api/src/main.ts': '' });
    await run();
    expect(steps()).toEqual([
      'FROM nginxinc/nginx-unprivileged:1-alpine',
      'COPY --link dist/apps/api /usr/share/nginx/html/',
      'EXPOSE 8080',
    ]);
  });

  it.each([
    ['a program that needs no build', { 'src/main.js': '' }, 'CMD ["node", "apps/api/src/main.js"]'],
    ['Go', { 'go.mod': 'module x\n\ngo 1.23\n', 'main.go': '' }, 'FROM golang:1.23 AS builder'],
    ['Python', { 'main.py': '', 'requirements.txt': '' }, 'CMD ["python", "main.py"]'],
    ['a web site', { 'index.html': '' }, 'COPY --link . /usr/share/nginx/html/'],
  ])('knows %s', async (_, files, line) => {
    add('apps/api');
    write(Object.fromEntries(Object.entries(files).map(([file, content]) => [`apps/api/${file}`, content])));
    await run();
    expect(steps()).toContain(line);
  });

  it('takes anything with a base image', async () => {
    add('apps/api');
    write({ 'apps/api/run.sh': '' });
    await run({ baseImage: 'busybox' });
    expect(steps()).toEqual([
      'FROM busybox',
      'WORKDIR /app',
      'COPY --link . ./',
      'USER 65534:65534',
      'CMD ["sh", "run.sh"]',
    ]);
  });

  it('writes what Docker and the plugin read', async () => {
    packages();
    await run();
    expect(parseDockerfile(text('apps/api/Dockerfile')).unresolved).toEqual([]);
    expect(parseIgnore(text('apps/api/Dockerfile.dockerignore')).patterns.length).toBeGreaterThan(5);
  });

  it("writes options only where they differ from the plugin's", async () => {
    packages();
    await run({ registry: 'ghcr.io/acme', image: 'shop' });
    const { nx } = readJson(tree, 'apps/api/package.json');
    expect(nx).toEqual({
      name: 'api',
      targets: { 'docker-build': { options: { registry: 'ghcr.io/acme', image: 'shop' } } },
    });
  });

  it('writes no option that nx.json has', async () => {
    add('apps/api', { targets: BUILD });
    write({
      'nx.json': {
        plugins: [{ plugin: 'nx-docker-cache', options: { registry: 'ghcr.io/acme', targetName: 'image' } }],
      },
    });
    const before = text('apps/api/project.json');
    await run({ registry: 'ghcr.io/acme' });
    expect(text('apps/api/project.json')).toBe(before);
    await run({ registry: 'other.test/x' });
    expect(readJson(tree, 'apps/api/project.json').targets).toEqual({
      ...BUILD,
      image: { options: { registry: 'other.test/x' } },
    });
  });

  it('adds the plugin where init has not run', async () => {
    packages();
    await run();
    expect(readJson(tree, 'nx.json').plugins).toEqual(['nx-docker-cache']);
    expect(text('.gitignore')).toContain('.nx-docker-cache');
  });

  it('changes nothing the second time', async () => {
    packages();
    await run({ registry: 'ghcr.io/acme' });
    const changes = () =>
      Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, String(content)]));
    const first = changes();
    const warn = jest.spyOn(logger, 'warn');
    await run({ registry: 'ghcr.io/acme' });
    expect(changes()).toEqual(first);
    expect(warn).not.toHaveBeenCalled();
  });

  it('keeps a Dockerfile that is there, and says so', async () => {
    packages();
    write({ 'apps/api/Dockerfile': 'FROM mine\n' });
    const warn = jest.spyOn(logger, 'warn').mockReturnValue();
    await run({ registry: 'ghcr.io/acme' });
    expect(text('apps/api/Dockerfile')).toBe('FROM mine\n');
    expect(tree.exists('apps/api/Dockerfile.dockerignore')).toBe(false);
    expect(warn.mock.calls).toEqual([
      ['apps/api/Dockerfile is there already and is kept as it is; --force replaces it.'],
    ]);
    await run({ force: true });
    expect(steps()[0]).toBe('FROM node:22.1-slim AS deps');
  });

  it.each([
    ['an unknown project', { project: 'apo' }, /UNKNOWN_PROJECT[^]*Did you mean api\?/],
    [
      'an unknown option',
      { projekt: 'x' },
      /INVALID_OPTIONS[^]*projekt: unknown option; did you mean project\?/,
    ],
    ['a bad value', { shape: 'fast', port: 0 }, /INVALID_OPTIONS[^]*shape[^]*port/],
    ['a project without a recipe', {}, /UNSUPPORTED[^]*Node\.js \(package\.json\), Go[^]*--baseImage/],
    ['a shape that does not fit', { shape: 'link' }, /UNSUPPORTED[^]*no Node\.js project/],
  ])('refuses %s and writes nothing', async (_, options, message) => {
    add('apps/api');
    const before = tree.listChanges().length;
    await expect(run(options)).rejects.toThrow(message);
    expect(tree.listChanges()).toHaveLength(before);
  });

  it('refuses a workspace without a lockfile', async () => {
    packages();
    tree.delete('package-lock.json');
    await expect(run()).rejects.toThrow(/no lockfile/);
  });

  it('says what a package without a build or an entry lacks', async () => {
    write({ 'package.json': { workspaces: ['apps/*'] }, 'apps/api/package.json': { name: 'api' } });
    await expect(run()).rejects.toThrow(/UNSUPPORTED[^]*`build`[^]*`start`/);
  });
});
