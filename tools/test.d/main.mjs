/** The command behind tools/test. Only node's own modules here: what npm installs may not be there yet. */
import { startEngine } from './engine.mjs';
import { stopChildren } from './exec.mjs';
import { checkNode } from './install.mjs';
import { STEPS } from './steps.mjs';
import { closingLine, exitCode, heading, result, table } from './summary.mjs';

const USAGE = `Usage: tools/test [step …] [-- arguments of the step's test runner]

${STEPS.map(({ name, what }) => `  ${name.padEnd(10)} ${what}`).join('\n')}

Without a step all of them run; a later one runs although an earlier one failed, unless it needs it.
  tools/test unit -- plan          the unit specs whose path holds "plan"
  tools/test e2e -- --maxWorkers=2
With CI=true a skipped test counts as a failure.`;

const [names, forwarded] = split(process.argv.slice(2));
if (names.includes('--help') || names.includes('-h')) {
  console.log(USAGE);
} else {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `Expected steps of ${STEPS.map(({ name }) => name).join(', ')}; found ${unknown.join(', ')}.`,
    );
    process.exitCode = 2;
  } else {
    process.exitCode = await main(names, forwarded);
  }
}

function split(argv) {
  const dashes = argv.indexOf('--');
  return dashes < 0 ? [argv, []] : [argv.slice(0, dashes), argv.slice(dashes + 1)];
}

async function main(names, forwarded) {
  checkNode();
  const selected = withNeeds(names.length === 0 ? STEPS.map(({ name }) => name) : names);
  const context = { ci: process.env.CI === 'true', forwarded, engine: startEngine() };
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
  });
  const results = [];
  try {
    const signal = await Promise.race([runAll(selected, context, results), interrupted]);
    if (signal) results.push(result({ name: signal, failed: 1, note: 'interrupted' }));
  } finally {
    stopChildren();
    await context.engine.stop();
  }
  console.log(heading('summary'));
  console.log(table(results));
  console.log(closingLine(results));
  return exitCode(results, context.ci);
}

/** A step that was asked for brings what it needs, in the order of the table. */
function withNeeds(names) {
  const wanted = new Set();
  const add = (name) => {
    wanted.add(name);
    const { needs = [], wants = [] } = STEPS.find((step) => step.name === name);
    [...needs, ...wants].forEach(add);
  };
  names.forEach(add);
  return STEPS.filter(({ name }) => wanted.has(name));
}

async function runAll(steps, context, results) {
  for (const step of steps) {
    console.log(heading(step.name));
    const started = performance.now();
    const outcome = await runOne(step, context, results);
    const seconds = (performance.now() - started) / 1000;
    const done = result({ name: step.name, ...outcome, seconds });
    results.push(done);
    console.log(
      `${step.name}: ${done.verdict} (${seconds.toFixed(1)} s)${done.note ? `; ${done.note}` : ''}`,
    );
  }
}

async function runOne(step, context, results) {
  const needs = results.filter(({ name }) => step.needs?.includes(name));
  const stopper = needs.find(({ verdict }) => verdict !== 'passed');
  if (stopper?.failed > 0) return { failed: 1, note: `not run: ${stopper.name} failed` };
  if (stopper) return { skipped: 1, note: `not run: ${stopper.note}` };
  try {
    return await step.run(context);
  } catch (error) {
    console.error(error);
    return { failed: 1, note: error.message };
  }
}
