import { judgeBuilds, type AffectedFacts, type JudgedBuild } from '../../affected';
import { inspectEach, type InspectFacts } from '../../inspect';
import type {
  AffectedProject,
  AffectedRange,
  AffectedReason,
  AffectedReport,
  KnownBuild,
} from '../../model/affected';
import type { SurveyedProject } from '../../model/survey';
import type { ChangeRange, RunnerBuild, RunnerPort, RunnerTask } from '../../ports/changes';
import { mapBounded } from '../../run/bounded';
import type { Ports } from '../ports';
import type { TaskPorts } from '../task/ports';
import { gatherInspection } from '../inspect';
import { unbuiltNote } from '../inspect/unbuilt';
import { diskOf } from './disk';
import { askAll } from './ask-all';
import { checkImages } from './check-images';
import { changedEvidence } from './evidence';
import { lostImages } from './lost';
import { AT_ONCE, bothEnds, changedOptions, type BothEnds } from './options';
import { settleRange, type AskedRange, type RangePorts } from './range';
import { taggedFor } from './tagged';
import { changedForTasks } from './task-files';
import { changedValues } from './values';

export type AffectedPorts = Ports & RangePorts & Pick<TaskPorts, 'tracked'> & { readonly runner: RunnerPort };

export interface AffectedRequest extends AskedRange {
  /** Ask for each project whether a build of it would be skipped. */
  readonly check: boolean;
}

/**
 * Which builds a change concerns, and why. Nothing is built or written.
 * @throws DockerCacheError NO_GIT, NO_BASE, NO_RUNNER, RUNNER_FAILED, UNSUPPORTED, INVALID_CONFIG,
 * CONFLICTING_PLAN
 */
export async function findAffected(request: AffectedRequest, ports: AffectedPorts): Promise<AffectedReport> {
  const { runner, workspace } = ports;
  const found = await find(request, ports);
  const { range, judged, concerned, changed, tools, warnings } = found;
  await checkImages(concerned, ports);
  const known = request.check ? await askAll(concerned, ports) : undefined;
  const projects = concerned.map((build, index): AffectedProject => ({
    name: build.project.name,
    root: build.project.root,
    target: build.target,
    reasons: build.reasons.length > 0 ? build.reasons : [bySaying(runner)],
    skip: skipOf(known?.[index]),
  }));
  return {
    version: 1,
    workspace: { root: workspace.facts().root, tools },
    range,
    decidedBy: runner.name,
    changed,
    projects: projects.sort((left, right) => (orderOf(left) < orderOf(right) ? -1 : 1)),
    unaffected: judged.length - concerned.length,
    warnings,
  };
}

function skipOf(asked: KnownBuild | undefined): KnownBuild {
  if (asked === undefined) return { state: 'unasked', reason: 'the registry was not asked' };
  return { state: asked.state, reason: asked.reason };
}

/** Builds, for who goes on with them. */
export interface ChosenBuilds {
  readonly builds: readonly JudgedBuild[];
  /** All that there are, those among them. */
  readonly all: readonly JudgedBuild[];
  /** All of the workspace. */
  readonly projects: readonly SurveyedProject[];
  /** What may be missed, for people. */
  readonly warnings: readonly string[];
}

/** Those that a change concerns. @throws as findAffected */
export async function concernedBuilds(asked: AskedRange, ports: AffectedPorts): Promise<ChosenBuilds> {
  const { range, concerned, judged, projects, warnings } = await find(asked, ports);
  const whole = range.base === undefined ? [`all builds are concerned: ${range.from}`] : [];
  return { builds: concerned, all: judged, projects, warnings: [...whole, ...warnings] };
}

/** All of the workspace, whatever changed. @throws DockerCacheError INVALID_CONFIG */
export async function everyBuild(ports: AffectedPorts): Promise<ChosenBuilds> {
  const { judged, projects, unbuilt } = await judge(undefined, ports);
  return { builds: judged, all: judged, projects, warnings: unbuilt };
}

interface Found extends Judged {
  readonly range: AffectedRange;
  readonly concerned: JudgedBuild[];
  readonly warnings: readonly string[];
}

async function find(asked: AskedRange, ports: AffectedPorts): Promise<Found> {
  const { runner } = ports;
  const range = await settleRange(asked, ports);
  const { base, head } = range;
  if (base === undefined) {
    const all = await judge(undefined, ports);
    const reasons = [everything(range.from)];
    const judged = all.judged.map((build) => ({ ...build, reasons }));
    return { ...all, range, judged, concerned: judged, warnings: [...unseenOf(judged), ...all.unbuilt] };
  }
  const all = await judge({ base, head }, ports);
  const chosen = await runner.affected({ base, head }, all.judged.map(askedOf));
  const isChosen = memberOf(chosen ?? []);
  // What tasks make of changed files Nx knows better. What a Dockerfile reads it knows from inputs, and those may be
  // written by hand. Turborepo knows of packages only.
  const isNx = runner.name === 'nx' && chosen !== undefined;
  const reads = (build: JudgedBuild): boolean => (isNx ? build.certain : build.reasons.length > 0);
  const changed = all.judged.filter((build) => reads(build) || isChosen(build));
  const missed = isNx ? changed.filter((build) => !isChosen(build)) : [];
  const tagged = await taggedFor(changed, all.judged, ports);
  const judged = all.judged.map((build) => because(build, tagged.get(build)));
  const isConcerned = memberOf([...changed, ...tagged.keys()].map(askedOf));
  const warnings = [...unseenOf(all.judged), ...missed.map(missedBy), ...all.unbuilt];
  return { ...all, range, judged, concerned: judged.filter(isConcerned), warnings };
}

