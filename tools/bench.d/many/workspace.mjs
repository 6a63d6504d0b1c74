/**
 * The workspace of `--only services`: many services in one Nx workspace, all with the same two stages. A builder
 * installs and compiles, `prod` takes what it made. What they install is the same for all of them, as under one lockfile.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from '../../demo.d/setup.mjs';
import { NX_CONTAINER, NX } from '../setup.mjs';
import { run } from '../../demo.d/exec.mjs';

/** What every service needs at run time, and what it is built with. */
const DEPENDENCIES = { express: '5.1.0', zod: '4.1.12' };
const DEVELOPMENT = { esbuild: '0.25.10' };

export const serviceName = (index) => `svc-${String(index + 1).padStart(2, '0')}`;
export const serviceRoot = (name) => `services/${name}`;

const dockerfile = (name) => `FROM node:20 AS builder
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY libs/shared libs/shared
COPY services/${name} services/${name}
RUN cat libs/shared/index.js services/${name}/src/*.js > services/${name}/bundle.js

FROM node:20-slim AS prod
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts
COPY --from=builder /app/services/${name}/bundle.js main.js
CMD ["node", "main.js"]
`;

/**
 * What our generator writes for a program that runs as it is written, as these do: the packages in a stage of their own,
 * and the folders of the service and of what it needs put beside them with `--link`.
 */
const linked = (name) => `FROM node:20-slim AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM deps AS prod
ENV NODE_ENV=production
COPY --link services/${name} services/${name}
COPY --link libs/shared libs/shared
USER node
CMD ["node", "services/${name}/src/main.js"]
`;

/** Nothing gets in but what is copied. */
const linkedIgnore = (name) => `**
!package.json
!package-lock.json
!services/${name}
!libs/shared
**/Dockerfile*
`;

function nxJson(host, withPlugin) {
  const plugin = { plugin: 'nx-docker-cache', options: { registry: `${host}/ours`, defaultBranch: 'main' } };
  return json({ defaultBase: 'main', analytics: false, plugins: withPlugin ? [plugin] : [] });
}

/** The others have no plugin in their workspace, and are not to pay for ours. */
export async function usePlugin({ cwd, host }, withPlugin) {
  await writeFile(join(cwd, 'nx.json'), nxJson(host, withPlugin));
}

/** @param {string} host of the registry @param {number} count of services */
function filesOf(host, count) {
  const names = Array.from({ length: count }, (_, index) => serviceName(index));
  const files = {
    'package.json': json({
      ...{ name: 'services', private: true, dependencies: DEPENDENCIES, devDependencies: DEVELOPMENT },
    }),
    'nx.json': nxJson(host, true),
    '.gitignore': 'node_modules\n.nx\n.nx-docker-cache\n',
    '.dockerignore': 'node_modules\n.nx\n.nx-docker-cache\n.git\n',
    'libs/shared/project.json': json({ name: 'shared' }),
    'libs/shared/index.js': `console.log('shared');\n`,
  };
  for (const name of names) {
    const root = serviceRoot(name);
    files[`${root}/project.json`] = json({ name, targets: targetsOf(host, name) });
    files[`${root}/Dockerfile`] = dockerfile(name);
    files[`${root}/link/Dockerfile`] = linked(name);
    files[`${root}/link/Dockerfile.dockerignore`] = linkedIgnore(name);
    files[`${root}/src/main.js`] = sourceOf(name, 'first');
    files[`${root}/src/routes.js`] = `exports.routes = ['/${name}'];\n`;
  }
  return { names, files };
}

/** The peer's target twice, for `affected` and `run-many` must not share a cache; and ours on the other Dockerfile. */
function targetsOf(host, name) {
  const root = serviceRoot(name);
  const peer = (family) => ({
    executor: '@nx-tools/nx-container:build',
    options: {
      ...{ context: '.', file: `${root}/Dockerfile`, push: true, tags: [`${host}/${family}/${name}:latest`] },
      'cache-from': [`type=registry,ref=${host}/${family}/${name}:cache`],
      'cache-to': [`type=registry,ref=${host}/${family}/${name}:cache,mode=max`],
    },
  });
  const link = {
    executor: 'nx-docker-cache:build',
    options: { dockerfile: `${root}/link/Dockerfile`, context: '.', registry: `${host}/link`, push: true },
    inputs: [
      `{workspaceRoot}/${root}/**/*`,
      '{workspaceRoot}/libs/shared/**/*',
      '{workspaceRoot}/package*.json',
    ],
  };
  // What is inferred stays, and pushes.
  const ours = { options: { push: true } };
  return {
    'peer-affected': peer('peer-affected'),
    'peer-many': peer('peer-many'),
    link,
    'docker-build': ours,
  };
}

const sourceOf = (name, text) => `console.log(${JSON.stringify(`${name} ${text}`)});\n`;

/** Writes, commits and installs. @returns {Promise<{cwd: string, host: string, names: string[]}>} */
export async function makeServices(folder, { tarball, host, count }) {
  const cwd = join(folder, 'services');
  const { names, files } = filesOf(host, count);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
  const npm = (...args) => run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd });
  // The lockfile is what the images install; what Nx needs is not in it.
  await npm('install', '--package-lock-only');
  await git(cwd, 'init', '--quiet', '--initial-branch=main');
  await commit(cwd, 'The services');
  const tools = [`nx@${NX}`, `@nx/devkit@${NX}`, `@nx/js@${NX}`, `@nx-tools/nx-container@${NX_CONTAINER}`];
  await npm('install', '--no-save', tarball, ...tools, 'dotenv', 'tslib');
  return { cwd, host, names };
}

/** One commit that changes a source of the first services. */
export async function changeServices({ cwd, names }, count, text) {
  for (const name of names.slice(0, count))
    await writeFile(join(cwd, serviceRoot(name), 'src/main.js'), sourceOf(name, text));
  await commit(cwd, `${count} services: ${text}`);
}

/** Nothing of an earlier run, as on a machine that was made for this job. */
export async function forget({ cwd }) {
  for (const name of ['.nx', '.nx-docker-cache']) await rm(join(cwd, name), { recursive: true, force: true });
}

export async function head({ cwd }) {
  return (await git(cwd, 'rev-parse', 'HEAD')).trim();
}

async function commit(cwd, message) {
  await git(cwd, 'add', '--all');
  const author = ['user.name=Bench', 'user.email=bench@example.com', 'commit.gpgsign=false'];
  await git(cwd, ...author.flatMap((value) => ['-c', value]), 'commit', '--quiet', '--message', message);
}

/** How the receipts of a run count. @returns {Promise<{built: number, skipped: number}>} */
export async function countReceipts({ cwd, names }) {
  const counts = { built: 0, skipped: 0 };
  for (const name of names) {
    const folder = join(cwd, '.nx-docker-cache', name);
    const files = await readdir(folder).catch(() => []);
    for (const file of files.filter((one) => /^receipt.*\.json$/.test(one)))
      counts[JSON.parse(await readFile(join(folder, file), 'utf8')).status]++;
  }
  return counts;
}

const json = (value) => `${JSON.stringify(value, undefined, 2)}\n`;
