import { reachableStages, resolveTarget } from '../dockerfile';
import type { FileFacts } from '../model/facts';
import type { InspectedDockerfile, Inspection } from '../model/inspection';
import { driftOf } from './drift';
import type { BuildFacts, InspectFacts } from './facts';
import { placements } from './placement';
import { distinct, edgesOf, imagesOf, outputsOf, rootInputsOf, syntheticOf, unresolvedOf } from './reads';
import { instructionsOf, stageName, stagesOf } from './stages';
import { projectOf, worldOf, type World } from './world';

/** Everything that Dockerfiles of a workspace say, and what of it needs a look. */
export function inspect(facts: InspectFacts): Inspection {
  const world = worldOf(facts);
  const entries = alike(facts.builds).map((builds) =>
    merge(builds.map((build) => inspectBuild(build, world))),
  );
  return {
    version: 1,
    workspace: { root: facts.root, tools: facts.survey.tools },
    dockerfiles: entries.sort((left, right) => (orderOf(left) < orderOf(right) ? -1 : 1)),
  };
}

/** One way to build a Dockerfile, and what it says. */
export interface InspectedBuild {
  readonly build: BuildFacts;
  readonly entry: InspectedDockerfile;
}

/** The same for each build by itself. */
export function inspectEach(facts: InspectFacts): InspectedBuild[] {
  const world = worldOf(facts);
  return facts.builds.map((build) => ({ build, entry: inspectBuild(build, world) }));
}

function orderOf({ path, projects }: InspectedDockerfile): string {
  return [path, ...projects.map(({ name }) => name)].join('\0');
}

/** Builds that differ in their project only, together. */
function alike(builds: readonly BuildFacts[]): BuildFacts[][] {
  const groups = new Map<string, BuildFacts[]>();
  for (const build of builds) {
    const { target, buildArgs, buildContexts, platforms } = build.options;
    const how = { target, buildArgs, buildContexts, platforms };
    const key = JSON.stringify([build.dockerfile, build.files?.context, how, build.targets, build.problem]);
    groups.set(key, [...(groups.get(key) ?? []), build]);
  }
  return [...groups.values()];
}

function inspectBuild(build: BuildFacts, world: World): InspectedDockerfile {
  const { dockerfile: path, project, target, files, problem } = build;
  const projects = project === undefined ? [] : [{ name: project.name, root: project.root, target }];
  return { path, projects, ...NOTHING, problem, ...(files === undefined ? {} : read(build, files, world)) };
}

const NOTHING = {
  ...{ context: undefined, stages: [], finalStage: undefined, builtStage: undefined, reachableStages: [] },
  ...{ instructions: [], externalImages: [], edges: [], rootInputs: [], outputs: [], unresolved: [] },
  ...{ synthetic: [], drift: [] },
};

function read(build: BuildFacts, files: FileFacts, world: World): Partial<InspectedDockerfile> {
  const { parsed } = files;
  const { target } = build.options;
  const reachable = reachableStages(parsed, build.targets);
  const reached = new Set(reachable.map(({ index }) => index));
  const project = projectOf(build, world);
  const placed = placements(files, build.targets, project, world);
  const images = imagesOf(build, files, world);
  // What a stage for tests copies is not in the image, so it is missed there.
  const ofTarget = (): typeof placed => placements(files, target, project, world);
  return {
    context: { path: files.context, reason: files.contextReason, decided: files.contextDecided },
    stages: stagesOf(parsed, reached),
    finalStage: stageName(parsed.stages.at(-1)!),
    builtStage: stageName(resolveTarget(parsed, target)),
    reachableStages: reachable.map(stageName),
    instructions: instructionsOf(parsed, reached),
    externalImages: images,
    edges: edgesOf(project, placed, images, world),
    rootInputs: rootInputsOf(files, project, placed, world),
    outputs: outputsOf(placed),
    unresolved: unresolvedOf(files, reached),
    synthetic: syntheticOf(placed),
    drift: build.project === undefined ? [] : [driftOf(project, files.context, ofTarget(), world)],
  };
}

/** What differs between projects that build a Dockerfile alike is what belongs to each. */
function merge(entries: readonly InspectedDockerfile[]): InspectedDockerfile {
  return {
    ...entries[0]!,
    projects: entries.flatMap(({ projects }) => projects),
    edges: distinct(entries.flatMap(({ edges }) => edges)),
    rootInputs: distinct(entries.flatMap(({ rootInputs }) => rootInputs)),
    outputs: distinct(entries.flatMap(({ outputs }) => outputs)),
    synthetic: distinct(entries.flatMap(({ synthetic }) => synthetic)),
    drift: entries.flatMap(({ drift }) => drift),
  };
}
