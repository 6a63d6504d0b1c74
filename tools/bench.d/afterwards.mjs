/** The small figures of what follows a build: a command in a stage's image, and tags. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Monorepo } from '../replay.d/monorepo.mjs';
import { Bases, pushBases } from '../soundness.d/bases.mjs';
import { Random } from '../soundness.d/random.mjs';
import { distDir } from '../lib/paths.mjs';
import { writeWorkspace } from './many/growth.mjs';
import { cliArgv } from './ours.mjs';
import { expectSuccess } from './small.mjs';
import { median } from './stats.mjs';

const MANY = 50;

/**
 * A stage task that does nothing against `docker run` of the same image, in turns, on the agent that built it.
 * @returns {Promise<{ours: number, docker: number}>} medians in ms
 */
export async function start({ image, checkouts, env, turns }) {
  const cwd = checkouts.plain;
  const at = ['apps/api', '--stage', 'builder', '--registry', image];
  const { stdout } = await expectSuccess(cliArgv(cwd, ['build', ...at, '--json']), { cwd, env });
  const ours = cliArgv(cwd, ['run', ...at, '--no-skip', '--no-record', '--', 'true']);
  // The first one brings the image into the engine.
  await expectSuccess(ours, { cwd, env });
  const [{ receipt }] = JSON.parse(stdout);
  const built = receipt.stages.find(({ stage }) => stage === 'builder');
  const docker = ['docker', 'run', '--rm', '--init', `${built.image}@${built.digest}`, 'true'];
  const times = { ours: [], docker: [] };
  for (let turn = 0; turn < turns; turn++) {
    times.ours.push((await expectSuccess(ours, { cwd, env })).ms);
    times.docker.push((await expectSuccess(docker, { cwd, env })).ms);
  }
  return { ours: median(times.ours), docker: median(times.docker) };
}

/**
 * New tags for what was built and pushed before: of one project, and of many with one command.
 * @returns {Promise<{one: number, many: number}>} medians in ms, of the whole process
 */
export async function publish({ host, env, turns }) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bench-publish-')));
  try {
    const bases = new Bases(host, await pushBases(host, env), 'publish');
    await bases.moveTo('one');
    const repo = new Monorepo({ host, external: bases.moving }, new Random(1), MANY);
    const cwd = join(folder, 'workspace');
    await writeWorkspace(repo, cwd);
    const ours = (...args) =>
      expectSuccess([process.execPath, join(distDir, 'cli/main.js'), ...args], { cwd, env });
    await ours('build', '--all', '--progress', 'quiet');
    const names = repo.projects.map(({ name }) => name);
    const times = { one: [], many: [] };
    for (let turn = 0; turn < turns; turn++) {
      times.one.push((await ours('publish', names.at(-1), '--tag', `one-${turn}`)).ms);
      times.many.push((await ours('publish', ...names, '--tag', `many-${turn}`)).ms);
    }
    return { one: median(times.one), many: median(times.many) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
