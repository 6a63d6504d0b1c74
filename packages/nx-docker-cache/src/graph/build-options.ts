import type { RawPluginOptions } from '../options';
import type { WrittenTarget } from '../layout/project';
import { graphTasks, type GraphTask } from './tasks';

/** Options of a target that the user wrote beside the Dockerfile, as far as the graph has to know them. */
export interface GraphOptions {
  readonly dockerfile: string | undefined;
  readonly context: string | undefined;
  readonly target: string | undefined;
  readonly image: string | undefined;
  readonly registry: string | undefined;
  readonly tags: readonly string[];
  readonly platforms: readonly string[];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly buildContexts: Readonly<Record<string, string>>;
  /** Further files that the build reads: secrets by `src`. */
  readonly secretFiles: readonly string[];
  /** Stages that are built beside the target, those of tasks included. */
  readonly stages: readonly string[];
  readonly tasks: readonly GraphTask[];
}

/**
 * Reads what is written; what has another shape is left out here and refused, with a message, by the executor:
 * nothing in a project.json may break the graph.
 */
export function graphOptions(
  target: WrittenTarget | undefined,
  shared: RawPluginOptions,
  ofProject?: unknown,
): GraphOptions {
  const written = record(target?.options);
  const tasks = graphTasks(ofProject, written);
  return {
    dockerfile: text(written['dockerfile']),
    context: text(written['context']),
    target: text(written['target']),
    image: text(written['image']) ?? shared.image,
    registry: text(written['registry']) ?? shared.registry,
    tags: list(written['tags']),
    platforms: list(written['platforms'] ?? shared.platforms),
    buildArgs: strings(written['buildArgs']),
    buildContexts: strings(written['buildContexts']),
    secretFiles: Array.isArray(written['secrets']) ? written['secrets'].flatMap(secretFile) : [],
    stages: [...new Set([...list(written['stages']), ...tasks.map(({ stage }) => stage)])],
    tasks,
  };
}

function secretFile(secret: unknown): string[] {
  if (typeof secret === 'string') {
    const match = /(?:^|,)\s*(?:src|source)=([^,]+)/.exec(secret);
    return match === null ? [] : [match[1]!.trim()];
  }
  return text(record(secret)['src']) === undefined ? [] : [String(record(secret)['src'])];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function list(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === 'string');
}

function strings(value: unknown): Record<string, string> {
  const entries = Object.entries(record(value)).filter(([, item]) =>
    /^(string|number|boolean)$/.test(typeof item),
  );
  return Object.fromEntries(entries.map(([key, item]) => [key, String(item)]));
}
