/** A command that runs in a stage of a project's image. */
export interface GraphTask {
  readonly name: string;
  readonly stage: string;
  /** Options of `nx-docker-cache:run` but stage and build target. */
  readonly options: Readonly<Record<string, unknown>>;
  /** false where the target's own list of stages leaves the stage out: its build says nothing of it then. */
  readonly built: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The tasks of a project, from the plugin's options and the build target's own; of one name, the target's counts.
 * What has another shape is left out: the executor of the build refuses it, with a message.
 */
export function graphTasks(ofPlugin: unknown, ofTarget: unknown): GraphTask[] {
  const [plugin, target] = [record(ofPlugin), record(ofTarget)];
  const tasks = new Map<string, GraphTask>();
  const listed = target['stages'] === undefined ? undefined : [target['stages']].flat();
  for (const group of [plugin, target]) {
    for (const [name, entry] of Object.entries(record(group['tasks']))) {
      const { stage: own, ...options } = typeof entry === 'string' ? { command: entry } : record(entry);
      const stage = own ?? group['stage'] ?? plugin['stage'];
      if (typeof stage !== 'string' || stage === '' || options['command'] === undefined) continue;
      const built = group === target || listed === undefined || listed.includes(stage);
      tasks.set(name, { name, stage, options, built });
    }
  }
  return [...tasks.values()];
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
