import type { StepOutcome } from '../model/outcome';

/** Hears what happens while a build runs. */
export interface BuildObserver {
  /** A step is over; its status is final. */
  step(step: StepOutcome): void;
  /** A running step wrote output. */
  log(step: string, text: string): void;
  /** Something that is no step, worth a line: a retry, a cache that is left out. */
  note(text: string): void;
}
