import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import { readPlatforms } from '../options';
import { environmentNames, expandBuildArgs, hasTemplates, LAYER_REGISTRY } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import type { Around } from './around';
import { readDockerfile } from './dockerfile';
import type { Ports } from './ports';

/** Reads what needs no engine: git and CI, Dockerfile, environment; the engine is only started on its answer. */
export async function gatherFacts(
  options: BuildOptions,
  project: WorkspaceProject,
  ports: Pick<Ports, 'files' | 'source' | 'workspace' | 'environment'>,
  around?: Around,
): Promise<Facts> {
  const environment = readEnvironment(options, ports);
  const projectFacts = {
    name: project.name,
    root: project.root,
    target: project.target,
    platforms: readPlatforms(project.platforms),
  };
  // git answers while this process parses the Dockerfile, but where a build arg needs its answer.
  const sourceFacts = ports.source.facts();
  const expanded = async (): Promise<BuildOptions> => {
    const facts = { source: await sourceFacts, project: projectFacts, environment };
    return { ...options, buildArgs: expandBuildArgs(options, facts) };
  };
  const files = hasTemplates(options)
    ? expanded().then((readable) => readDockerfile(readable, project, ports, around))
    : readDockerfile(options, project, ports, around);
  await Promise.allSettled([files, sourceFacts]);
  return {
    workspace: ports.workspace.facts(),
    project: projectFacts,
    source: await sourceFacts,
    files: await files,
    environment,
  };
}

/** The environment variables that templates of the options name, and the one that the plan knows. */
export function readEnvironment(
  options: BuildOptions,
  ports: Pick<Ports, 'environment'>,
): Record<string, string> {
  const templates = [
    options.image,
    options.registry,
    ...(options.tags ?? []),
    ...Object.values({ ...options.buildArgs }),
    ...Object.values({ ...options.labels }),
    ...Object.values({ ...options.annotations }),
    options.cache.repository,
    options.cache.tag,
    ...options.cache.from,
    ...options.cache.to,
  ];
  const named = templates.flatMap((template) => (template === undefined ? [] : environmentNames(template)));
  const names = [...named, LAYER_REGISTRY];
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = ports.environment.get(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
