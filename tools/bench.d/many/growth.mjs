/** What a run costs in which nothing has changed, as a workspace grows; and what one agent and three take for a change. */
import { rm } from 'node:fs/promises';
import { mkdtemp, realpath, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as engine from '../../engine.d/index.mjs';
import { environmentOf } from '../../demo.d/agent.mjs';
import { run } from '../../demo.d/exec.mjs';
import { Monorepo } from '../../replay.d/monorepo.mjs';
import { SHAPES } from '../../replay.d/shapes.mjs';
import { Bases, pushBases } from '../../soundness.d/bases.mjs';
import { Random } from '../../soundness.d/random.mjs';
import { distDir } from '../../lib/paths.mjs';
import { childrenCpuMs } from '../cpu.mjs';
import { measure } from '../measure.mjs';
import { AGENT, REGISTRY } from '../rounds.mjs';
import { NX } from '../setup.mjs';
import { git } from '../../demo.d/setup.mjs';
import { forget } from './workspace.mjs';
import { median } from '../stats.mjs';

const SIZES = [10, 100, 500];
const TURNS = 3;
const SHARDS = 3;
const SHARED_CHANGES = 30;

/**
 * @param {{tarball: string, sizes?: number[], state: object}} options state gets `growthFolder`, the caller's to remove
 * @returns {Promise<{sizes: {projects: number, ms: number, cpuMs: number, peakMb: number}[],
 *   nx: {projects: number, ms: number, noopMs: number}, shards: {projects: number, builds: number, oneMs: number, threeMs: number}}>}
 *   medians over the turns
 */
export async function measureGrowth({ tarball, sizes = SIZES, state }) {
  state.growthFolder = await realpath(await mkdtemp(join(tmpdir(), 'nx-docker-cache-growth-')));
  await engine.up();
  const { host } = await engine.registry(REGISTRY, { fresh: true });
  await engine.agent(AGENT, { fresh: true });
  const manifests = await pushBases(host, await environmentOf(AGENT));
  const result = { sizes: [] };
  for (const projects of sizes) {
    const bases = new Bases(host, manifests, projects);
    await bases.moveTo('one');
    const repo = new Monorepo({ host, external: bases.moving }, new Random(projects), projects);
    const folder = join(state.growthFolder, String(projects));
    await writeWorkspace(repo, folder);
    console.log(`${projects} projects: the first build`);
    await build(repo, folder, AGENT);
    result.sizes.push({ projects, ...(await unchanged(repo, folder)) });
    if (projects === sizes.at(-1)) {
      result.nx = { projects, ...(await underNx(repo, folder, tarball)) };
      result.shards = await shards(repo, folder);
    }
  }
  return result;
}

export async function writeWorkspace(repo, folder) {
  await mkdir(folder);
  repo.writeTo(folder);
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await commitAll(folder);
}

async function commitAll(folder) {
  await git(folder, 'add', '--all');
  const author = ['user.name=Bench', 'user.email=bench@example.com', 'commit.gpgsign=false'];
  await git(folder, ...author.flatMap((value) => ['-c', value]), 'commit', '--quiet', '--message', 'All');
}

/** A fresh agent each time; digests of files are kept from the first turn on, as on a machine with a checkout. */
async function unchanged(repo, folder) {
  const turns = [];
  for (let turn = 0; turn <= TURNS; turn++) {
    await engine.agent(AGENT, { fresh: true });
    const before = childrenCpuMs();
    const { ms, peakMb } = await build(repo, folder, AGENT);
    if (turn > 0) turns.push({ ms, peakMb, cpuMs: childrenCpuMs() - before });
    console.log(
      `${repo.projects.length} projects, nothing changed  ${(ms / 1000).toFixed(2)} s  ${peakMb?.toFixed(0)} MB`,
    );
  }
  return Object.fromEntries(
    ['ms', 'cpuMs', 'peakMb'].map((unit) => [unit, median(turns.map((turn) => turn[unit]))]),
  );
}

async function build(repo, folder, agent, names = repo.projects.map(({ name }) => name)) {
  const argv = [process.execPath, join(distDir, 'cli/main.js'), 'build', ...names, '--progress', 'quiet'];
  return checked(argv, { cwd: folder, env: await environmentOf(agent), memory: true });
}

/**
 * `nx run-many` over all of them against the same over targets that do nothing, without our plugin. Both as in a fresh
 * checkout: Nx knows no graph, and we no file.
 */
async function underNx(repo, folder, tarball) {
  const defaults = { registry: repo.image('x').replace(/\/x:latest$/, ''), defaultBranch: 'main' };
  const plugin = { plugin: 'nx-docker-cache', options: defaults };
  const configure = (plugins) =>
    writeFile(join(folder, 'nx.json'), JSON.stringify({ defaultBase: 'main', analytics: false, plugins }));
  await configure([plugin]);
  for (const project of repo.projects) {
    const options = {
      ...SHAPES[project.shape].options(project),
      context: SHAPES[project.shape].context(project),
    };
    const targets = {
      'docker-build': { options: { ...options, push: true, tags: ['latest'] } },
      noop: { executor: 'nx:noop' },
    };
    await writeFile(
      join(folder, project.root, 'project.json'),
      JSON.stringify({ name: project.name, targets }),
    );
  }
  await rm(join(folder, 'nx-docker-cache.json'));
  const npm = ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', [...npm, tarball, `nx@${NX}`, `@nx/devkit@${NX}`], { cwd: folder });
  await commitAll(folder);
  const many = async (target, plugins, ...more) => {
    await engine.agent(AGENT, { fresh: true });
    await configure(plugins);
    await forget({ cwd: folder });
    const argv = [
      process.execPath,
      join(folder, 'node_modules/nx/dist/bin/nx.js'),
      'run-many',
      '-t',
      target,
      ...more,
    ];
    const { ms } = await checked([...argv, '--output-style=static'], {
      ...{ cwd: folder, env: await environmentOf(AGENT) },
    });
    console.log(`nx run-many -t ${target}  ${(ms / 1000).toFixed(2)} s`);
    return ms;
  };
  const built = () => many('docker-build', [plugin], '--batch');
  // What these files are part of is built anew once.
  await built();
  const turns = { docker: [], noop: [] };
  for (let turn = 0; turn < TURNS; turn++) {
    turns.docker.push(await built());
    turns.noop.push(await many('noop', []));
  }
  return { ms: median(turns.docker), noopMs: median(turns.noop) };
}

/**
 * Thirty changed projects: one agent, and three with a checkout each that share nothing but the registry and this machine.
 * Planning is in the time of both.
 */
async function shards(repo, folder) {
  const services = repo.projects.filter(({ root }) => root.startsWith('services/')).slice(0, SHARED_CHANGES);
  const change = async (text) => {
    for (const { root } of services) await writeFile(join(folder, root, 'src/main.txt'), `${root} ${text}\n`);
    await commitAll(folder);
    return folder;
  };
  await rm(join(folder, 'nx.json'));
  repo.writeTo(folder);
  // Without Nx's files; all that follows is compared with this.
  await commitAll(folder);
  await change('one');
  await engine.agent(AGENT, { fresh: true });
  const alone = await checkout(folder, 'one');
  const begun = performance.now();
  // The same projects: those that copy the whole workspace are built as well.
  const names = (await plannedShards(alone, AGENT)).flat();
  await build(repo, alone, AGENT, names);
  const oneMs = performance.now() - begun;
  await change('three');
  const agents = Array.from({ length: SHARDS }, (_, index) => `${AGENT}-${index}`);
  try {
    for (const agent of agents) await engine.agent(agent, { fresh: true });
    const folders = [];
    for (const agent of agents) folders.push(await checkout(folder, agent));
    const started = performance.now();
    const planned = await plannedShards(folders[0], agents[0]);
    await Promise.all(planned.map((part, at) => build(repo, folders[at], agents[at], part)));
    const threeMs = performance.now() - started;
    const parts = planned.map((part) => part.length).join(' + ');
    console.log(
      `${parts} to build: one ${(oneMs / 1000).toFixed(1)} s, three ${(threeMs / 1000).toFixed(1)} s`,
    );
    return { projects: services.length, builds: names.length, oneMs, threeMs };
  } finally {
    for (const agent of agents) await engine.stopAgent(agent);
  }
}

async function checkout(folder, name) {
  await git(folder, 'clone', '--quiet', folder, `${folder}-${name}`);
  return `${folder}-${name}`;
}

/** @returns {Promise<string[][]>} names of the projects of each shard */
async function plannedShards(folder, agent) {
  const args = ['matrix', '--shards', String(SHARDS), '--affected', '--base', 'HEAD~1', '--json'];
  const argv = [process.execPath, join(distDir, 'cli/main.js'), ...args];
  const { stdout } = await checked(argv, { cwd: folder, env: await environmentOf(agent) });
  return JSON.parse(stdout).shards.map(({ projects }) => projects);
}

async function checked(argv, options) {
  const result = await measure(argv, options);
  if (result.code !== 0)
    throw new Error(
      `${argv.slice(1, 6).join(' ')} … ended with ${result.code}\n${result.output.slice(-4000)}`,
    );
  return result;
}
