import type { ExecutorContext } from '@nx/devkit';
import { DockerCacheError, suggest } from '../../errors';
import { configuredOptions } from '../../options/nx-targets';
import type { WorkspaceProject } from '../../ports/workspace';
import { askedConfiguration } from '../asked-configuration';

const BUILD_EXECUTOR = 'nx-docker-cache:build';

/**
 * The build of the project whose task is run, out of what Nx hands to every executor: no graph is read for it.
 * @param wanted name of its target; undefined: the only one, or `docker-build`
 * @throws DockerCacheError NO_TARGET
 */
export function buildOf(wanted: string | undefined, context: ExecutorContext): WorkspaceProject {
  const name = context.projectName ?? '';
  const project = context.projectsConfigurations.projects[name];
  const builds = Object.entries(project?.targets ?? {}).filter(
    ([, { executor }]) => executor === BUILD_EXECUTOR,
  );
  const target = wanted ?? (builds.length === 1 ? builds[0]![0] : 'docker-build');
  const found = builds.find(([key]) => key === target);
  if (found === undefined)
    throw noBuild(
      name,
      target,
      builds.map(([key]) => key),
    );
  const [key, configured] = found;
  const { platforms } = (configured.options ?? {}) as { readonly platforms?: unknown };
  const options = configuredOptions(configured, askedConfiguration(context)(name, key));
  return { name, root: project?.root ?? '.', target: key, platforms, options };
}

function noBuild(project: string, target: string, known: readonly string[]): DockerCacheError {
  const near = suggest(target, known);
  return new DockerCacheError({
    code: 'NO_TARGET',
    message: `project ${project} has no target ${target} that builds an image`,
    expected:
      known.length === 0 ? `a target with the executor ${BUILD_EXECUTOR}` : `one of ${known.join(', ')}`,
    found: target,
    hint:
      near === undefined
        ? 'Name the target that builds the stage in `buildTarget`.'
        : `Did you mean ${near}?`,
  });
}
