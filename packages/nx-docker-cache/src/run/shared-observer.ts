import type { StepOutcome } from '../model/outcome';
import type { BuildObserver } from '../ports/observer';

/** Builds that share steps tell of them each; an observer hears of a step, and of its output, once. */
export class SharedObserver {
  readonly #observer: BuildObserver;
  readonly #told = new Set<string>();
  readonly #speakers = new Map<string, object>();

  constructor(observer: BuildObserver) {
    this.#observer = observer;
  }

  /** The observer of one of the builds. */
  one(): BuildObserver {
    const speaker = {};
    return {
      step: (step: StepOutcome) => {
        if (this.#told.has(step.digest)) return;
        this.#told.add(step.digest);
        this.#observer.step(step);
      },
      // The first that has something to say of a step says the rest of it too.
      log: (step, text) => {
        const first = this.#speakers.get(step) ?? speaker;
        this.#speakers.set(step, first);
        if (first === speaker) this.#observer.log(step, text);
      },
      note: (text) => this.#observer.note(text),
    };
  }
}
