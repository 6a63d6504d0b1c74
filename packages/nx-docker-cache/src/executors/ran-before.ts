/** What is read of the context that Nx hands to an executor. */
interface Context {
  readonly projectName?: string;
  readonly targetName?: string;
  readonly taskGraph?: {
    readonly tasks: Readonly<Record<string, { id: string; target: { project: string; target: string } }>>;
    /** Ids by id. */
    readonly dependencies: Readonly<Record<string, readonly string[]>>;
  };
}

/**
 * Targets of the project that have passed in this very run of Nx, as it runs nothing before all that it depends on has.
 * None where Nx was told to leave dependencies out, as `nx release publish --projects` does: then its graph has none.
 */
export function ranBefore({ projectName, targetName, taskGraph }: Context): ReadonlySet<string> {
  const tasks = Object.values(taskGraph?.tasks ?? {}).filter(({ target }) => target.project === projectName);
  const before = new Set<string>();
  const add = (id: string): void => {
    for (const dependency of taskGraph?.dependencies[id] ?? []) {
      if (before.has(dependency)) continue;
      before.add(dependency);
      add(dependency);
    }
  };
  tasks.filter(({ target }) => target.target === targetName).forEach(({ id }) => add(id));
  return new Set(tasks.filter(({ id }) => before.has(id)).map(({ target }) => target.target));
}
