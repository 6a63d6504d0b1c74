/** What a full rebuild makes: a bake of every project, by hand and without the product. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTrouble, persistently } from '../soundness.d/engine-loss.mjs';
import { imageName } from './monorepo.mjs';
import { SHAPES } from './shapes.mjs';

const run = promisify(execFile);
const REPOSITORY = 'full';
/** Targets of one bake: of 500 at once BuildKit loses some ("no such job"). Bases come from the engine's cache again. */
const AT_ONCE = 50;

/**
 * @param {import('./monorepo.mjs').Monorepo} repo as it stands in `folder`
 * @returns {Promise<number>} seconds
 */
export async function buildAll(repo, { folder, host, env, state }) {
  const own = new Map(repo.projects.map((project) => [repo.image(project.name), targetName(project.name)]));
  const target = Object.fromEntries(
    repo.projects.map((project) => {
      const base = own.get(project.base);
      return [
        targetName(project.name),
        {
          context: join(folder, SHAPES[project.shape].context(project)),
          dockerfile: join(folder, project.root, 'Dockerfile'),
          tags: [`${host}/${REPOSITORY}/${imageName(project.name)}:latest`],
          args: project.shape === 'args' ? project.buildArgs : {},
          ...(base && { contexts: { [project.base]: `target:${base}` } }),
          output: ['type=image,push=true,store=false,unpack=false'],
          attest: ['type=provenance,disabled=true'],
        },
      ];
    }),
  );
  const path = join(state, 'bake.json');
  writeFileSync(path, JSON.stringify({ target }));
  const started = performance.now();
  const names = Object.keys(target);
  for (let first = 0; first < names.length; first += AT_ONCE) {
    await bake(path, names.slice(first, first + AT_ONCE), { env, cwd: folder });
  }
  return (performance.now() - started) / 1000;
}

async function bake(path, names, options) {
  const args = ['buildx', 'bake', '--progress=quiet', '--allow=fs.read=*', '--file', path, ...names];
  const ask = () =>
    run('docker', args, { ...options, maxBuffer: 64 * 2 ** 20 }).then(
      () => undefined,
      (error) => error,
    );
  const answers = await persistently(ask, (error) => (isTrouble(error?.stderr) ? error.stderr : undefined));
  const error = answers.at(-1);
  if (error !== undefined) throw error;
}

export const fullRepository = (name) => `${REPOSITORY}/${imageName(name)}`;
const targetName = (name) => imageName(name).replace(/[^a-zA-Z0-9_-]/g, '_');
