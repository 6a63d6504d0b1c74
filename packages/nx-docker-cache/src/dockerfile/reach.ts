import type { BaseRef, Dockerfile, Stage } from '../model/dockerfile';
import { resolveTarget } from './target';

/** A target as the user writes it; a number is the index of a stage, with or without a name. */
export type Target = string | number | undefined;

/** One target, or several that are built from the file together. */
export type Targets = Target | readonly Target[];

/**
 * The stages that a target, or any of several, needs, itself included, in the order of the file: through FROM, `--from` and the
 * `from` of mounts.
 *
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export function reachableStages(dockerfile: Dockerfile, targets?: Targets): Stage[] {
  const reached = new Set<number>();
  const waiting = (isList(targets) ? targets : [targets]).map((target) =>
    typeof target === 'number' ? target : resolveTarget(dockerfile, target).index,
  );
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const stage = dockerfile.stages[index];
    if (stage === undefined || reached.has(index)) continue;
    reached.add(index);
    for (const ref of refsOf(stage)) if (ref.kind === 'stage') waiting.push(ref.stage);
  }
  return dockerfile.stages.filter(({ index }) => reached.has(index));
}

function isList(targets: Targets): targets is readonly Target[] {
  return Array.isArray(targets);
}

/** Everything that a stage is built from or copies from. A replaced stage runs nothing. */
function refsOf(stage: Stage): BaseRef[] {
  if (stage.replaced) return [stage.base];
  const read = stage.instructions.flatMap(({ sources, mounts }) => [...sources, ...mounts]);
  return [stage.base, ...read.flatMap(({ from }) => from ?? [])];
}
