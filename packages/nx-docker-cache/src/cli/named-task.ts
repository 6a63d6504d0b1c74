import { DockerCacheError, suggest } from '../errors';
import { namedTasks } from '../options/named-tasks';
import type { WorkspaceProject } from '../ports/workspace';

type Json = Readonly<Record<string, unknown>>;

/**
 * Raw options of a task that is configured, with those of the command line over them. Variables are merged.
 * @throws DockerCacheError UNKNOWN_TASK
 */
export function taskOptions(project: WorkspaceProject, name: string, given: Json): Json {
  const configured = optionsOf(project, name);
  if (given['env'] === undefined || configured['env'] === undefined) return { ...configured, ...given };
  return { ...configured, ...given, env: [...entries(configured['env']), ...entries(given['env'])] };
}

function entries(env: unknown): unknown[] {
  if (typeof env !== 'object' || env === null || Array.isArray(env)) return [env].flat();
  return Object.entries(env).map(([name, value]) => (value === null ? name : `${name}=${String(value)}`));
}

function optionsOf(project: WorkspaceProject, name: string): Json {
  const tasks: Json = { ...project.tasks, ...namedTasks(project.options) };
  if (Object.hasOwn(tasks, name)) {
    // It says which build it belongs to, and that is the one at hand.
    const { buildTarget: _, ...options } = tasks[name] as Json;
    return options;
  }
  const known = Object.keys(tasks).sort();
  const near = suggest(name, known);
  throw new DockerCacheError({
    code: 'UNKNOWN_TASK',
    message: `project ${project.name} has no stage task ${JSON.stringify(name)}`,
    expected: known.length === 0 ? 'a task in its option `tasks`' : `one of ${known.join(', ')}`,
    found: JSON.stringify(name),
    hint:
      near === undefined
        ? `Add it to \`tasks\`, or give a command: nx-docker-cache run ${project.name} --stage <stage> -- <command…>.`
        : `Did you mean ${near}?`,
  });
}
