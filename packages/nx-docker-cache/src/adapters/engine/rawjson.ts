/**
 * buildx's `--progress=rawjson`: one SolveStatus of BuildKit's client package a line.
 * https://pkg.go.dev/github.com/moby/buildkit/client#SolveStatus
 */
import { z } from 'zod';
import type { BuildEvent } from '../../model/events';

const time = z
  .string()
  .nullish()
  .transform((text) => (text === undefined || text === null ? undefined : Date.parse(text)));
const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

const eventSchema = z.object({
  vertexes: z
    .array(
      z.object({
        digest: z.string(),
        name: z.string(),
        started: time,
        completed: time,
        cached: z
          .boolean()
          .nullish()
          .transform((value) => value ?? false),
        error: z
          .string()
          .nullish()
          .transform((value) => (value === null || value === '' ? undefined : value)),
      }),
    )
    .nullish(),
  statuses: z
    .array(
      z.object({
        id: z.string(),
        vertex: z.string(),
        current: count,
        total: count,
        started: time,
        completed: time,
      }),
    )
    .nullish(),
  logs: z.array(z.object({ vertex: z.string(), data: z.string() })).nullish(),
  warnings: z.array(z.object({ short: z.string().nullish(), vertex: z.string().nullish() })).nullish(),
});

export interface LineSinks {
  readonly onEvent: (event: BuildEvent) => void;
  /** Lines that are no event: the final error is plain text. */
  readonly onText: (line: string) => void;
}

/** Lines of stderr → events. buildx 0.13 wrote each event over many lines, between `{` and `}` alone. */
export class EventReader {
  readonly #sinks: LineSinks;
  #open: string[] | undefined;

  constructor(sinks: LineSinks) {
    this.#sinks = sinks;
  }

  line(line: string): void {
    if (this.#open === undefined && line !== '{') return this.#read(line);
    this.#open = [...(this.#open ?? []), line];
    if (line !== '}') return;
    const text = this.#open.join('\n');
    this.#open = undefined;
    this.#read(text);
  }

  /** What was begun and never ended is text. */
  end(): void {
    this.#open?.forEach((line) => this.#sinks.onText(line));
    this.#open = undefined;
  }

  #read(text: string): void {
    const event = parseEvent(text);
    if (event !== undefined) this.#sinks.onEvent(event);
    else text.split('\n').forEach((line) => this.#sinks.onText(line));
  }
}

/** One line of stderr → an event, or undefined where the line is none (the final error is plain text). */
export function parseEvent(line: string): BuildEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = eventSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { vertexes, statuses, logs, warnings } = parsed.data;
  return {
    vertexes: vertexes ?? [],
    statuses: statuses ?? [],
    logs: (logs ?? []).map(({ vertex, data }) => ({
      vertex,
      text: Buffer.from(data, 'base64').toString('utf8'),
    })),
    warnings: (warnings ?? []).flatMap(({ short, vertex }) =>
      short === null || short === undefined || short === ''
        ? []
        : [{ vertex: vertex ?? '', text: Buffer.from(short, 'base64').toString('utf8') }],
    ),
  };
}
