import type { BuildEvent, VertexEvent } from '../../model/events';

/** `[t0 builder 2/6] RUN …`, `[t0 internal] load …`, `[t0] exporting …` */
const PREFIXED = /^\[(t\d+)(?: ([^\]]*))?\] ?/;

interface Known {
  /** All that was said of the vertex so far, in order. */
  readonly history: BuildEvent[];
  readonly targets: Set<string>;
}

/**
 * Hands each target of a bake the events of its own build, as `buildx build` would have given them. Targets share
 * steps: one vertex is then named for each of them in turn, and what was said of it before counts for all.
 */
export class BakeEvents {
  readonly #emit: (target: string, event: BuildEvent) => void;
  readonly #vertexes = new Map<string, Known>();

  /** @param emit called with the bake's name of a target, `t0`, `t1` … */
  constructor(emit: (target: string, event: BuildEvent) => void) {
    this.#emit = emit;
  }

  add(event: BuildEvent): void {
    for (const vertex of event.vertexes) this.#vertex(vertex);
    for (const status of event.statuses) this.#detail(status.vertex, { ...NONE, statuses: [status] });
    for (const log of event.logs) this.#detail(log.vertex, { ...NONE, logs: [log] });
    // Lint names no target; the first one tells it.
    if (event.warnings.length > 0) this.#emit('t0', { ...NONE, warnings: event.warnings });
  }

  #vertex(vertex: VertexEvent): void {
    const match = PREFIXED.exec(vertex.name);
    if (match === null) return;
    const known = this.#known(vertex.digest);
    const stage = match[2] === undefined ? '' : `[${match[2]}] `;
    const event = { ...NONE, vertexes: [{ ...vertex, name: stage + vertex.name.slice(match[0].length) }] };
    const target = match[1]!;
    if (!known.targets.has(target)) {
      known.targets.add(target);
      for (const earlier of known.history) this.#emit(target, renamed(earlier, event.vertexes[0]!.name));
    }
    this.#tell(known, event);
  }

  #detail(digest: string, event: BuildEvent): void {
    this.#tell(this.#known(digest), event);
  }

  #tell(known: Known, event: BuildEvent): void {
    known.history.push(event);
    for (const target of known.targets) this.#emit(target, event);
  }

  #known(digest: string): Known {
    let known = this.#vertexes.get(digest);
    if (known === undefined) {
      known = { history: [], targets: new Set() };
      this.#vertexes.set(digest, known);
    }
    return known;
  }
}

const NONE: BuildEvent = { vertexes: [], statuses: [], logs: [], warnings: [] };

function renamed(event: BuildEvent, name: string): BuildEvent {
  return { ...event, vertexes: event.vertexes.map((vertex) => ({ ...vertex, name })) };
}
