/** The command behind tools/bench. */
import { parseArgs } from 'node:util';
import { rm } from 'node:fs/promises';
import * as engine from '../engine.d/index.mjs';
import { stopChildren } from '../demo.d/exec.mjs';
import { packPlugin } from '../demo.d/setup.mjs';
import { checkNode } from '../test.d/install.mjs';
import { measureGraph } from './graph.mjs';
import { load, machine, nodeVersions, versions } from './machine.mjs';
import { stopMeasuring } from './measure.mjs';
import { PEERS, SCENARIOS, TASK_PEERS } from './peers.mjs';
import { AGENT, REGISTRY, repeat, smallFigures } from './rounds.mjs';
import { measureGrowth } from './many/growth.mjs';
import { measureServices } from './many/services.mjs';
import { makeCheckouts, NX, NX_CONTAINER } from './setup.mjs';
import { median } from './stats.mjs';
import { judge } from './targets.mjs';

const SMALL = ['overhead', 'help', 'start', 'publish'];
const BUILDS = [...PEERS.map(({ id }) => id), ...SMALL];
/** What is measured with many projects. */
const MANY = { services: measureServices, growth: measureGrowth };
const NAMES = [...BUILDS, 'graph', 'services', 'growth'];

const USAGE = `Usage: tools/bench [--runs 5] [--only name,name] [--services 50] [--json]

Times builds of examples/nx side by side, each on a fresh agent, and compares medians; and Nx's project graph with
and without plugins (graph). With many projects: services that changed, by everybody who may build them (services), and
what a run costs in which nothing changed (growth). It writes docs/benchmarks.md: the builds where all of them were
measured, the others where they were. Leave the machine alone meanwhile: some 4 minutes a run, 3 for the graph, half an
hour for services, 10 for growth.
  --runs   how often everything is measured (5)
  --services  how many services (50)
  --only   ${NAMES.join(', ')}
  --json   the result as JSON on standard output, progress on standard error`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      runs: { type: 'string', default: '5' },
      only: { type: 'string' },
      services: { type: 'string', default: '50' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return print(USAGE);
  const runs = Number(values.runs);
  const only = values.only?.split(',') ?? NAMES;
  const unknown = only.filter((name) => !NAMES.includes(name));
  if (!Number.isInteger(runs) || runs < 1 || unknown.length > 0) {
    console.error(
      unknown.length > 0
        ? `Expected names of ${NAMES.join(', ')}; found ${unknown.join(', ')}.`
        : 'Expected a number of runs.',
    );
    return 2;
  }
  // Standard output is for the result alone then.
  if (values.json) console.log = console.error;
  const state = {};
  const benching = bench({ runs, only, services: Number(values.services), state });
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(undefined));
  });
  try {
    const result = await Promise.race([benching, interrupted]);
    if (result === undefined) return 130;
    if (values.json) return print(JSON.stringify(result, undefined, 2));
    const texts = await textsOf(result);
    for (const { text } of Object.values(texts)) print(`\n${text}`);
    // npm has installed what this needs by now.
    const { writeDocument, writePictures } = await import('./document.mjs');
    for (const [section, { text, pictures = {} }] of Object.entries(texts)) {
      if (section === 'builds' && values.only !== undefined) continue;
      await writeDocument(section, text);
      await writePictures(pictures);
    }
    return 0;
  } catch (error) {
    console.error(`${error.code ? `${error.code}: ` : ''}${error.message}`);
    if (error.hint) console.error(error.hint);
    return error.exitCode ?? 1;
  } finally {
    stopChildren();
    stopMeasuring();
    await Promise.allSettled([benching]);
    await cleanUp(state);
  }
}

