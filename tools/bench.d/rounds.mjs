import * as engine from '../engine.d/index.mjs';
import { environmentOf } from '../demo.d/agent.mjs';
import { SCENARIOS } from './peers.mjs';
import { buildDist, changeSources } from './setup.mjs';
import { publish, start } from './afterwards.mjs';
import { help, overhead } from './small.mjs';

export const AGENT = 'bench';
export const REGISTRY = 'bench';
const SMALL_TURNS = 15;

/**
 * All peers in turns, so that a slow minute of the machine hits each of them. In a repetition every peer has a
 * repository of its own, which is empty when it starts: its cold build fills it for the other two scenarios.
 */
export async function repeat({ runs, peers, host, checkouts }) {
  const samples = [];
  let text = 'ok';
  await buildDist(checkouts.plain);
  for (let run = 0; run < runs; run++) {
    const turn = rotate(peers, run);
    for (const scenario of SCENARIOS) {
      // The third scenario builds the commit of the second one again.
      if (scenario !== 'unchanged') {
        const next = `${scenario}-${run}`;
        await changeSources(checkouts, text, next);
        text = next;
      }
      for (const peer of turn) {
        if (peer.only && !peer.only.includes(scenario)) continue;
        await engine.agent(AGENT, { fresh: true });
        const image = `${host}/${peer.id}/run-${run}`;
        const { ms, ...more } = await peer.run({ image, checkouts, env: await environmentOf(AGENT) });
        samples.push({ peer: peer.id, scenario, run, ms, ...more });
        console.log(
          `run ${run + 1}/${runs}  ${scenario.padEnd(10)} ${peer.id.padEnd(14)} ${(ms / 1000).toFixed(2).padStart(7)} s`,
        );
      }
    }
  }
  return samples;
}

export async function smallFigures({ names, host, checkouts }) {
  if (names.length === 0) return {};
  await engine.agent(AGENT, { fresh: true });
  await buildDist(checkouts.plain);
  const env = await environmentOf(AGENT);
  const small = {};
  if (names.includes('help')) {
    console.log('--help');
    small.help = await help({ checkouts, env, turns: SMALL_TURNS });
  }
  if (names.includes('overhead')) {
    console.log('the command against the call that it makes');
    small.overhead = await overhead({ image: `${host}/overhead`, checkouts, env, turns: SMALL_TURNS });
  }
  if (names.includes('start')) {
    console.log('a stage task against docker run');
    small.start = await start({ image: `${host}/start`, checkouts, env, turns: SMALL_TURNS });
  }
  if (names.includes('publish')) {
    console.log('tags of one project, and of many');
    small.publish = await publish({ host, env, turns: SMALL_TURNS });
  }
  return small;
}

function rotate(list, by) {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
