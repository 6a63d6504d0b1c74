import type { BuildEvent } from '../model/events';
import type { StepOutcome, StepStatus } from '../model/outcome';

/** All that is known of a vertex; BuildKit starts and completes one several times over. */
interface Vertex {
  readonly digest: string;
  name: string;
  firstStart: number | undefined;
  lastStart: number | undefined;
  lastEnd: number | undefined;
  /** When it ran, start by end; events are repeated. */
  readonly ran: Map<number, number>;
  cached: boolean;
  logged: boolean;
  error: string | undefined;
  readonly fetched: Map<string, number>;
  /** Layers that are being pulled. */
  readonly open: Set<string>;
  extracted: boolean;
  readonly log: string[];
}

export interface VertexView {
  readonly digest: string;
  readonly name: string;
  readonly error: string | undefined;
  /** Last lines of output. */
  readonly log: readonly string[];
}

/** A hundred of them may be the manual of npm (log-lines.ts). */
const LOG_LINES_KEPT = 150;
const LAYER = /^(?:extracting )?sha256:[0-9a-f]{64}/;
/** `[builder 3/6] RUN npm ci`, with the platform first for several platforms. */
const STEP = /^\[(?:(?:[a-z0-9]+\/[a-z0-9/]+) )?(?:([^\]]*?) )?\d+\/\d+\] /;

/** `[builder 1/6] FROM …`; without brackets for `COPY --from=<image>`, with `docker-image://` for `# syntax`. */
const BASE = /(?:^|\] )(?:FROM |docker-image:\/\/)(\S+)@(sha256:[0-9a-f]{64})/;
/** The only stage of a file has no name in it. */
const TRIGGER = /^\[(?:\S+\/\S+ )?(?:(\S+) )?\d+\/\d+\] (ONBUILD .*)$/s;

/** Merges progress events by vertex digest and tells executed, fetched and cached apart. */
export class StepTracker {
  readonly #vertexes = new Map<string, Vertex>();
  readonly #warnings = new Set<string>();

  add(event: BuildEvent): void {
    for (const { digest, name, started, completed, cached, error } of event.vertexes) {
      const vertex = this.#vertex(digest, name);
      vertex.name = name;
      vertex.cached ||= cached;
      vertex.error ??= error;
      if (started !== undefined) {
        vertex.firstStart = Math.min(vertex.firstStart ?? started, started);
        vertex.lastStart = Math.max(vertex.lastStart ?? started, started);
      }
      if (completed !== undefined) vertex.lastEnd = Math.max(vertex.lastEnd ?? completed, completed);
      if (completed !== undefined && started !== undefined && !vertex.ran.has(completed))
        vertex.ran.set(completed, started);
    }
    for (const { id, vertex: digest, current, total, completed } of event.statuses) {
      if (!LAYER.test(id)) continue;
      const vertex = this.#vertex(digest, '');
      if (completed === undefined && !(total > 0 && current >= total)) vertex.open.add(id);
      else vertex.open.delete(id);
      if (id.startsWith('extracting ')) vertex.extracted = true;
      else vertex.fetched.set(id, Math.max(vertex.fetched.get(id) ?? 0, current));
    }
    for (const { vertex: digest, text } of event.logs) {
      const vertex = this.#vertex(digest, '');
      vertex.logged = true;
      vertex.log.push(...text.replace(/\n$/, '').split('\n'));
      if (vertex.log.length > LOG_LINES_KEPT) vertex.log.splice(0, vertex.log.length - LOG_LINES_KEPT);
    }
    for (const { text } of event.warnings) this.#warnings.add(text);
  }

