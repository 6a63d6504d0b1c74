/**
 * The same random values in each run, so that a red run is about the change. NDC_SEED is another number, or `random`:
 * fast-check prints the seed of what failed.
 */
const fc = require('fast-check');

const given = process.env.NDC_SEED ?? '20261123';
if (given !== 'random') fc.configureGlobal({ seed: Number(given) });
