import type { BuildOutcome, StepOutcome } from '../model/outcome';

/** The steps of builds that share some, each once. */
export function distinctSteps(outcomes: readonly Pick<BuildOutcome, 'steps'>[]): StepOutcome[] {
  const steps = new Map<string, StepOutcome>();
  for (const step of outcomes.flatMap((outcome) => outcome.steps)) {
    const known = steps.get(step.digest);
    // One build may know a step as cached that the other has seen running.
    if (known === undefined || (known.status === 'cached' && step.status !== 'cached'))
      steps.set(step.digest, step);
  }
  return [...steps.values()];
}