function everything(text: string): AffectedReason {
  return { kind: 'everything', files: [], count: 0, line: undefined, project: undefined, text };
}

function because(build: JudgedBuild, reason: AffectedReason | undefined): JudgedBuild {
  return reason === undefined ? build : { ...build, reasons: [...build.reasons, reason] };
}

function bySaying({ name }: RunnerPort): AffectedReason {
  const text =
    name === 'nx'
      ? 'Nx says so: inputs or dependencies of its task'
      : 'Turborepo says so: its package or what that depends on';
  return { kind: 'runner', files: [], count: 0, line: undefined, project: undefined, text };
}

interface Judged {
  readonly judged: JudgedBuild[];
  /** How many files changed. */
  readonly changed: number;
  readonly tools: readonly string[];
  readonly projects: readonly SurveyedProject[];
  /** Of Dockerfiles that nothing builds, for people. */
  readonly unbuilt: readonly string[];
}

/** @param range undefined: nothing is compared */
async function judge(range: ChangeRange | undefined, ports: AffectedPorts): Promise<Judged> {
  const inspection = await gatherInspection(ports, true);
  const { survey } = inspection;
  const { tools, projects } = survey;
  const { kind } = ports.workspace.facts();
  // In Nx each is a target, or was left out on purpose.
  const note = kind === 'nx' ? undefined : unbuiltNote(inspection.builds, tools.includes('turborepo'));
  const unbuilt = note === undefined ? [] : [note];
  const inputsKnown = ports.runner.name === 'nx';
  const facts = { survey, builds: inspectEach(inspection), disk: diskOf(ports.files), inputsKnown };
  const nothing = { changed: [], options: new Map<string, never>(), lost: [] };
  if (range === undefined)
    return { judged: judgeBuilds({ ...facts, ...nothing }), changed: 0, tools, projects, unbuilt };
  const changed = await ports.changes.files(range);
  const ends = bothEnds(range, ports);
  const options = await optionsIn(ends, changed, inspection, ports);
  const lost = await lostImages({ projects, changed, ends, files: ports.files });
  // No commit holds it, and every commit changes it: who copies it is built anew each time.
  const own = changed.length > 0 && ports.files.kind('.git') !== undefined ? ['.git'] : [];
  const judged = judgeBuilds({ ...facts, changed: [...changed, ...own], options, lost });
  return { judged, changed: changed.length, tools, projects, unbuilt };
}

/** In Nx the options that are written stand where Nx itself looks. */
async function optionsIn(
  ends: BothEnds,
  changed: readonly string[],
  { survey, builds }: InspectFacts,
  ports: AffectedPorts,
): Promise<AffectedFacts['options']> {
  const { projects } = survey;
  const isNx = ports.workspace.facts().kind === 'nx';
  const written = isNx ? undefined : await changedOptions(projects, changed, ends);
  const source = once(() => ports.source.facts());
  const found = await mapBounded(projects, AT_ONCE, async (project) => {
    const facts = builds.filter((build) => build.project?.name === project.name);
    const { environment, files } = ports;
    const values = isNx ? [] : await changedValues({ project, facts, changed, ends, source, environment });
    const evidence = await changedEvidence({ projects, facts, changed, ends, files });
    const ofTasks = await changedForTasks(project, changed, ports.workspace);
    return [
      project.name,
      [...(written?.get(project.name) ?? []), ...values, ...evidence, ...ofTasks],
    ] as const;
  });
  return new Map(found);
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function unseenOf(judged: readonly JudgedBuild[]): string[] {
  const unseen = judged.flatMap(({ project, unseen }) =>
    unseen.map(
      ({ path, line }) =>
        `${project.name} copies ${path} (line ${line}), which is neither in git nor known to be made by a task: only the project's own files and those of no project count for it`,
    ),
  );
  return [...new Set(unseen)];
}

function missedBy({ project, target, reasons: [first] }: JudgedBuild): string {
  const file = first?.files[0] === undefined ? '' : `${first.files[0]}: `;
  return `Nx leaves out ${project.name}:${target}, which reads what changed (${file}${first?.text}): it is affected all the same, and \`nx affected\` does not run it; look at its inputs`;
}

export function askedOf({ project, target }: JudgedBuild): RunnerBuild {
  return { project: project.name, root: project.root, target };
}

function memberOf(tasks: readonly RunnerTask[]): (build: JudgedBuild) => boolean {
  const keys = new Set(tasks.map(({ project, target }) => `${project}\0${target}`));
  return ({ project, target }) => keys.has(`${project.name}\0${target}`);
}

function orderOf({ name, target }: AffectedProject): string {
  return `${name}\0${target}`;
}
