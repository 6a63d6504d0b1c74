/** What is read of the context that Nx hands to an executor. */
interface Context {
  readonly projectName?: string;
  readonly targetName?: string;
  /** Nx's answer for this task: what was asked for where the target has it, else its default one. */
  readonly configurationName?: string;
  readonly projectsConfigurations: {
    readonly projects: Readonly<Record<string, { readonly targets?: Readonly<Record<string, Target>> }>>;
  };
  readonly taskGraph?: {
    readonly tasks: Readonly<
      Record<string, { target: { project: string; target: string; configuration?: string } }>
    >;
  };
}

interface Target {
  readonly defaultConfiguration?: string;
}

/**
 * The configuration that a target has in this run of Nx: that of its task where the run has one. For all others it is
 * what this task itself was asked for, which is known where that is not its default one anyway.
 */
export function askedConfiguration(
  context: Context,
): (project: string, target: string) => string | undefined {
  const { projectName = '', targetName = '', configurationName, taskGraph } = context;
  const tasks = new Map<string, string | undefined>(
    Object.values(taskGraph?.tasks ?? {}).map(({ target: { project, target, configuration } }) => {
      return [`${project}\0${target}`, configuration] as const;
    }),
  );
  const own = context.projectsConfigurations.projects[projectName]?.targets?.[targetName];
  const asked = configurationName === own?.defaultConfiguration ? undefined : configurationName;
  return (project, target) => {
    const key = `${project}\0${target}`;
    return tasks.has(key) ? tasks.get(key) : asked;
  };
}
