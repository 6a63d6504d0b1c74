import type { BuildEvent } from '../model/events';
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
  /** Bytes by step and layer; BuildKit repeats them while nothing moves. */
  readonly #bytes = new Map<string, number>();
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

  event({ vertexes, logs, statuses }: BuildEvent): void {
    let moved = vertexes.length > 0 || logs.length > 0;
    for (const { id, vertex, current, completed } of statuses) {
      const key = `${vertex} ${id}`;
      const now = completed === undefined ? current : Infinity;
      moved ||= now !== this.#bytes.get(key);
      this.#bytes.set(key, now);
    }
    if (moved) this.#quietSince = this.#clock.now();
  }

  end(): void {
    this.#stop();
  }
}
