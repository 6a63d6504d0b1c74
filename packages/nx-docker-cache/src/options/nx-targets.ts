type Json = Readonly<Record<string, unknown>>;

/** What a target of Nx's graph says of its options. */
export interface NxTarget {
  readonly options?: unknown;
  /** By name. */
  readonly configurations?: Json;
  readonly defaultConfiguration?: string;
}

/** The configuration that a target was asked for; undefined: none, so its default one. */
export type AskedConfiguration = (target: string) => string | undefined;

/**
 * The options that `nx run` hands to a target's executor, but for flags: a configuration replaces keys as a whole. One
 * that the target does not have is no error for Nx, which then takes the default one, as `-c` is for all that it runs.
 */
export function configuredOptions(
  { options, configurations, defaultConfiguration }: NxTarget,
  asked?: string,
): Json {
  const found = [asked, defaultConfiguration].flatMap((name) =>
    name !== undefined && Object.hasOwn(configurations ?? {}, name) ? [configurations![name]] : [],
  );
  return { ...record(options), ...record(found[0]) };
}

/** The same of all targets of a project. What has no configurations is as it was. */
export function configuredTargets<T extends NxTarget>(
  targets: Readonly<Record<string, T>>,
  asked: AskedConfiguration = () => undefined,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      target.configurations === undefined
        ? target
        : { ...target, options: configuredOptions(target, asked(name)) },
    ]),
  );
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
