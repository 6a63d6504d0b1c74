/** What a plugin adds to Nx's project graph: a generated workspace without a plugin, with ours, with @nx/docker. */
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../demo.d/exec.mjs';
import { writeGraphWorkspace } from './graph-workspace.mjs';
import { measure } from './measure.mjs';
import { childrenCpuMs } from './cpu.mjs';
import { median } from './stats.mjs';

const NX = '23.2.1';
const PROJECTS = 500;
const TURNS = { cold: 5, warm: 15 };
const PLUGINS = { none: [], ours: ['nx-docker-cache'], peer: ['@nx/docker'] };
const NAMES = Object.keys(PLUGINS);

/**
 * @param state gets `graphFolder`, which is the caller's to remove
 * @returns {Promise<{nx: string, projects: number, edges: Record<string, number>, parsed: {anew: number, known: number},
 *   times: Record<'cold' | 'warm', Record<string, {ms: number, cpuMs: number}[]>>}>} of each turn, in order
 */
export async function measureGraph(tarball, state) {
  state.graphFolder = await realpath(await mkdtemp(join(tmpdir(), 'nx-docker-cache-graph-')));
  const places = await makeWorkspaces(state.graphFolder, tarball);
  const times = {};
  for (const kind of Object.keys(TURNS)) times[kind] = await measureTurns(kind, places);
  const edges = {};
  for (const name of NAMES) edges[name] = await countEdges(places[name]);
  return { nx: NX, projects: PROJECTS, times, edges, parsed: await changeOne(places.ours) };
}

/** One workspace for each, since their caches must not meet; the packages are hard links of one installation. */
async function makeWorkspaces(folder, tarball) {
  const packages = join(folder, 'packages');
  await mkdir(packages);
  await writeFile(join(packages, 'package.json'), '{ "private": true }\n');
  console.log(`nx and @nx/docker ${NX}: npm install, with the tarball`);
  const wanted = [`nx@${NX}`, `@nx/devkit@${NX}`, `@nx/docker@${NX}`, tarball];
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...wanted], {
    cwd: packages,
  });
  const places = {};
  for (const [name, plugins] of Object.entries(PLUGINS)) {
    const cwd = join(folder, name);
    await mkdir(cwd);
    const dockerfiles = await writeGraphWorkspace(cwd, { projects: PROJECTS, plugins });
    await commitAll(cwd);
    await run('cp', ['-al', join(packages, 'node_modules'), cwd], { cwd: folder });
    places[name] = { cwd, dockerfiles };
  }
  return places;
}

async function commitAll(cwd) {
  await run('git', ['init', '--quiet'], { cwd });
  await run('git', ['add', '--all'], { cwd });
  const author = ['user.name=Bench', 'user.email=bench@example.com', 'commit.gpgsign=false'];
  await run('git', [...author.flatMap((value) => ['-c', value]), 'commit', '--quiet', '--message', 'All'], {
    cwd,
  });
}

/** In turns, and in each turn in another order, so that a slow minute of the machine hits each of them. */
async function measureTurns(kind, places) {
  const times = Object.fromEntries(NAMES.map((name) => [name, []]));
  for (const name of NAMES) await showProjects(places[name]);
  for (let turn = 0; turn < TURNS[kind]; turn++) {
    for (const name of turn % 2 === 0 ? NAMES : [...NAMES].reverse()) {
      if (kind === 'cold') await forget(places[name]);
      times[name].push(await showProjects(places[name]));
    }
    const line = NAMES.map((name) => `${name} ${(times[name].at(-1).ms / 1000).toFixed(2)}`).join('  ');
    console.log(`graph ${kind} ${turn + 1}/${TURNS[kind]}  ${line} s`);
  }
  return times;
}

async function showProjects(place) {
  const before = childrenCpuMs();
  const { ms, stdout } = await nx(place, ['show', 'projects', '--json']);
  const found = JSON.parse(stdout).length;
  if (found < PROJECTS) throw new Error(`Expected ${PROJECTS} projects and more; found ${found}.`);
  return { ms, cpuMs: childrenCpuMs() - before };
}

/** `nx reset` keeps some databases; all that was known is in this folder. */
async function forget(place) {
  await nx(place, ['reset']);
  await rm(join(place.cwd, '.nx'), { recursive: true, force: true });
}

async function countEdges(place) {
  const file = join(place.cwd, 'graph.json');
  await nx(place, ['graph', `--file=${file}`]);
  const { graph } = JSON.parse(await readFile(file, 'utf8'));
  await rm(file);
  return Object.values(graph.dependencies).flat().length;
}

/** How many Dockerfiles are parsed after one of them has changed, as the plugin itself counts them. */
async function changeOne(place) {
  const path = join(place.cwd, place.dockerfiles[0]);
  await writeFile(path, `${await readFile(path, 'utf8')}COPY more more\n`);
  const { output } = await nx(place, ['show', 'projects', '--json'], { NX_VERBOSE_LOGGING: 'true' });
  const [, anew, known] = /(\d+) Dockerfiles parsed, (\d+) known/.exec(output) ?? [];
  if (anew === undefined) throw new Error('The plugin did not say how many Dockerfiles it parsed.');
  return { anew: Number(anew), known: Number(known) };
}

async function nx({ cwd }, args, more = {}) {
  const clean = Object.entries(process.env).filter(([name]) => !/^(?:NX_.*|CI|FORCE_COLOR)$/.test(name));
  const env = { ...Object.fromEntries(clean), NX_DAEMON: 'false', NX_NO_CLOUD: 'true', ...more };
  const result = await measure([process.execPath, join(cwd, 'node_modules/nx/dist/bin/nx.js'), ...args], {
    cwd,
    env,
  });
  if (result.code !== 0)
    throw new Error(`nx ${args.join(' ')} ended with ${result.code}\n${result.output.slice(-4000)}`);
  return result;
}

/**
 * What a plugin costs over none in milliseconds: the median of the differences within each turn, so that what slows a
 * turn down is in both.
 * @param {'ms' | 'cpuMs'} unit
 */
export function costOf(times, name, unit) {
  return median(times[name].map((time, turn) => time[unit] - times.none[turn][unit]));
}
