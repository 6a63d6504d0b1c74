import { join } from 'node:path';
import { z } from 'zod';
import type { SurveyedTarget } from '../../model/survey';
import { readJson, type Manifest } from './manifest';
import { packageFolders, packagePatterns } from './packages';
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
  /** Beside other packages the root's scripts are tasks only where they stand as `//#script`. */
  readonly #rootTasks: '//#' | '';
  #folders: ReadonlySet<string> | undefined;
  readonly #own = new Map<string, Tasks>();

  constructor(root: string) {
    this.#root = root;
    this.#shared = readTasks(root);
    const isTurbo = Object.keys(this.#shared).length > 0;
    this.#rootTasks = isTurbo && packagePatterns(root).length > 0 ? '//#' : '';
  }

  targetsOf(manifest: Manifest): Record<string, SurveyedTarget> {
    const { root, scripts } = manifest;
    const own = root === '.' ? {} : this.#tasksIn(root);
    const named = this.#scripts(root, Object.keys(scripts ?? {})).map((script) => {
      const task = own[script] ?? this.#sharedOf(manifest, script);
      return [script, { outputs: (task?.outputs ?? []).flatMap(spelled) }] as const;
    });
    return Object.fromEntries(named);
  }

  /** What a task of a package waits for, as written: `^task`, `task`, `package#task`. */
  dependsOn(manifest: Manifest, task: string): readonly string[] {
    const { root } = manifest;
    const inherited = this.#sharedOf(manifest, task)?.dependsOn ?? [];
    const own = root === '.' ? undefined : this.#tasksIn(root)[task]?.dependsOn;
    if (own === undefined) return inherited;
    return own.includes(EXTENDS) ? [...inherited, ...own.filter((one) => one !== EXTENDS)] : own;
  }

  /** Those that Turborepo runs. A folder that is no package of the workspace has none, whatever its package.json says. */
  #scripts(root: string, scripts: readonly string[]): readonly string[] {
    if (Object.keys(this.#shared).length === 0) return scripts;
    if (root === '.')
      return scripts.filter((script) => this.#rootTasks === '' || `//#${script}` in this.#shared);
    this.#folders ??= new Set(packageFolders(this.#root));
    return this.#folders.has(root) ? scripts : [];
  }

  /** Of the root's file. */
  #sharedOf({ name, root }: Manifest, task: string): Tasks[string] | undefined {
    if (root === '.' && this.#rootTasks !== '') return this.#shared[this.#rootTasks + task];
    return this.#shared[`${name ?? ''}#${task}`] ?? this.#shared[task];
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
