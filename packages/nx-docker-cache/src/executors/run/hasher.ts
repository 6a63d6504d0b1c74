import { randomUUID } from 'node:crypto';

/** What is read of what Nx hands to a hasher. */
interface Context {
  readonly hasher: {
    readonly hashTask: (task: Task, taskGraph: TaskGraph, env?: unknown) => Promise<Hash>;
  };
  readonly taskGraph: TaskGraph;
  readonly projectGraph: {
    readonly nodes: Readonly<
      Record<string, { readonly data: { readonly targets?: Readonly<Record<string, Target>> } }>
    >;
  };
  /** Since Nx 16. */
  readonly env?: unknown;
}

interface Task {
  readonly id: string;
  readonly target: { readonly project: string; readonly target: string };
}

interface TaskGraph {
  readonly tasks: Readonly<Record<string, Task>>;
  /** By id: what it waits for, by id too. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

interface Target {
  readonly inputs?: readonly unknown[];
}

interface Hash {
  readonly value: string;
}

/**
 * What Nx knows a stage task by. It is made of what its stage is made of, which is in a file that the build leaves; Nx reads
 * that where the build is a part of the run, and else leaves it out without a word: with `--excludeTaskDependencies` a task
 * that once passed would pass for any source. Then it is known to nobody, and its own records say whether it has passed.
 */
export default async function runHasher(task: Task, context: Context): Promise<Hash> {
  const { hasher, taskGraph, env } = context;
  const hash = await hasher.hashTask(task, taskGraph, env);
  return readsOutputs(task, context) && !waitsForBuild(task, taskGraph)
    ? { ...hash, value: randomUUID().replaceAll('-', '') }
    : hash;
}

/** false where somebody has written inputs that need no other task. */
function readsOutputs({ target: { project, target } }: Task, { projectGraph }: Context): boolean {
  const inputs = projectGraph.nodes[project]?.data.targets?.[target]?.inputs ?? [];
  return inputs.some(
    (input) => typeof input === 'object' && input !== null && 'dependentTasksOutputFiles' in input,
  );
}

/** Of the stage's own project, as the file is. */
function waitsForBuild({ id, target: { project } }: Task, { tasks, dependencies }: TaskGraph): boolean {
  return (dependencies[id] ?? []).some((other) => tasks[other]?.target.project === project);
}
