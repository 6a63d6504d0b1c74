import { inspect, type InspectFacts } from '../../inspect';
import type { Tree } from '../../layout/git-sources';
import type { Inspection } from '../../model/inspection';
import type { SurveyedProject } from '../../model/survey';
import type { Ports } from '../ports';
import { indexOf } from '../builds-near';
import { Around } from '../around';
import { Siblings } from '../siblings';
import { findBuilds, type FoundBuild } from './builds';
import { namedDockerfiles } from './named';
import { completed } from './projects';
import { readBuild } from './read';
import { selected } from './selected';
import { listingsOf, treeOf } from './tree';
import { unbuiltNote } from './unbuilt';

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
  const surveyed = await workspace.survey();
  const { tree, projects, foundBuilds } = await findAll(surveyed.projects, ports);
  const survey = { ...surveyed, projects };
  // The graph of Nx knows what its targets build, and no other Dockerfile.
  const index = indexOf(foundBuilds.filter(({ target }) => kind !== 'nx' || target !== undefined));
  const around = new Around(ports, new Siblings(files, () => Promise.resolve(index)));
  const builds = await Promise.all(foundBuilds.map((build) => readBuild(build, ports, around, pruned)));
  return { root, survey, builds, tree, list: await listingsOf(builds, files) };
}

/**
 * Says of Dockerfiles that no project builds how to change that; undefined where there are none. In Nx each is a target,
 * or was left out on purpose.
 * @throws DockerCacheError INVALID_CONFIG
 */
export async function unbuiltIn(
  ports: Pick<InspectPorts, 'workspace' | 'files'>,
): Promise<string | undefined> {
  if (ports.workspace.facts().kind === 'nx') return undefined;
  const { tools, projects } = await ports.workspace.survey();
  const { foundBuilds } = await findAll(projects, ports);
  return unbuiltNote(foundBuilds, tools.includes('turborepo'));
}

interface AllFound {
  readonly tree: Tree;
  readonly projects: readonly SurveyedProject[];
  readonly foundBuilds: readonly FoundBuild[];
}

/** All Dockerfiles that git knows, or would, and what builds them. */
async function findAll(
  surveyed: readonly SurveyedProject[],
  { files, workspace }: Pick<InspectPorts, 'workspace' | 'files'>,
): Promise<AllFound> {
  const found = await files.find(WATCHED);
  const tree = await treeOf(found, files);
  const dockerfiles = namedDockerfiles(found, surveyed, tree);
  const projects = completed(surveyed, dockerfiles, workspace.facts().root);
  return { tree, projects, foundBuilds: findBuilds(projects, dockerfiles, files) };
}
