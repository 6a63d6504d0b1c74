import { familiar } from '../dockerfile';
import { PackageGraph, type BuildFacts, type InspectedBuild } from '../inspect';
import { ImageIndex, type NamedBuild } from '../layout/image-index';
import { isInside } from '../layout/paths';
import { ProjectMap } from '../layout/project-map';
import type { AffectedReason } from '../model/affected';
import { addContexts } from './contexts';
import type { AffectedFacts, LostImage } from './facts';
import { addOutputs } from './outputs';
import { Reasons } from './reasons';
import { addSources } from './sources';

/** An image of the workspace that a build reads. */
export interface ReadBase {
  readonly project: string;
  readonly target: string;
  readonly line: number;
  /** The reference in its familiar form; undefined where it is pinned by digest, so that no tag matters. */
  readonly ref: string | undefined;
}

/** A build that a target of a project makes. */
export interface JudgedBuild {
  readonly build: BuildFacts;
  readonly project: { readonly name: string; readonly root: string };
  readonly target: string;
  /** true for the build that the project alone stands for: its first. */
  readonly own: boolean;
  /** Why the change concerns it; empty where nothing that it reads changed. */
  readonly reasons: readonly AffectedReason[];
  /** true where one of them is more than that a task may make something else of what changed. */
  readonly certain: boolean;
  /** The other builds of the workspace whose images it reads. */
  readonly bases: readonly ReadBase[];
  /** Something that it copies is made by a task before it. */
  readonly copiesOutputs: boolean;
  /** The tasks of which that is known, each once. */
  readonly makers: readonly { readonly project: string; readonly target: string }[];
  /** What nobody can see in a diff: files that are neither in git nor known to be made by a task. */
  readonly unseen: readonly { readonly path: string; readonly line: number | undefined }[];
}

/** Judges each build by what it reads; what stands on a concerned image is concerned. */
export function judgeBuilds(facts: AffectedFacts): JudgedBuild[] {
  const projects = new ProjectMap(
    Object.fromEntries(facts.survey.projects.map((project) => [project.name, project])),
  );
  const packages = new PackageGraph(facts.survey.projects);
  const lost = new ImageIndex(facts.lost);
  const made = new ImageIndex(
    facts.builds.flatMap(({ build: { image, options } }) =>
      image === undefined ? [] : [{ image, options }],
    ),
  );
  const firsts = new Map(facts.survey.projects.map(({ name, builds }) => [name, builds[0]?.target]));
  const judged = facts.builds.flatMap(({ build, entry }) => {
    const { project, target } = build;
    if (project === undefined || target === undefined) return [];
    const reasons = new Reasons();
    addOwn({ build, entry }, facts, { projects, packages }, reasons);
    addLost(entry, { lost, made }, reasons);
    const bases = entry.externalImages.flatMap(({ builtBy, line, image, digest }) => {
      if (builtBy === undefined || (builtBy.project === project.name && builtBy.target === target)) return [];
      const ref = image === undefined || digest !== undefined ? undefined : familiar(image);
      return [{ ...builtBy, line, ref }];
    });
    const copiesOutputs = entry.outputs.length + entry.synthetic.length > 0;
    const makers = [...new Map(entry.outputs.map((one) => [nameOfTask(one), one])).values()];
    const unseen = entry.synthetic.filter(
      ({ line }) => !entry.edges.some((one) => one.reads === 'output' && one.line === line),
    );
    const own = firsts.get(project.name) === target;
    return [{ build, project, target, own, reasons, bases, copiesOutputs, makers, unseen }];
  });
  spread(judged);
  const isCertain = certainOf(judged);
  return judged.map((one) => ({ ...one, reasons: one.reasons.list(), certain: isCertain(one) }));
}

function nameOfTask({ project, target }: JudgedBuild['makers'][number]): string {
  return `${project}:${target}`;
}

interface World {
  readonly projects: ProjectMap;
  readonly packages: PackageGraph;
}

function addOwn(
  { build, entry }: InspectedBuild,
  { changed, disk, options, inputsKnown }: AffectedFacts,
  { projects, packages }: World,
  reasons: Reasons,
): void {
  const project = build.project!;
  for (const { text, files } of options.get(project.name) ?? []) {
    const cause = { kind: 'options', line: undefined, project: undefined, text } as const;
    if (files.length === 0) reasons.add(cause);
    for (const file of files) reasons.add(cause, file);
  }
  if (build.files === undefined) {
    // What a broken Dockerfile would read is not known; whoever changes the project finds out.
    const text = `its Dockerfile cannot be read: ${entry.problem?.code ?? 'unknown'}`;
    for (const path of changed) {
      const own = path === build.dockerfile || (project.root !== '.' && isInside(path, project.root));
      if (own) reasons.add({ kind: 'unresolved', line: undefined, project: undefined, text }, path);
    }
    return;
  }
  const { files, targets } = build;
  addSources({ project, files, targets, changed, disk, projects }, reasons);
  const { buildContexts } = build.options;
  addContexts({ project, files, targets, changed, projects, buildContexts }, reasons);
  addOutputs({ project, entry, changed, packages, projects, inputsKnown }, reasons);
}

/** Images that are pulled from now on, or are nowhere. */
function addLost(
  { externalImages }: InspectedBuild['entry'],
  { lost, made }: { readonly lost: ImageIndex<LostImage>; readonly made: ImageIndex<NamedBuild> },
  reasons: Reasons,
): void {
  for (const { image, builtBy, line } of externalImages) {
    if (image === undefined || builtBy !== undefined || made.find(image, undefined) !== undefined) continue;
    const project = lost.find(image, undefined)?.project;
    if (project === undefined) continue;
    const text = `image of ${project}, which nothing builds any more, line ${line}`;
    reasons.add({ kind: 'image', line, project, text });
  }
}

interface Standing {
  readonly project: { readonly name: string };
  readonly target: string;
  readonly reasons: Reasons;
  readonly bases: JudgedBuild['bases'];
}

const nameOf = ({ project, target }: Pick<Standing, 'project' | 'target'>): string =>
  `${project.name}:${target}`;

/** From base images to what stands on them, however far. */
function spread(builds: readonly Standing[]): void {
  for (let before = -1, now = 0; before !== now;) {
    before = now;
    const concerned = new Set(builds.filter(({ reasons }) => reasons.size > 0).map(nameOf));
    for (const { reasons, bases } of builds) {
      for (const { project, target, line } of bases) {
        if (!concerned.has(`${project}:${target}`)) continue;
        reasons.add({ kind: 'image', line, project, text: `image of ${project}, line ${line}` });
      }
    }
    now = builds.reduce((sum, { reasons }) => sum + reasons.size, 0);
  }
}

/** An image is as certain to be another one as what it stands on. */
function certainOf(builds: readonly Standing[]): (build: Standing) => boolean {
  const certain = new Set(
    builds
      .filter(({ reasons, bases }) =>
        reasons.list().some(({ kind, project }) =>
          // What nothing builds any more is no base.
          kind === 'image' ? bases.every((base) => base.project !== project) : kind !== 'output',
        ),
      )
      .map(nameOf),
  );
  for (let before = -1; before !== certain.size;) {
    before = certain.size;
    for (const build of builds) {
      if (build.bases.some(({ project, target }) => certain.has(`${project}:${target}`)))
        certain.add(nameOf(build));
    }
  }
  return (build) => certain.has(nameOf(build));
}
