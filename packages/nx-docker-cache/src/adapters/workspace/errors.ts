import { DockerCacheError, suggest } from '../../errors';

export function unknownProject(name: string, names: readonly string[]): DockerCacheError {
  const near = suggest(name, names);
  const shown = names.slice(0, 20).join(', ');
  return new DockerCacheError({
    code: 'UNKNOWN_PROJECT',
    message: `there is no project called ${JSON.stringify(name)} in this workspace`,
    expected: names.length === 0 ? 'a project' : `one of ${shown}${names.length > 20 ? ', …' : ''}`,
    found: JSON.stringify(name),
    hint: near === undefined ? 'Check the name, and the folder that you are in.' : `Did you mean ${near}?`,
  });
}

/** @param targets those of the project that build an image */
export function noTarget(
  project: string,
  target: string | undefined,
  targets: readonly string[],
): DockerCacheError {
  if (target !== undefined && targets.length > 0) {
    const near = suggest(target, targets);
    return new DockerCacheError({
      code: 'NO_TARGET',
      message: `project ${project} has no target ${JSON.stringify(target)} that builds an image`,
      expected: `one of ${targets.join(', ')}`,
      found: JSON.stringify(target),
      hint:
        near === undefined
          ? `Name one of them: ${project}:${targets[0]}.`
          : `Did you mean ${project}:${near}?`,
    });
  }
  return new DockerCacheError({
    code: 'NO_TARGET',
    message: `project ${project} has no target that builds an image`,
    expected:
      target === undefined
        ? 'a target with the executor nx-docker-cache:build'
        : `a target ${target} with the executor nx-docker-cache:build`,
    found: 'none',
    hint: `Add a Dockerfile and a target: nx g nx-docker-cache:configuration ${project}.`,
  });
}

export function noConfigurations(name: string): DockerCacheError {
  return new DockerCacheError({
    code: 'USAGE',
    message: `--configuration ${name} names a configuration of Nx's targets, and this is no workspace of Nx`,
    expected: 'no --configuration',
    found: `--configuration ${name}`,
    hint: 'Give the options that differ as flags.',
  });
}
