import { join } from 'node:path';
import { z } from 'zod';
import type { SurveyedTarget } from '../../model/survey';
import { readJson, type Manifest } from './manifest';
import { TURBO_FILES } from './root';

const tasks = z.record(
  z.string(),
  z
    .object({
      outputs: z.array(z.string()).optional().catch(undefined),
      dependsOn: z.array(z.string()).optional().catch(undefined),
    })
    .catch({}),
);
/** `pipeline` until version 1. */
const turboSchema = z.object({
  tasks: tasks.optional().catch(undefined),
  pipeline: tasks.optional().catch(undefined),
});

/** Stands for what the file of the workspace's root has there. */
const EXTENDS = '$TURBO_EXTENDS$';

type Tasks = z.infer<typeof tasks>;

/** What Turborepo's tasks write in the packages that have a script for them, as `outputs` of Nx spells it. */
export class TurboTasks {
  readonly #root: string;
  readonly #shared: Tasks;
  readonly #own = new Map<string, Tasks>();

  constructor(root: string) {
    this.#root = root;
    this.#shared = readTasks(root);
  }

  targetsOf({ name, root, scripts }: Manifest): Record<string, SurveyedTarget> {
    const own = this.#tasksIn(root);
    const named = Object.keys(scripts ?? {}).map((script) => {
      const task = own[script] ?? this.#shared[`${name ?? ''}#${script}`] ?? this.#shared[script];
      return [script, { outputs: (task?.outputs ?? []).flatMap(spelled) }] as const;
    });
    return Object.fromEntries(named);
  }

  /** What a task of a package waits for, as written: `^task`, `task`, `package#task`. */
  dependsOn({ name, root }: Manifest, task: string): readonly string[] {
    const shared = this.#shared[`${name ?? ''}#${task}`] ?? this.#shared[task];
    const inherited = shared?.dependsOn ?? [];
    const own = root === '.' ? undefined : this.#tasksIn(root)[task]?.dependsOn;
    if (own === undefined) return inherited;
    return own.includes(EXTENDS) ? [...inherited, ...own.filter((one) => one !== EXTENDS)] : own;
  }

  /** Of a package's own file. */
  #tasksIn(root: string): Tasks {
    const known = this.#own.get(root) ?? readTasks(join(this.#root, root));
    this.#own.set(root, known);
    return known;
  }
}

function readTasks(folder: string): Tasks {
  const [json] = TURBO_FILES.flatMap((name) => readJson(join(folder, name)) ?? []);
  const parsed = turboSchema.safeParse(json ?? {});
  return (parsed.success ? (parsed.data.tasks ?? parsed.data.pipeline) : undefined) ?? {};
}

/** What a task leaves out of its outputs says nothing here. */
function spelled(glob: string): string[] {
  if (glob.startsWith('!')) return [];
  const path = glob.replace(/^\.\//, '');
  return [path.startsWith('$TURBO_ROOT$/') ? `{workspaceRoot}/${path.slice(13)}` : `{projectRoot}/${path}`];
}
