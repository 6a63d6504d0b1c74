/** The command behind tools/demo. Only node's own modules here: what npm installs may not be there yet. */
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as engine from '../engine.d/index.mjs';
import { checkNode } from '../test.d/install.mjs';
import { stopChildren } from './exec.mjs';
import { paint, say } from './screen.mjs';
import { makeWorkspace, packPlugin } from './setup.mjs';
import { AGENTS, REGISTRY, tell } from './story.mjs';

const USAGE = `Usage: tools/demo [--keep]

Builds examples/nx on four fresh agents that share nothing but a registry, and shows what each of them
executed, fetched and found cached. Needs nothing but node: it installs, builds and starts what it uses.
  --keep   leave the agents, the registry and the workspace, to look at them
Exit codes: 0 all promises hold · 1 one does not, or a step failed · 3 this machine cannot have an engine`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv) {
  const { values } = parseArgs({
    args: argv,
    options: { keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(130));
  });
  const state = {};
  const demonstration = demonstrate(state);
  try {
    return await Promise.race([demonstration, interrupted]);
  } catch (error) {
    console.error(`\n${error.code ? `${error.code}: ` : ''}${error.message}`);
    if (error.hint) console.error(error.hint);
    return error.exitCode ?? 1;
  } finally {
    stopChildren();
    // An agent that is about to start is one to stop.
    await Promise.allSettled([demonstration]);
    if (values.keep) console.log(`\nKept: ${state.workspace?.folder}; tools/engine status`);
    else await cleanUp(state);
  }
}

async function demonstrate(state) {
  checkNode();
  const tarball = await packPlugin();
  say('an engine and a registry');
  state.wasUp = (await engine.status()).up !== null;
  await engine.up();
  const { host } = await engine.registry(REGISTRY, { fresh: true });
  state.workspace = await makeWorkspace(tarball, `${host}/acme`);
  const broken = await tell(state.workspace);
  return broken.length === 0 ? 0 : 1;
}

/** What was not here before is not here afterwards. */
async function cleanUp({ wasUp, workspace }) {
  console.log(paint('dim', '\nClearing up.'));
  if (wasUp === false) await engine.down();
  else if (wasUp) {
    for (const name of AGENTS) await engine.stopAgent(name);
    await engine.stopRegistry(REGISTRY);
  }
  if (workspace) await rm(workspace.folder, { recursive: true, force: true, maxRetries: 5 });
}
