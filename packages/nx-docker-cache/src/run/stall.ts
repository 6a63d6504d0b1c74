import type { ClockPort } from '../ports/logger';
import type { StepTracker } from './steps';

/** A transfer that moves no byte for this long will not end. BuildKit itself waits for ever. */
const STALL_MS = 60_000;
const TICK_MS = 1_000;

export type Stall = 'from' | 'to';

/** Notices that a build only waits for a cache that is read or written, and that nothing comes any more. */
export class StallWatch {
  readonly #clock: ClockPort;
  readonly #stop: () => void;
  #quietSince: number;

  constructor(tracker: StepTracker, clock: ClockPort, onStall: (stall: Stall) => void) {
    this.#clock = clock;
    this.#quietSince = clock.now();
    this.#stop = clock.every(TICK_MS, () => {
      if (clock.now() - this.#quietSince < STALL_MS) return;
      const stall = tracker.waitsFor();
      if (stall === undefined) return;
      this.#stop();
      onStall(stall);
    });
  }

  /** Something moved. */
  touch(): void {
    this.#quietSince = this.#clock.now();
  }

  end(): void {
    this.#stop();
  }
}
