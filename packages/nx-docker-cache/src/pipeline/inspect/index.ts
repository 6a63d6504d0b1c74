import { inspect, type InspectFacts } from '../../inspect';
import type { Inspection } from '../../model/inspection';
import type { Ports } from '../ports';
import { indexOf } from '../builds-near';
import { Around } from '../around';
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
  const facts = await gatherInspection(ports, false);
  const all = inspect(facts);
  return name === undefined ? all : selected(name, all, facts.survey, ports.workspace);
}

/**
 * What an inspection is made of.
 * @param pruned true where packages that `prune: graph` leaves out count as ignored
 * @throws DockerCacheError INVALID_CONFIG
 */
export async function gatherInspection(ports: InspectPorts, pruned: boolean): Promise<InspectFacts> {
  const { files, workspace } = ports;
  const { kind, root } = workspace.facts();
  const [surveyed, found] = await Promise.all([workspace.survey(), files.find(WATCHED)]);
  const tree = await treeOf(found, files);
  const dockerfiles = namedDockerfiles(found, surveyed.projects, tree);
  const survey = { ...surveyed, projects: completed(surveyed.projects, dockerfiles, root) };
  const foundBuilds = findBuilds(survey.projects, dockerfiles, files);
  // The graph of Nx knows what its targets build, and no other Dockerfile.
  const index = indexOf(foundBuilds.filter(({ target }) => kind !== 'nx' || target !== undefined));
  const around = new Around(ports, new Siblings(files, () => Promise.resolve(index)));
  const builds = await Promise.all(foundBuilds.map((build) => readBuild(build, ports, around, pruned)));
  return { root, survey, builds, tree, list: await listingsOf(builds, files) };
}
