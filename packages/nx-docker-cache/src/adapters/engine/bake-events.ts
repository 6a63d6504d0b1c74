import type { BuildEvent, LogEvent, StatusEvent, VertexEvent } from '../../model/events';

/** `[t0 builder 2/6] RUN …`, `[t0 internal] load …`, `[t0] exporting …` */
const PREFIXED = /^\[(t\d+)(?: ([^\]]*))?\] ?/;

/** Pieces of a step's output that a target which names the step later is still told. */
const LOGS_KEPT = 200;

/** All that was said of the vertex so far, as far as a target that comes later has to hear it. */
interface Known {
  readonly targets: Set<string>;
  readonly vertexes: VertexEvent[];
  /** The last of each; what came before it says less. */
  readonly statuses: Map<string, StatusEvent>;
  readonly logs: LogEvent[];
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
    for (const status of event.statuses) {
      const known = this.#known(status.vertex);
      known.statuses.set(status.id, status);
      this.#tell(known, { ...NONE, statuses: [status] });
    }
    for (const log of event.logs) {
      const known = this.#known(log.vertex);
      known.logs.push(log);
      if (known.logs.length > LOGS_KEPT) known.logs.shift();
      this.#tell(known, { ...NONE, logs: [log] });
    }
    for (const warning of event.warnings) {
      const { targets } = this.#known(warning.vertex);
      // Where the builder does not say whose it is, the first one tells it.
      for (const target of targets.size === 0 ? ['t0'] : targets)
        this.#emit(target, { ...NONE, warnings: [warning] });
    }
  }

  #vertex(vertex: VertexEvent): void {
    const match = PREFIXED.exec(vertex.name);
    if (match === null) return;
    const known = this.#known(vertex.digest);
    const stage = match[2] === undefined ? '' : `[${match[2]}] `;
    const renamed = { ...vertex, name: stage + vertex.name.slice(match[0].length) };
    const target = match[1]!;
    if (!known.targets.has(target)) {
      known.targets.add(target);
      const vertexes = known.vertexes.map((earlier) => ({ ...earlier, name: renamed.name }));
      const { statuses, logs } = known;
      if (vertexes.length + statuses.size + logs.length > 0)
        this.#emit(target, { ...NONE, vertexes, statuses: [...statuses.values()], logs: [...logs] });
    }
    known.vertexes.push(renamed);
    this.#tell(known, { ...NONE, vertexes: [renamed] });
  }

  #tell({ targets }: Known, event: BuildEvent): void {
    for (const target of targets) this.#emit(target, event);
  }

  #known(digest: string): Known {
    let known = this.#vertexes.get(digest);
    if (known === undefined) {
      known = { targets: new Set(), vertexes: [], statuses: new Map(), logs: [] };
      this.#vertexes.set(digest, known);
    }
    return known;
  }
}

const NONE: BuildEvent = { vertexes: [], statuses: [], logs: [], warnings: [] };
