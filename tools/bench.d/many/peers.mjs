/** Who builds many services, and how. Every family has repositories of its own in the registry: `<host>/<family>/…`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure, measureScript } from '../measure.mjs';
import { cliArgv } from '../ours.mjs';
import { forget, serviceRoot, usePlugin } from './workspace.mjs';

/** The program that Nx starts for a batch: our process. */
const BATCH = 'batch/run-batch.js';
const INLINE = ['--build-arg', 'BUILDKIT_INLINE_CACHE=1'];

/**
 * `family`: whose caches it reads and writes. `copyOf`: a family that is filled first, and whose repositories it gets.
 * `all`: it goes through all services, whatever has changed.
 * `run` gets `{at, host, env, base, folder}`: the workspace, the registry, the agent, the commit before.
 */
export const PEERS = [
  {
    id: 'peer-affected',
    name: '@nx-tools/nx-container, registry cache, `nx affected`',
    family: 'peer-affected',
    run: ({ at, env, base }) => withoutPlugin(at, env, ['affected', '-t', 'peer-affected', ...since(base)]),
    fill: ({ at, env }) => withoutPlugin(at, env, ['run-many', '-t', 'peer-affected']),
  },
  {
    id: 'peer-many',
    name: '@nx-tools/nx-container, registry cache, `nx run-many`',
    family: 'peer-many',
    copyOf: 'peer-affected',
    run: ({ at, env }) => withoutPlugin(at, env, ['run-many', '-t', 'peer-many']),
  },
  {
    id: 'script',
    name: 'script 2 in a loop: pull both stages, build both, push both',
    family: 'script',
    run: ({ at, host, env }) =>
      measureScript(
        at.names.flatMap((name) => loop(`${host}/script/${name}`, name)),
        { cwd: at.cwd, env },
      ),
  },
  {
    id: 'bake',
    name: 'one bake file of all, written by hand, registry cache, mode=max',
    family: 'bake',
    run: async ({ at, host, env, folder }) => {
      const file = join(folder, 'bake.json');
      await writeFile(file, JSON.stringify(bakeFile(host, at)));
      return measureScript([['docker', 'buildx', 'bake', '--allow=fs.read=*', '--file', file]], {
        ...{ cwd: at.cwd, env },
      });
    },
  },
  {
    id: 'ours-affected',
    name: '**nx-docker-cache**, `nx affected --batch`',
    ours: true,
    family: 'ours',
    run: ({ at, env, base }) => nx(at, env, ['affected', '-t', 'docker-build', ...since(base), '--batch']),
    fill: ({ at, env }) => nx(at, env, ['run-many', '-t', 'docker-build', '--batch']),
  },
  {
    id: 'ours-many',
    name: '**nx-docker-cache**, `nx run-many --batch`',
    ours: true,
    family: 'ours-many',
    copyOf: 'ours',
    run: ({ at, host, env }) =>
      nx(at, env, ['run-many', '-t', 'docker-build', '--batch', `--registry=${host}/ours-many`]),
  },
  {
    id: 'ours-cli',
    name: '**nx-docker-cache**, the command with all services',
    ours: true,
    family: 'ours-cli',
    copyOf: 'ours',
    run: ({ at, host, env }) => {
      const args = ['build', ...at.names, '--registry', `${host}/ours-cli`, '--progress', 'quiet'];
      return checked(cliArgv(at.cwd, args), { cwd: at.cwd, env, memory: true });
    },
  },
  {
    id: 'ours-link',
    name: '**nx-docker-cache**, `COPY --link`, `nx affected --batch`',
    ours: true,
    family: 'link',
    run: ({ at, env, base }) => nx(at, env, ['affected', '-t', 'link', ...since(base), '--batch']),
    fill: ({ at, env }) => nx(at, env, ['run-many', '-t', 'link', '--batch']),
  },
];

/** What a script does for one service. */
function loop(image, name) {
  const file = ['--file', `${serviceRoot(name)}/Dockerfile`];
  const pull = (tag) => ({ argv: ['docker', 'pull', '--quiet', `${image}:${tag}`], mayFail: true });
  const build = (tag, ...more) => [
    'docker',
    'build',
    ...file,
    ...more,
    ...INLINE,
    '--tag',
    `${image}:${tag}`,
    '.',
  ];
  const from = (tag) => ['--cache-from', `${image}:${tag}`];
  return [
    pull('builder'),
    pull('latest'),
    build('builder', '--target', 'builder', ...from('builder')),
    build('latest', ...from('builder'), ...from('latest')),
    ['docker', 'push', '--quiet', `${image}:builder`],
    ['docker', 'push', '--quiet', `${image}:latest`],
  ];
}

function bakeFile(host, { cwd, names }) {
  const target = Object.fromEntries(
    names.map((name) => {
      const image = `${host}/bake/${name}`;
      return [
        name,
        {
          ...{ context: cwd, dockerfile: join(cwd, serviceRoot(name), 'Dockerfile') },
          ...{ tags: [`${image}:latest`], output: ['type=registry'] },
          'cache-from': [`type=registry,ref=${image}:cache`],
          'cache-to': [`type=registry,ref=${image}:cache,mode=max`],
        },
      ];
    }),
  );
  return { group: { default: { targets: names } }, target };
}

/** What was committed: `nx.json` differs between the peers. */
const since = (base) => [`--base=${base}`, '--head=HEAD'];

async function withoutPlugin(at, env, args) {
  await usePlugin(at, false);
  try {
    return await nx(at, env, args);
  } finally {
    await usePlugin(at, true);
  }
}

async function nx(at, env, args) {
  await forget(at);
  const argv = [process.execPath, join(at.cwd, 'node_modules/nx/dist/bin/nx.js'), ...args];
  return checked([...argv, '--output-style=static'], { cwd: at.cwd, env, memory: BATCH });
}

async function checked(argv, options) {
  const result = await measure(argv, options);
  if (result.code !== 0)
    throw new Error(`${argv.slice(1).join(' ')} ended with ${result.code}\n${result.output.slice(-4000)}`);
  return result;
}
