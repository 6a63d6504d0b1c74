/** The command behind tools/soundness. */
import { parseArgs } from 'node:util';
import * as engine from '../engine.d/index.mjs';
import { Bases, pushBases } from './bases.mjs';
import { WorkspaceCheck } from './check.mjs';
import { caseText, summary } from './report.mjs';

const USAGE = `Usage: tools/soundness [--edits 200] [--seed N] [--workspace N] [--json]

Random workspaces and random edits: after each edit BuildKit builds on a warm engine, and what it does is
compared with what nx-docker-cache decides from the content key alone.

  --edits N      how many edits BuildKit has to take (default 200)
  --seed N       repeats a run; printed where it is not given
  --workspace N  only this workspace of the seed
  --per N        edits in each workspace (default 25)
  --jobs N       workspaces at a time (default 2)
  --bail         stops at the first false skip
  --show KIND    prints cases of this verdict as well, for instance "false build"
  --json         the result on stdout

Exit codes: 0 sound · 1 a false skip, or more than 3 % false builds · 2 usage`;

const { values: flags } = parseArgs({
  options: {
    edits: { type: 'string', default: '200' },
    seed: { type: 'string' },
    workspace: { type: 'string' },
    per: { type: 'string', default: '25' },
    jobs: { type: 'string', default: '2' },
    bail: { type: 'boolean' },
    show: { type: 'string' },
    agent: { type: 'string', default: 'snd-oracle' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const SHOWN = ['false skip', 'false refusal', 'unproven'];
if (flags.help) console.log(USAGE);
else process.exitCode = await main();

async function main() {
  const seed = Number(flags.seed ?? Date.now() % 1_000_000);
  const [wanted, per, jobs] = [Number(flags.edits), Number(flags.per), Number(flags.jobs)];
  console.error(`seed ${seed}: repeat with tools/soundness --seed ${seed} --edits ${wanted}`);
  const started = performance.now();
  await engine.agent(flags.agent, { fresh: true });
  const { host } = await engine.registry(flags.agent, { fresh: true });
  Object.assign(process.env, await engine.env(flags.agent));
  const results = [];
  try {
    const manifests = await pushBases(host, process.env);
    const first = Number(flags.workspace ?? 0);
    let [number, left] = [first, flags.workspace === undefined ? Math.ceil(wanted / per) : 1];
    // A workspace that BuildKit refuses from the start is replaced by the next one, but where it was asked for.
    const work = async () => {
      while (left > 0 && !bailed(results)) {
        left--;
        const at = { seed, number, bases: new Bases(host, manifests, number++) };
        if (!(await runWorkspace(at, per, results)) && flags.workspace === undefined) left++;
      }
    };
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    await engine.stopAgent(flags.agent);
    await engine.stopRegistry(flags.agent);
  }
  const result = summary(results, { seed, seconds: (performance.now() - started) / 1000 });
  if (flags.json) console.log(JSON.stringify(result, undefined, 2));
  else console.log(result.text);
  return result.sound ? 0 : 1;
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
      const result = await check.step();
      results.push(result);
      if (result.verdict !== 'refused') left--;
      if (SHOWN.includes(result.verdict) || result.verdict === flags.show) console.error(caseText(result));
    }
    return true;
  } finally {
    check.end();
  }
}
