/**
 * What the specs that draw at random start from: the same in each run, so that a red run is about the change. NDC_SEED
 * is another number, or `random`; the seed stands in the spec's name, to be repeated.
 */
const given = process.env['NDC_SEED'] ?? '20261123';

/** Below a thousand million. */
export const SEED = given === 'random' ? Date.now() % 1_000_000_000 : Number(given);
