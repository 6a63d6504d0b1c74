import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../demo.d/exec.mjs';
import { change, checkout, git, makeWorkspace } from '../demo.d/setup.mjs';

export const NX_CONTAINER = '7.3.0';
export const NX = '23.2.1';

/** `api` in the shape of `gateway`: Nx builds dist, the image takes it. */
const LINK_DOCKERFILE = `FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
COPY apps/api/package.json apps/api/
COPY libs/shared/package.json libs/shared/
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace apps/api
COPY --link libs/shared/dist libs/shared/dist
COPY --link apps/api/dist apps/api/dist
USER node
CMD ["node", "apps/api/dist/main.js"]
`;

/**
 * Two checkouts of the example. `nx` is an Nx workspace with both executors; `plain` is the same tree without Nx,
 * for scripts and commands.
 */
export async function makeCheckouts(tarball, registry) {
  const workspace = await makeWorkspace(tarball, registry);
  const { folder, origin } = workspace;
  await addPeerTarget(origin);
  await git(origin, 'add', '--all');
  const author = [
    '-c',
    'user.name=Bench',
    '-c',
    'user.email=bench@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  await git(origin, ...author, 'commit', '--quiet', '--message', 'A target of the peer');
  const peer = [`@nx-tools/nx-container@${NX_CONTAINER}`, `@nx/js@${NX}`, 'dotenv', 'tslib'];
  // All of it in one go: npm removes what it is not told to keep.
  await run(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', tarball, ...peer],
    { cwd: origin },
  );
  const plain = await checkout(workspace, 'plain');
  await prepare(plain);
  return { folder, checkouts: { nx: origin, plain } };
}

async function addPeerTarget(origin) {
  const target = {
    executor: '@nx-tools/nx-container:build',
    options: { context: '.', file: 'apps/api/Dockerfile', push: true },
  };
  await writeFile(
    join(origin, 'apps/api/project.json'),
    `${JSON.stringify({ name: 'api', targets: { 'nx-container': target } }, undefined, 2)}\n`,
  );
}

async function prepare(plain) {
  await rm(join(plain, 'nx.json'));
  await writeFile(join(plain, 'apps/api/Dockerfile.link'), LINK_DOCKERFILE);
  const ignore = await readFile(join(plain, 'apps/gateway/Dockerfile.dockerignore'), 'utf8');
  await writeFile(
    join(plain, 'apps/api/Dockerfile.link.dockerignore'),
    ignore.replaceAll('apps/gateway', 'apps/api'),
  );
  // What npm runs inside the builds is no business of git's.
  await copyFile(join(plain, '.gitignore'), join(plain, '.git/info/exclude'));
}

/** One commit that changes a source file of each service, in both checkouts; dist is built before any clock starts. */
export async function changeSources({ nx, plain }, from, to) {
  for (const app of ['api/src/health.controller.ts', 'gateway/src/main.ts']) {
    await change(nx, `apps/${app}`, `status: '${from}'`, `status: '${to}'`, `${app}: ${to}`);
  }
  await run('git', ['pull', '--quiet'], { cwd: plain });
  await buildDist(plain);
}

export async function buildDist(plain) {
  await run('node_modules/.bin/tsc', ['--build', 'apps/api', 'apps/gateway'], { cwd: plain });
}