  /**
   * Steps of stages, in the order in which BuildKit named them, those that were never needed left out.
   * @param ok true where the build succeeded: a step that was given up then had an identical twin
   */
  steps(ok: boolean): StepOutcome[] {
    return [...this.#vertexes.values()].flatMap((vertex) => {
      const idle = vertex.lastStart === undefined && !vertex.cached && vertex.error === undefined;
      if (idle || !STEP.test(vertex.name)) return [];
      const step = outcomeOf(vertex);
      return [ok && step.status === 'canceled' ? { ...step, status: 'cached' as const } : step];
    });
  }

  /** true as soon as the builder has told of anything. */
  hasBegun(): boolean {
    return this.#vertexes.size > 0;
  }

  /** Steps that completed before `until` and were not started again. */
  settled(until: number): StepOutcome[] {
    return [...this.#vertexes.values()]
      .filter(({ name, lastEnd, lastStart, error }) => {
        const over = lastEnd !== undefined && lastEnd >= (lastStart ?? 0) && lastEnd <= until;
        return over && STEP.test(name) && (error === undefined || !isCanceled(error));
      })
      .map(outcomeOf);
  }

  /** The step that has been running longest, as a line; undefined where none runs. */
  running(now: number): string | undefined {
    const vertex = [...this.#vertexes.values()].find(
      ({ lastStart, lastEnd }) => lastStart !== undefined && lastStart > (lastEnd ?? 0),
    );
    if (vertex === undefined) return undefined;
    const seconds = Math.round((now - (vertex.lastStart ?? now)) / 1000);
    const last = vertex.log.findLast((line) => line.trim() !== '');
    return `${vertex.name} … ${seconds} s${last === undefined ? '' : ` · ${last.trim().slice(0, 100)}`}`;
  }

  /** `from` or `to` where all that still runs reads or writes a cache. */
  waitsFor(): 'from' | 'to' | undefined {
    const running = [...this.#vertexes.values()].filter(
      ({ lastStart, lastEnd }) => lastStart !== undefined && lastStart > (lastEnd ?? 0),
    );
    if (running.length === 0) return undefined;
    if (running.every(({ name }) => name.startsWith('exporting cache'))) return 'to';
    const reads = ({ name, open }: Vertex): boolean =>
      name.startsWith('importing cache manifest') || [...open].some((id) => !id.startsWith('extracting '));
    return running.every(reads) ? 'from' : undefined;
  }

  nameOf(digest: string): string | undefined {
    return this.#vertexes.get(digest)?.name;
  }

  /** External images with the digest that the builder resolved, from the names of their steps. */
  baseImages(): { name: string; digest: string }[] {
    const found = new Map<string, string>();
    for (const { name } of this.#vertexes.values()) {
      const match = BASE.exec(name);
      if (match?.[1] !== undefined && match[2] !== undefined) found.set(match[1], match[2]);
    }
    return [...found].map(([name, digest]) => ({ name, digest }));
  }

  /** Steps of ONBUILD, those that were never needed included. */
  triggers(): { stage: string | undefined; text: string }[] {
    return [...this.#vertexes.values()].flatMap(({ name }) => {
      const match = TRIGGER.exec(name);
      return match === null ? [] : [{ stage: match[1], text: match[2]! }];
    });
  }

  /** Vertexes that are no steps: imports, exports, loading. */
  others(): VertexView[] {
    return [...this.#vertexes.values()].filter(({ name }) => !STEP.test(name));
  }

  /** When anything ran to its end: steps, transfers and exports. In milliseconds of the builder's clock. */
  spans(): { readonly digest: string; readonly from: number; readonly to: number }[] {
    return [...this.#vertexes.values()]
      .filter(({ error }) => error === undefined || !isCanceled(error))
      .flatMap(({ digest, ran }) => [...ran].map(([to, from]) => ({ digest, from, to })))
      .filter(({ from, to }) => to > from);
  }

  failed(): VertexView[] {
    return [...this.#vertexes.values()].filter(
      ({ error, name }) => error !== undefined && !isCanceled(error) && !isAdvisory(name),
    );
  }

  /** Warnings of BuildKit's Dockerfile checks. */
  lint(): string[] {
    return [...this.#warnings];
  }

  #vertex(digest: string, name: string): Vertex {
    let vertex = this.#vertexes.get(digest);
    if (vertex === undefined) {
      vertex = {
        digest,
        name,
        firstStart: undefined,
        lastStart: undefined,
        lastEnd: undefined,
        ran: new Map(),
        cached: false,
        logged: false,
        error: undefined,
        fetched: new Map(),
        open: new Set(),
        extracted: false,
        log: [],
      };
      this.#vertexes.set(digest, vertex);
    }
    return vertex;
  }
}

function outcomeOf(vertex: Vertex): StepOutcome {
  return {
    digest: vertex.digest,
    name: vertex.name,
    stage: STEP.exec(vertex.name)?.[1],
    status: statusOf(vertex),
    seconds: [...vertex.ran].reduce((sum, [end, start]) => sum + end - start, 0) / 1000,
    bytesFetched: [...vertex.fetched.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** Steps that fail without failing the build. */
function isAdvisory(name: string): boolean {
  return name.startsWith('importing cache manifest') || name.startsWith('exporting cache');
}

function isCanceled(error: string): boolean {
  return /context canceled|operation was canceled/i.test(error);
}

/**
 * A step whose layer was pulled often has no `cached`, only pull statuses; one that ran has output or time
 * and none of them. A base image's layers are pulled by the first step above it, so that one counts as
 * executed when it also wrote output.
 */
function statusOf(vertex: Vertex): StepStatus {
  if (vertex.error !== undefined) return isCanceled(vertex.error) ? 'canceled' : 'failed';
  if (vertex.logged) return 'executed';
  if (vertex.extracted || vertex.fetched.size > 0) return 'fetched';
  if (vertex.cached || isBase(vertex.name)) return 'cached';
  return 'executed';
}

/** FROM executes nothing: its image is resolved, and pulled only where something runs on it. */
function isBase(name: string): boolean {
  return /\] FROM /.test(name);
}
