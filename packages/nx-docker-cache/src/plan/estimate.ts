import { reachableStages, type Targets } from '../dockerfile';
import type { Dockerfile } from '../model/dockerfile';

/** Seconds of an instruction where nothing is known of it. Only what they are to each other matters. */
const SECONDS: Readonly<Record<string, number>> = { RUN: 10, COPY: 0.5, ADD: 0.5 };
/** What every build costs: starting, the context, an export. */
const BUILD = 1;

/** How long a build takes that nobody has seen, from its instructions: what runs counts, the rest hardly. */
export function estimateSeconds(parsed: Dockerfile, targets: Targets): number {
  const instructions = reachableStages(parsed, targets)
    .filter(({ replaced }) => !replaced)
    .flatMap((stage) => stage.instructions);
  return instructions.reduce((sum, { keyword }) => sum + (SECONDS[keyword] ?? 0), BUILD);
}

/** A build of which the receipt may know how long it took. */
export interface Timed {
  readonly estimate: number;
  readonly measured: number | undefined;
}

/**
 * How many of an estimate's seconds are one of this workspace's: the middle one of those that are known both ways.
 * 1 where nothing was measured.
 */
export function scaleOf(timed: readonly Timed[]): number {
  const ratios = timed
    .flatMap(({ estimate, measured }) => (measured === undefined ? [] : [measured / estimate]))
    .sort((left, right) => left - right);
  return ratios[Math.floor((ratios.length - 1) / 2)] ?? 1;
}
