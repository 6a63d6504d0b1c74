import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from './manifest';
import { TURBO_FILES } from './root';

const list = z.array(z.string()).optional().catch(undefined);
const taskSchema = z
  .looseObject({ outputs: list, dependsOn: list, extends: z.boolean().optional().catch(undefined) })
  .catch({});
const tasksSchema = z.record(z.string(), taskSchema);
/** `pipeline` until version 1. */
const fileSchema = z.object({
  extends: list,
  tasks: tasksSchema.optional().catch(undefined),
  pipeline: tasksSchema.optional().catch(undefined),
});

export type TurboTask = z.infer<typeof taskSchema>;

/** A turbo.json, of the root or of a package. */
export interface TurboFile {
  readonly tasks: Readonly<Record<string, TurboTask>>;
  /** Names of packages whose files it goes on from; `//` is the root. */
  readonly extends: readonly string[];
}

/** That of a folder; one that is not there says nothing. */
export function readTurboFile(folder: string): TurboFile {
  const [json] = TURBO_FILES.flatMap((name) => readJson(join(folder, name)) ?? []);
  const parsed = fileSchema.safeParse(json ?? {});
  if (!parsed.success) return { tasks: {}, extends: [] };
  return { tasks: parsed.data.tasks ?? parsed.data.pipeline ?? {}, extends: parsed.data.extends ?? [] };
}

/**
 * What a package's task is made of, the root's first: the packages' files that its own one goes on from stand between
 * them, each behind what it goes on from itself. One that says `"extends": false` is the first.
 * @param file the package's own
 * @param fileOf that of another package, by its name
 * @see https://turborepo.dev/docs/reference/package-configurations
 */
export function taskChain(
  task: string,
  shared: TurboTask | undefined,
  file: TurboFile,
  fileOf: (name: string) => TurboFile | undefined,
): readonly TurboTask[] {
  const chain = (one: TurboFile, seen: ReadonlySet<TurboFile>): TurboTask[] => {
    const others = one.extends.flatMap((name) => fileOf(name) ?? []).filter((other) => !seen.has(other));
    const above = others.flatMap((other) => chain(other, new Set([...seen, other])));
    const own = one.tasks[task];
    const all = [...(shared === undefined ? [] : [shared]), ...above, ...(own === undefined ? [] : [own])];
    return all.slice(
      Math.max(
        0,
        all.findLastIndex((part) => part.extends === false),
      ),
    );
  };
  return chain(file, new Set([file]));
}

/** Stands for what comes before it in a chain; without it a list replaces that. */
const EXTENDS = '$TURBO_EXTENDS$';

/** A list of a task. */
export function inChain(chain: readonly TurboTask[], key: 'outputs' | 'dependsOn'): readonly string[] {
  return chain.reduce<readonly string[]>((before, one) => {
    const items = one[key];
    if (items === undefined) return before;
    return items.includes(EXTENDS) ? [...before, ...items.filter((item) => item !== EXTENDS)] : items;
  }, []);
}

/** `{ "extends": false }` and nothing besides takes the task from its package. */
export function isTakenAway(file: TurboFile, task: string): boolean {
  const own = file.tasks[task];
  return own?.extends === false && Object.keys(own).length === 1;
}
