import { join } from 'node:path';
import { z } from 'zod';
import type { SurveyedTarget } from '../../model/survey';
import { readJson, type Manifest } from './manifest';
import { TURBO_FILES } from './root';

const tasks = z.record(
  z.string(),
  z.object({ outputs: z.array(z.string()).optional().catch(undefined) }).catch({ outputs: undefined }),
);
/** `pipeline` until version 1. */
const turboSchema = z.object({
  tasks: tasks.optional().catch(undefined),
  pipeline: tasks.optional().catch(undefined),
});

type Tasks = z.infer<typeof tasks>;

/** What Turborepo's tasks write in the packages that have a script for them, as `outputs` of Nx spells it. */
export class TurboTasks {
  readonly #root: string;
  readonly #shared: Tasks;

  constructor(root: string) {
    this.#root = root;
    this.#shared = readTasks(root);
  }

  targetsOf({ name, root, scripts }: Manifest): Record<string, SurveyedTarget> {
    const own = readTasks(join(this.#root, root));
    const named = Object.keys(scripts ?? {}).map((script) => {
      const task = own[script] ?? this.#shared[`${name ?? ''}#${script}`] ?? this.#shared[script];
      return [script, { outputs: (task?.outputs ?? []).flatMap(spelled) }] as const;
    });
    return Object.fromEntries(named);
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
