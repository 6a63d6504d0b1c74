import type { PublishedProject } from '../../ports/workspace';
import { noTarget } from './errors';

const BUILD = 'nx-docker-cache:build';
const PUBLISH = 'nx-docker-cache:publish';
/** The target that `nx release publish` runs. */
const RELEASE_TARGET = 'nx-release-publish';

interface NxProject {
  readonly name: string;
  readonly root: string;
  readonly targets: Readonly<Record<string, { readonly executor?: string; readonly options?: unknown }>>;
}

/**
 * What a project's targets say of publishing. Without a target that publishes, the default rules hold.
 * @param run the target that runs, with its options; undefined: the project's own one
 * @throws DockerCacheError NO_TARGET
 */
export function nxPublication(
  { name, root, targets }: NxProject,
  run: { readonly target: string; readonly options: unknown } | undefined,
): PublishedProject {
  const own = Object.entries(targets).find(
    ([target, { executor }]) => executor === PUBLISH && target !== RELEASE_TARGET,
  );
  // Rules are written once: a release takes those of the project's own target, and may replace them.
  const shared = run === undefined || run.target === RELEASE_TARGET ? record(own?.[1].options) : {};
  const options = { ...shared, ...record(run?.options) };
  const wanted = options['build'];
  const build = Object.entries(targets).find(
    ([target, { executor }]) => executor === BUILD && (wanted === undefined || wanted === target),
  );
  if (build === undefined) throw noTarget(name, typeof wanted === 'string' ? wanted : undefined);
  return {
    ...{ name, root, options },
    build: { target: build[0], options: build[1].options ?? {} },
    release: run?.target === RELEASE_TARGET,
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
