import type { BuildEvent } from '../model/events';
import type { ClockPort } from '../ports/logger';
import type { BuildObserver } from '../ports/observer';
import type { StepTracker } from './steps';

/** BuildKit completes a step several times over; one that stays completed this long is over. */
const SETTLE_MS = 300;
/** A running step is mentioned this often, so that a long one is seen to live. */
const HEARTBEAT_MS = 15_000;
const TICK_MS = 150;

/** Tells the observer of each step once, when its status has settled. */
export class StepFeed {
  readonly #tracker: StepTracker;
  readonly #observer: BuildObserver;
  readonly #clock: ClockPort;
  readonly #reported = new Set<string>();
  readonly #stop: () => void;
  #quietSince: number;

  constructor(tracker: StepTracker, observer: BuildObserver, clock: ClockPort) {
    this.#tracker = tracker;
    this.#observer = observer;
    this.#clock = clock;
    this.#quietSince = clock.now();
    this.#stop = clock.every(TICK_MS, () => {
      this.#flush(this.#clock.now() - SETTLE_MS);
      this.#heartbeat();
    });
  }

  event(event: BuildEvent): void {
    for (const { vertex, text } of event.logs) {
      const name = this.#tracker.nameOf(vertex);
      if (name !== undefined) this.#observer.log(name, text);
    }
  }

  /** Reports what is left and stops. */
  end(): void {
    this.#stop();
    this.#flush(Infinity);
  }

  /** @param until in the builder's time, whose clock may be ahead of ours */
  #flush(until: number): void {
    for (const step of this.#tracker.settled(until)) {
      if (this.#reported.has(step.digest)) continue;
      this.#reported.add(step.digest);
      this.#quietSince = this.#clock.now();
      this.#observer.step(step);
    }
  }

  #heartbeat(): void {
    if (this.#clock.now() - this.#quietSince < HEARTBEAT_MS) return;
    this.#quietSince = this.#clock.now();
    this.#observer.note(this.#tracker.running(this.#clock.now()) ?? 'waiting for the builder');
  }
}
