/** The command behind tools/soundness. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as engine from '../engine.d/index.mjs';
import { Bases, pushBases } from './bases.mjs';
import { WorkspaceCheck } from './check.mjs';
import { EngineLost, isTrouble } from './engine-loss.mjs';
import { Contexts } from './contexts.mjs';
import { Compiler } from './compiled.mjs';
import { FAULTS } from './faults.mjs';
import { caseText, faultsText, summary } from './report.mjs';

/** More workspaces in a row than chance makes bad: then the product, or this test, refuses them all. */
const MANY_REFUSALS = 50;

const USAGE = `Usage: tools/soundness [--edits 200] [--seed N] [--workspace N] [--rich] [--faults] [--json]

Random workspaces and random edits: after each edit BuildKit builds on a warm engine, and what it does is
compared with what nx-docker-cache decides from the content key alone.

  --edits N      how many edits BuildKit has to take (default 200)
  --seed N       repeats a run; printed where it is not given
  --workspace N  only this workspace of the seed
  --per N        edits in each workspace (default 25)
  --jobs N       workspaces at a time (default 2)
  --rich         gives each workspace what is rare elsewhere: links of all kinds, flags, args, stages
  --bail         stops at the first false skip
  --faults       tests the test: after how many edits is each fault found that is put into a copy of the product?
  --fault NAME   the same for this one; may be given more than once
  --show KIND    prints cases of this verdict as well, for instance "false build"
  --agent NAME   of the engine and the registry that it starts (default snd-oracle)
  --json         the result on stdout

Exit codes: 0 sound · 1 a false skip, more than 3 % false builds, or a fault that was not found · 2 usage ·
3 the engine or the registry was lost, so nothing is said`;

const { values: flags } = parseArgs({
  options: {
    edits: { type: 'string', default: '200' },
    seed: { type: 'string' },
    workspace: { type: 'string' },
    per: { type: 'string', default: '25' },
    jobs: { type: 'string', default: '2' },
    rich: { type: 'boolean', default: false },
    bail: { type: 'boolean' },
    faults: { type: 'boolean' },
    fault: { type: 'string', multiple: true, default: [] },
    show: { type: 'string' },
    agent: { type: 'string', default: 'snd-oracle' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const SHOWN = ['false skip', 'false refusal', 'unproven'];
if (flags.help) console.log(USAGE);
else process.exitCode = await main().catch(lost);

async function main() {
  const seed = Number(flags.seed ?? Date.now() % 1_000_000);
  console.error(
    `seed ${seed}: repeat with tools/soundness --seed ${seed} --edits ${flags.edits}${flags.rich ? ' --rich' : ''}`,
  );
  const started = performance.now();
  const compiled = mkdtempSync(join(tmpdir(), 'soundness-product-'));
  const results = [];
  const wanted = FAULTS.filter(({ name }) => flags.faults || flags.fault.includes(name));
  if (flags.fault.length > 0 && wanted.length === 0) throw new Error(`no fault is called ${flags.fault[0]}`);
  let suspects = [];
  try {
    const compiler = new Compiler(compiled);
    const dist = compiler.write();
    suspects = wanted.map((fault) => ({ name: fault.name, dist: compiler.write(fault) }));
    await engine.agent(flags.agent, { fresh: true });
    const { host } = await engine.registry(flags.agent, { fresh: true });
    Object.assign(process.env, await engine.env(flags.agent));
    const manifests = await pushBases(host, process.env);
    const contexts = new Contexts();
    const at = (number) => ({
      seed,
      number,
      dist,
      rich: flags.rich,
      contexts,
      suspects,
      bases: new Bases(host, manifests, number),
    });
    await runAll(at, results);
  } finally {
    rmSync(compiled, { recursive: true });
    await engine.stopAgent(flags.agent);
    await engine.stopRegistry(flags.agent);
  }
  const result = summary(results, { seed, seconds: (performance.now() - started) / 1000 }, suspects);
  if (flags.json) console.log(JSON.stringify(result, undefined, 2));
  else console.log([result.text, ...(suspects.length > 0 ? [faultsText(suspects)] : [])].join('\n'));
  return result.sound ? 0 : 1;
}

/** Fills `results`. @param {(number: number) => object} at what the check of a workspace is made with */
async function runAll(at, results) {
  const [wanted, per, jobs] = [Number(flags.edits), Number(flags.per), Number(flags.jobs)];
  const first = Number(flags.workspace ?? 0);
  let refusals = 0;
  let [number, left] = [first, flags.workspace === undefined ? Math.ceil(wanted / per) : 1];
  // A workspace that BuildKit refuses from the start is replaced by the next one, but where it was asked for.
  const work = async () => {
    while (left > 0 && !bailed(results)) {
      left--;
      if (await runWorkspace(at(number++), per, results)) refusals = 0;
      else if (++refusals > MANY_REFUSALS)
        throw new Error(`${refusals} workspaces in a row were refused from the start`);
      else if (flags.workspace === undefined) left++;
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

function bailed(results) {
  return flags.bail === true && results.some(({ verdict }) => verdict === 'false skip');
}

/** @returns false where BuildKit refuses its first state */
async function runWorkspace(at, per, results) {
  const check = new WorkspaceCheck(at);
  try {
    if (!(await check.start())) return false;
    for (let left = per; left > 0;) {
      const result = await check.step(results.filter(({ verdict }) => verdict !== 'refused').length);
      results.push(result);
      if (results.length % 100 === 0) console.error(`${results.length} edits`);
      if (result.verdict !== 'refused') left--;
      if (SHOWN.includes(result.verdict) || result.verdict === flags.show) console.error(caseText(result));
    }
    return true;
  } finally {
    check.end();
  }
}

/** An engine that is gone is no finding. */
function lost(error) {
  const text = `${error.message} ${error.cause ?? ''}`;
  if (!(error instanceof EngineLost) && !isTrouble(text)) throw error;
  console.error(`the engine or the registry was lost: ${text}`);
  return 3;
}
