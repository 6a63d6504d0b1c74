export const RUN_EXECUTOR = 'nx-docker-cache:run';

interface Target {
  readonly executor?: string;
  readonly options?: unknown;
}

/**
 * Raw options of the stage tasks of a build among a project's targets: by the names of the targets, and by the names that
 * they were inferred from, `test` for `docker-test`.
 * @param build the target that builds the image
 */
export function nxTasks(
  targets: Readonly<Record<string, Target>>,
  build: string,
): Readonly<Record<string, unknown>> {
  const prefix = `${build.replace(/(^|[-:])build(?=[-:]|$)/, '').replace(/^[-:]/, '') || 'docker'}-`;
  const tasks = Object.entries(targets).filter(([, target]) => {
    const { buildTarget = build } = (target.options ?? {}) as { readonly buildTarget?: unknown };
    return target.executor === RUN_EXECUTOR && buildTarget === build;
  });
  const short = tasks.filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    [...short.map(([name, target]) => [name.slice(prefix.length), target] as const), ...tasks].map(
      ([name, { options }]) => [name, options ?? {}],
    ),
  );
}
