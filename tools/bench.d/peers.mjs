/**
 * What is measured: for each peer, how one build of the API goes. `image` is a repository that only this peer and
 * this repetition use. A peer's `run` gets `{image, checkouts, env}` and returns `{ms}`.
 */
import { measureScript } from './measure.mjs';
import { cli, cliArgv, executor } from './ours.mjs';

const FILE = ['--file', 'apps/api/Dockerfile'];
const INLINE = ['--build-arg', 'BUILDKIT_INLINE_CACHE=1'];
const docker = (...args) => ['docker', ...args];
const pull = (ref) => ({ argv: docker('pull', ref), mayFail: true });

const script = (steps) => ({
  run: ({ image, checkouts, env }) => measureScript(steps(image), { cwd: checkouts.plain, env }),
});

/** What CI may do with the builder stage: three checks, side by side. */
const TASKS = [
  ['npx', 'tsc', '--build', '--force', 'libs/shared'],
  ['npm', 'ls', '--workspace', 'apps/api', '--all'],
  ['node', '--check', 'apps/api/dist/main.js'],
];

/** The stages of script 2: pull both, build both, with `between` after the first; push both. */
const bothStages = (image, between = []) => [
  pull(`${image}:builder`),
  pull(`${image}:latest`),
  docker(
    ...['build', ...FILE, '--target', 'builder', '--cache-from', `${image}:builder`, ...INLINE],
    ...['--tag', `${image}:builder`, '.'],
  ),
  ...between,
  docker(
    ...['build', ...FILE, '--cache-from', `${image}:builder`, '--cache-from', `${image}:latest`, ...INLINE],
    ...['--tag', `${image}:latest`, '.'],
  ),
  docker('push', `${image}:builder`),
  docker('push', `${image}:latest`),
];

export const PEERS = [
  {
    id: 'blog1',
    name: 'script 1: pull, build with inline cache, push',
    ...script((image) => [
      pull(`${image}:latest`),
      docker('build', ...FILE, '--cache-from', `${image}:latest`, ...INLINE, '--tag', `${image}:latest`, '.'),
      docker('push', `${image}:latest`),
    ]),
  },
  {
    id: 'blog2',
    name: 'script 2: pull both stages, build both, push both',
    ...script((image) => bothStages(image)),
  },
  {
    id: 'blog2-tasks',
    name: 'script 2 with three checks in its builder stage, side by side',
    tasks: true,
    ...script((image) => {
      const inBuilder = (command) => docker('run', '--rm', `${image}:builder`, ...command);
      return bothStages(image, [{ atOnce: TASKS.map(inBuilder) }]);
    }),
  },
  {
    id: 'buildx',
    name: '`docker buildx build --push`, registry cache, mode=max',
    ...script((image) => [
      docker(
        'buildx',
        'build',
        ...FILE,
        ...['--cache-from', `type=registry,ref=${image}:cache`],
        ...['--cache-to', `type=registry,ref=${image}:cache,mode=max`],
        ...['--tag', `${image}:latest`, '--push', '.'],
      ),
    ]),
  },
  {
    id: 'nx-container',
    name: '@nx-tools/nx-container, the same cache options (its executor alone)',
    run: ({ image, checkouts, env }) =>
      executor('api', 'nx-container', checkouts, env, {
        tags: [`${image}:latest`],
        'cache-from': [`type=registry,ref=${image}:cache`],
        'cache-to': [`type=registry,ref=${image}:cache,mode=max`],
      }),
  },
  {
    id: 'plain',
    name: '`docker buildx build --push` without any cache',
    only: ['cold'],
    ...script((image) => [docker('buildx', 'build', ...FILE, '--tag', `${image}:latest`, '--push', '.')]),
  },
  {
    id: 'ours',
    name: '**nx-docker-cache**, the command',
    ours: true,
    run: (at) => cli(['build', 'apps/api'], at),
  },
  {
    id: 'ours-executor',
    name: '**nx-docker-cache**, the executor alone',
    ours: true,
    run: ({ image, checkouts, env }) => executor('api', 'docker-build', checkouts, env, { registry: image }),
  },
  {
    id: 'ours-layers',
    name: '**nx-docker-cache** with `--no-skip`, the command',
    ours: true,
    run: (at) => cli(['build', 'apps/api', '--no-skip'], at),
  },
  {
    id: 'ours-tasks',
    name: '**nx-docker-cache**, both stages, the same three as stage tasks, then `publish`',
    ours: true,
    tasks: true,
    run: ({ image, checkouts, env }) => {
      const at = ['--registry', image];
      const ours = (...args) => cliArgv(checkouts.plain, args);
      const steps = [
        ours('build', 'apps/api', '--stage', 'builder', ...at),
        {
          atOnce: TASKS.map((command) =>
            ours('run', 'apps/api', '--stage', 'builder', ...at, '--', ...command),
          ),
        },
        ours('publish', 'apps/api'),
      ];
      return measureScript(steps, { cwd: checkouts.plain, env });
    },
  },
  {
    id: 'link-gateway',
    name: '**nx-docker-cache**, `gateway`: dist built outside, `COPY --link`',
    ours: true,
    link: true,
    run: (at) => cli(['build', 'apps/gateway'], at),
  },
  {
    id: 'link-api',
    name: '**nx-docker-cache**, `api` in the shape of `gateway`',
    ours: true,
    link: true,
    run: (at) => cli(['build', 'apps/api', '--dockerfile', 'apps/api/Dockerfile.link'], at),
  },
];

/** Measured against each other and nothing else: a section of its own. */
export const TASK_PEERS = PEERS.filter(({ tasks }) => tasks);

/** Cold: the registry knows nothing of the project. Then a source changes; then the same commit is built again. */
export const SCENARIOS = ['cold', 'changed', 'unchanged'];
