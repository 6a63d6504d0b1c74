import type { EngineFacts } from '../model/facts';
import type { EnginePort } from '../ports/engine';

/** What the builders of a run can do, each asked once. */
export class Engines {
  readonly #engine: Pick<EnginePort, 'facts'>;
  readonly #known = new Map<string | undefined, Promise<EngineFacts>>();

  constructor(engine: Pick<EnginePort, 'facts'>) {
    this.#engine = engine;
  }

  facts(builder: string | undefined): Promise<EngineFacts> {
    const known = this.#known.get(builder) ?? this.#engine.facts(builder);
    this.#known.set(builder, known);
    return known;
  }
}
