import { posix } from 'node:path';
import { contextSources, parseDockerfile } from '../dockerfile';
import { DockerCacheError } from '../errors';
import type { FileFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { WorkspaceProject } from '../ports/workspace';
import { Around } from './around';
import { settleContext } from './context';
import { inProject } from './in-project';
import { readIgnore, withRules } from './ignore';
import type { Ports } from './ports';
import { planPrune } from './prune';

const NAMES = ['Dockerfile', 'Containerfile'];

/**
 * Finds and reads the Dockerfile of a build, and settles its context.
 * @param around who reads several builds has one for all
 * @throws DockerCacheError NO_DOCKERFILE, NO_CONTEXT, DOCKERFILE_SYNTAX, UNKNOWN_STAGE
 */
export async function readDockerfile(
  options: BuildOptions,
  project: WorkspaceProject,
  { files, workspace }: Pick<Ports, 'files' | 'workspace'>,
  around = new Around({ files, workspace }),
): Promise<FileFacts> {
  const dockerfile = await findDockerfile(options, project, { files, workspace });
  const dockerfileText = await files.readText(dockerfile);
  if (dockerfileText === undefined) throw await noDockerfile(dockerfile, project, { files, workspace });
  const parsed = parseDockerfile(dockerfileText, {
    buildArgs: options.buildArgs,
    platforms: options.platforms,
    buildContexts: options.buildContexts,
  });
  const context = await settleContext(
    options,
    project,
    { dockerfile, parsed },
    {
      files,
      siblings: around.siblings,
    },
  );
  const sources = contextSources(parsed, options.target);
  const written = await readIgnore(dockerfile, context.context, sources, files);
  const prune = await planPrune(
    { options, project, parsed, sources, context: context.context, ignore: written },
    { files, workspace },
    around,
  );
  const ignore = withRules(written, prune.rules);
  return { dockerfile, dockerfileText, parsed, ...context, ignore, prune };
}

async function findDockerfile(
  options: BuildOptions,
  project: WorkspaceProject,
  ports: Pick<Ports, 'files' | 'workspace'>,
): Promise<string> {
  if (options.dockerfile !== undefined) {
    const path = inProject(options.dockerfile, project);
    if (ports.files.kind(path) === 'file') return path;
    throw await noDockerfile(path, project, ports);
  }
  const candidates = NAMES.map((name) => posix.join(project.root, name));
  const found = candidates.find((path) => ports.files.kind(path) === 'file');
  if (found === undefined) throw await noDockerfile(candidates[0] ?? 'Dockerfile', project, ports);
  return found;
}

async function noDockerfile(
  path: string,
  project: WorkspaceProject,
  { files, workspace }: Pick<Ports, 'files' | 'workspace'>,
): Promise<DockerCacheError> {
  const made =
    workspace.facts().kind === 'nx'
      ? `Make one: nx g nx-docker-cache:configuration ${project.name}`
      : `Write one in ${project.root}`;
  const near = (await files.list(project.root)).filter((name) =>
    /(^|\.)(docker|container)file(\.|-|$)/i.test(name),
  );
  const inFolder = posix.join(project.root, path);
  const hint =
    path !== inFolder && files.kind(inFolder) === 'file'
      ? `Paths count from the workspace root: write ${inFolder}.`
      : near.length > 0
        ? `Name one of them in the option \`dockerfile\`: ${near.map((name) => posix.join(project.root, name)).join(', ')}.`
        : `${made}, or name it in the option \`dockerfile\`.`;
  return new DockerCacheError({
    code: 'NO_DOCKERFILE',
    message: `project ${project.name} has no Dockerfile`,
    expected: `a file at ${path}`,
    found:
      near.length > 0 ? `${near.join(', ')} in ${project.root}` : `nothing of that kind in ${project.root}`,
    hint,
  });
}
