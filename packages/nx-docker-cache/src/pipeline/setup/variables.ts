import { DockerCacheError } from '../../errors';
import { contextFolder } from '../../layout/context-folder';
import { parseBuildOptions } from '../../options';
import { namedTasks } from '../../options/named-tasks';
import { parseTaskOptions } from '../../options/task';
import { environmentNames } from '../../plan';
import type { Json } from '../../layout/json';
import type { SetupPackage } from '../../setup';
import { PUBLISH_TASK, taskScript } from '../../setup/model';

/**
 * What a project's options read of the machine. Options that are wrong say so when they are used; here they name nothing.
 * @param raw options of the build
 * @param publish raw options of publishing
 */
export function readBy(raw: unknown, publish: unknown): Pick<SetupPackage, 'contexts' | 'variables'> {
  const build = readable(() => parseBuildOptions(raw, 'the options'));
  const args = namesIn(Object.values(build?.buildArgs ?? {}));
  const secrets = (build?.secrets ?? []).flatMap(({ env }) => env ?? []);
  // Names of images, tags, labels: all that may be a template.
  const { tasks: _, buildArgs: __, ...templates } = { ...(raw as Json | undefined) };
  const others = [...new Set([...secrets, ...namesIn(templates)])].sort();
  const tasks = Object.entries(namedTasks(raw)).map(([name, options]) => [taskScript(name), ofTask(options)]);
  return {
    contexts: Object.values(build?.buildContexts ?? {}).flatMap((value) => contextFolder(value) ?? []),
    variables: {
      args,
      others: others.filter((name) => !args.includes(name)),
      tasks: Object.fromEntries([...tasks, [PUBLISH_TASK, namesIn(publish)]]) as Record<string, string[]>,
    },
  };
}

/** Those of its own and of its services that have no value there. */
function ofTask(raw: unknown): string[] {
  const options = readable(() => parseTaskOptions(raw, 'the task'));
  const all = [options?.env ?? [], ...(options?.services ?? []).map(({ env }) => env)].flatMap((env) => [
    ...env,
  ]);
  return [...new Set(all.flatMap(([name, value]) => (value === undefined ? [name] : [])))].sort();
}

function namesIn(options: unknown): string[] {
  return [...new Set(environmentNames(JSON.stringify(options ?? {})))].sort();
}

function readable<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return undefined;
  }
}
