import { inspect } from '../../inspect';
import type { Inspection } from '../../model/inspection';
import type { Ports } from '../ports';
import { indexOf } from '../builds-near';
import { Siblings } from '../siblings';
import { findBuilds } from './builds';
import { namedDockerfiles } from './named';
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
  const { kind, root } = workspace.facts();
  const [surveyed, found] = await Promise.all([workspace.survey(), files.find(WATCHED)]);
  const tree = await treeOf(found, files);
  const dockerfiles = namedDockerfiles(found, surveyed.projects, tree);
  const survey = { ...surveyed, projects: completed(surveyed.projects, dockerfiles, root) };
  const foundBuilds = findBuilds(survey.projects, dockerfiles, files);
  // The graph of Nx knows what its targets build, and no other Dockerfile.
  const index = indexOf(foundBuilds.filter(({ target }) => kind !== 'nx' || target !== undefined));
  const siblings = new Siblings(files, () => Promise.resolve(index));
  const builds = await Promise.all(foundBuilds.map((build) => readBuild(build, ports, siblings)));
  const list = await listingsOf(builds, files);
  const all = inspect({ root, survey, builds, tree, list });
  return name === undefined ? all : selected(name, all, survey, workspace);
}
