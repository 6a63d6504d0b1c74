import { DockerCacheError } from '../errors';
import { outputAt } from '../layout/outputs';
import { join } from '../layout/paths';
import { ProjectMap } from '../layout/project-map';
import type { SurveyedProject } from '../model/survey';
import { missingSource } from '../run/failure';
import type { Ports } from './ports';
import type { Identified } from './prepare';

/**
 * What a build copies and is not there, since the task that makes it has not run: the error names the task. Any other
 * error stays as it is.
 */
export async function withMaker(
  error: DockerCacheError,
  { project, facts }: Pick<Identified, 'project' | 'facts'>,
  { files, workspace }: Pick<Ports, 'files' | 'workspace'>,
): Promise<DockerCacheError> {
  const source = missingSource(error);
  if (source === undefined) return error;
  const path = join(facts.files.context, source);
  if (files.kind(path) !== undefined) return error;
  const projects = await surveyed(workspace);
  const map = new ProjectMap(Object.fromEntries(projects.map((one) => [one.name, one])));
  const own = map.at(project.root) ?? { ...project, file: '', targets: {} };
  const output = outputAt(path, own, map, () => false);
  if (output === undefined || !Object.hasOwn(output.project.targets, output.target)) return error;
  const { code, message, expected, found, line, cause } = error;
  const task = `${output.project.name}:${output.target}`;
  const hint = `${path} is not there. It is made by ${task}: run that before the build (its folder is ${output.project.root}).`;
  return new DockerCacheError({ code, message, expected, found, hint, line, cause });
}

/** Why the build failed is known; that the workspace cannot be read is no better reason. */
async function surveyed(workspace: Ports['workspace']): Promise<readonly SurveyedProject[]> {
  try {
    return (await workspace.survey()).projects;
  } catch (thrown) {
    if (thrown instanceof DockerCacheError) return [];
    throw thrown;
  }
}
