import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import { environmentNames } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { readDockerfile } from './dockerfile';
import type { Ports } from './ports';
import { checkSecrets } from './secrets';

/** Reads everything that the plan depends on: engine, git and CI, Dockerfile, environment; at once where it can. */
export async function gatherFacts(options: BuildOptions, project: WorkspaceProject, ports: Ports): Promise<Facts> {
  checkSecrets(options.secrets, ports.environment, ports.files);
  // The engine and git answer while this process parses the Dockerfile.
  const engineFacts = ports.engine.facts(options.builder);
  const sourceFacts = ports.source.facts();
  const [files, source, engine] = await settle(readDockerfile(options, project, ports.files), sourceFacts, engineFacts);
  return {
    workspace: ports.workspace.facts(),
    project: { name: project.name, root: project.root, target: project.target },
    source,
    engine,
    files,
    environment: readEnvironment(options, ports),
  };
}

/** The first error in the order of the arguments, so that a bad Dockerfile is named before a missing engine. */
async function settle<A, B, C>(a: Promise<A>, b: Promise<B>, c: Promise<C>): Promise<[A, B, C]> {
  await Promise.allSettled([a, b, c]);
  return [await a, await b, await c];
}

function readEnvironment(options: BuildOptions, ports: Ports): Record<string, string> {
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
  const names = templates.flatMap((template) => (template === undefined ? [] : environmentNames(template)));
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = ports.environment.get(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
