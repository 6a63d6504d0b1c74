type Json = Readonly<Record<string, unknown>>;

/**
 * `stage` and `tasks` of a build's options as options of `nx-docker-cache:run` each, not validated yet.
 * @param build raw options of the build
 */
export function namedTasks(build: unknown): Readonly<Record<string, Json>> {
  const { stage, tasks } = record(build);
  return Object.fromEntries(
    Object.entries(record(tasks)).map(([name, task]) => [
      name,
      { ...(stage === undefined ? {} : { stage }), ...(isRecord(task) ? task : { command: task }) },
    ]),
  );
}

function record(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
