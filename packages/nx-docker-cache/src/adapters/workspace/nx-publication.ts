import { configuredTargets, type AskedConfiguration, type NxTarget } from '../../options/nx-targets';
import type { PublishedProject } from '../../ports/workspace';
import { noTarget } from './errors';
import { nxTargetTasks } from './nx-tasks';

const BUILD = 'nx-docker-cache:build';
const PUBLISH = 'nx-docker-cache:publish';
/** The target that `nx release publish` runs. */
const RELEASE_TARGET = 'nx-release-publish';

interface NxProject {
  readonly name: string;
  readonly root: string;
  readonly targets: Readonly<Record<string, NxTarget & { readonly executor?: string }>>;
}

/**
 * What a project's targets say of publishing. Without a target that publishes, the default rules hold.
 * @param project with its targets as Nx's graph has them
 * @param configuration of the project's targets that was asked for
 * @param run the target that runs, with its options; undefined: the project's own one
 * @param asked the build whose image it is; undefined: the one that the target names, else the first
 * @throws DockerCacheError NO_TARGET
 */
export function nxPublication(
  { name, root, targets: plain }: NxProject,
  configuration: AskedConfiguration,
  run: { readonly target: string; readonly options: unknown } | undefined,
  asked?: string,
): PublishedProject {
  const targets = configuredTargets(plain, configuration);
  const builds = Object.entries(targets).filter(([, { executor }]) => executor === BUILD);
  const own = Object.entries(targets).find(
    ([target, { executor, options }]) =>
      executor === PUBLISH &&
      target !== RELEASE_TARGET &&
      // Rules for one image say nothing of another one.
      (asked === undefined || (record(options)['build'] ?? builds[0]?.[0]) === asked),
  );
  // Rules are written once: a release takes those of the project's own target, and may replace them.
  const shared = run === undefined || run.target === RELEASE_TARGET ? record(own?.[1].options) : {};
  const options = { ...shared, ...record(run?.options) };
  const wanted = asked ?? options['build'];
  const build = builds.find(([target]) => wanted === undefined || wanted === target);
  if (build === undefined)
    throw noTarget(
      name,
      typeof wanted === 'string' ? wanted : undefined,
      builds.map(([target]) => target),
    );
  return {
    ...{ name, root, options },
    build: { target: build[0], options: wholeImage(build[1], plain[build[0]]) },
    tasks: nxTargetTasks(targets, build[0]),
    release: run?.target === RELEASE_TARGET,
  };
}

/**
 * An agent may be asked for some platforms of the image by a configuration; what is published is all of it. One that asks
 * for others is another image.
 */
function wholeImage({ options }: NxTarget, plain: NxTarget | undefined): object {
  const whole = platformsOf(plain?.options);
  const asked = platformsOf(options);
  const isPart = asked.length > 0 && asked.every((platform) => whole.includes(platform));
  return { ...record(options), ...(isPart ? { platforms: whole } : {}) };
}

function platformsOf(options: unknown): readonly unknown[] {
  const { platforms } = record(options);
  return Array.isArray(platforms) ? platforms : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