async function bench({ runs, only, services, state }) {
  checkNode();
  const tarball = await packPlugin();
  const date = new Date().toISOString().slice(0, 10);
  const result = { date, machine: machine(), ...nodeVersions() };
  if (only.includes('graph')) {
    const loads = [load()];
    const measured = await measureGraph(tarball, state);
    result.graph = { ...measured, load: [...loads, load()] };
  }
  for (const [name, measureMany] of Object.entries(MANY)) {
    if (!only.includes(name)) continue;
    state.wasUp ??= (await engine.status()).up !== null;
    const loads = [load()];
    const measured = await measureMany({ tarball, count: services, state });
    const { versions: engineVersions } = await engine.up();
    result[name] = { [name]: measured, loads: [...loads, load()] };
    result[name].versions = { ...versions(engineVersions, NX_CONTAINER), nx: NX };
  }
  return BUILDS.some((name) => only.includes(name))
    ? { ...result, ...(await benchBuilds({ tarball, runs, only, state })) }
    : result;
}

async function benchBuilds({ tarball, runs, only, state }) {
  state.wasUp ??= (await engine.status()).up !== null;
  const { versions: engineVersions } = await engine.up();
  const { host } = await engine.registry(REGISTRY, { fresh: true });
  const { folder, checkouts } = await makeCheckouts(tarball, host);
  state.folder = folder;
  const peers = PEERS.filter(({ id }) => only.includes(id));
  const before = load();
  const samples = await repeat({ runs, peers, host, checkouts });
  const loads = [before, load()];
  const small = await smallFigures({
    names: only.filter((name) => SMALL.includes(name)),
    host,
    checkouts,
  });
  const peaks = samples.filter(({ peakMb }) => peakMb !== undefined).map(({ peakMb }) => peakMb);
  if (peaks.length > 0) small.peakMb = Math.max(...peaks);
  const seconds = Object.fromEntries(
    peers.map(({ id }) => [
      id,
      Object.fromEntries(SCENARIOS.map((scenario) => [scenario, middle(samples, id, scenario)])),
    ]),
  );
  return {
    versions: versions(engineVersions, NX_CONTAINER),
    runs,
    load: loads,
    seconds,
    small,
    targets: judge((peer, scenario) => seconds[peer]?.[scenario], small),
    samples,
  };
}

async function textsOf(result) {
  const { markdown, tasksMarkdown } = await import('./markdown.mjs');
  const { graphMarkdown } = await import('./graph-markdown.mjs');
  const { growthMarkdown, servicesMarkdown } = await import('./many/markdown.mjs');
  return {
    ...(hasBuilds(result) && { builds: { text: markdown(result) } }),
    ...(TASK_PEERS.every(({ id }) => result.seconds?.[id]) && { tasks: { text: tasksMarkdown(result) } }),
    ...(result.graph && { graph: { text: graphMarkdown(result) } }),
    ...(result.services && { services: servicesMarkdown({ ...result, ...result.services }) }),
    ...(result.growth && { growth: growthMarkdown({ ...result, ...result.growth }) }),
  };
}

/** Anything beside the two with tasks. */
function hasBuilds({ seconds = {}, small = {} }) {
  return PEERS.some(({ id, tasks }) => !tasks && seconds[id]) || Object.keys(small).length > 0;
}

function middle(samples, peer, scenario) {
  const ms = median(
    samples
      .filter((sample) => sample.peer === peer && sample.scenario === scenario)
      .map((sample) => sample.ms),
  );
  return ms === undefined ? undefined : ms / 1000;
}

/** What was not here before is not here afterwards. */
async function cleanUp({ wasUp, folder, graphFolder, manyFolder, growthFolder }) {
  if (wasUp === false) await engine.down();
  else if (wasUp) {
    await engine.stopAgent(AGENT);
    await engine.stopRegistry(REGISTRY);
  }
  for (const made of [folder, graphFolder, manyFolder, growthFolder])
    if (made) await rm(made, { recursive: true, force: true, maxRetries: 5 });
}

function print(text) {
  process.stdout.write(`${text}\n`);
  return 0;
}
