import { inspect } from '../../inspect';
import { dockerfileFilter } from '../../layout/dockerfile-names';
import { Sources } from '../../layout/git-sources';
import type { Inspection } from '../../model/inspection';
import type { Ports } from '../ports';
import { findBuilds } from './builds';
import { completed } from './projects';
import { readBuild } from './read';
import { selected } from './selected';
import { listingsOf, treeOf } from './tree';

/** What an inspection asks the world. */
export type InspectPorts = Pick<Ports, 'workspace' | 'files' | 'source' | 'environment'>;

const WATCHED = ['**/*{D,d}ockerfile*', '**/*{C,c}ontainerfile*', '**/.gitignore'];

/**
 * Everything that the Dockerfiles of a workspace say. What is wrong with one of them, or with the options of its
 * target, is a problem in its entry.
 *
 * @param name a project, its folder or a Dockerfile; undefined for all
 * @throws DockerCacheError UNKNOWN_PROJECT, INVALID_CONFIG
 */
export async function inspectWorkspace(ports: InspectPorts, name?: string): Promise<Inspection> {
  const { files, workspace } = ports;
  const { root } = workspace.facts();
  const [surveyed, found] = await Promise.all([workspace.survey(), files.find(WATCHED)]);
  const tree = await treeOf(found, files);
  const { isSource } = new Sources(tree);
  const isDockerfile = dockerfileFilter({ include: [], exclude: [] });
  const named = (path: string): boolean => isDockerfile(path, parentProject(path, surveyed.projects));
  const dockerfiles = found.filter((path) => named(path) && isSource(path));
  const survey = completed(surveyed, dockerfiles, root);
  const builds = await Promise.all(
    findBuilds(survey, dockerfiles, files).map((build) => readBuild(build, ports)),
  );
  const list = await listingsOf(builds, files);
  const all = inspect({ root, survey, builds, tree, list });
  return name === undefined ? all : selected(name, all, survey, workspace);
}

/** The folder of the innermost project that a file may belong to: it may itself be called `templates`. */
function parentProject(path: string, projects: readonly { readonly root: string }[]): string {
  const above = projects.filter(({ root }) => root === '.' || path.startsWith(`${root}/`));
  return above.reduce((best, { root }) => (root.length > best.length ? root : best), '.');
}
