import { contextImages, externalImages, isIgnored, parseIgnore } from '../dockerfile';
import { isInside } from '../layout/paths';
import type { Project } from '../layout/project';
import { ROOT_FILES, ROOT_FOLDERS } from '../layout/root-files';
import type { FileFacts } from '../model/facts';
import type {
  InspectedEdge,
  InspectedImage,
  InspectedInput,
  InspectedOutput,
  InspectedUnresolved,
} from '../model/inspection';
import type { BuildFacts } from './facts';
import type { Placement } from './placement';
import { stageName } from './stages';
import type { World } from './world';

/** What a build needs of other projects, in the order of the file. */
export function edgesOf(
  project: Project,
  placed: readonly Placement[],
  images: readonly InspectedImage[],
  { packages }: World,
): InspectedEdge[] {
  const edges = placed.flatMap(({ source: { via, line }, meaning }) => {
    const edge = (to: string, reads: InspectedEdge['reads'], broad: boolean): InspectedEdge[] =>
      to === project.name ? [] : [{ from: project.name, to, via, line, reads, broad }];
    switch (meaning.kind) {
      case 'everything':
        // It copies every project, and what it needs of them is what the package graph says.
        return [...packages.closure(project.name, true).keys()].flatMap((to) => edge(to, 'files', true));
      case 'output':
        return edge(meaning.output.project.name, 'output', false);
      case 'synthetic':
        return meaning.owner === undefined ? [] : edge(meaning.owner.name, 'output', false);
      case 'projects':
        return meaning.projects.flatMap(({ name }) => edge(name, 'files', meaning.broad));
      default:
        return [];
    }
  });
  const bases = images.flatMap(({ builtBy, via, line }): InspectedEdge[] =>
    builtBy === undefined || builtBy.project === project.name || via === 'syntax'
      ? []
      : [{ from: project.name, to: builtBy.project, via, line, reads: 'image', broad: false }],
  );
  return distinct([...edges, ...bases]).sort((left, right) => left.line - right.line);
}

export function outputsOf(placed: readonly Placement[]): InspectedOutput[] {
  const found = placed.flatMap(({ place, source: { line }, meaning }) =>
    meaning.kind === 'output'
      ? [{ path: place, project: meaning.output.project.name, target: meaning.output.target, line }]
      : [],
  );
  return distinct(found);
}

export function syntheticOf(placed: readonly Placement[]): InspectedInput[] {
  return distinct(
    placed.flatMap(({ place, source: { line }, meaning }) =>
      meaning.kind === 'synthetic' ? [{ path: place, line }] : [],
    ),
  );
}

/** Files that no project owns: what is copied of them, the ignore file, and a Dockerfile that lies elsewhere. */
export function rootInputsOf(
  files: FileFacts,
  project: Project,
  placed: readonly Placement[],
  { tree, projects }: World,
): InspectedInput[] {
  const isOwned = (path: string): boolean => {
    const owner = projects.ownerOf(path);
    return owner === undefined ? isInside(path, project.root) && project.root !== '.' : owner.root !== '.';
  };
  const copied = placed.flatMap(({ place, source: { line }, meaning }): InspectedInput[] => {
    if (meaning.kind === 'root') return [{ path: place, line }];
    if (meaning.kind !== 'everything') return [];
    const ignore = parseIgnore(files.ignore.text);
    const there = [
      ...ROOT_FILES.filter((path) => tree.kind(path) === 'file'),
      ...ROOT_FOLDERS.filter((path) => tree.kind(path) === 'folder'),
    ];
    return there.filter((path) => !isIgnored(ignore, path)).map((path) => ({ path, line }));
  });
  const unnamed = [files.dockerfile, ...(files.ignore.file === undefined ? [] : [files.ignore.file])]
    .filter((path) => !isOwned(path))
    .map((path) => ({ path, line: undefined }));
  return distinct([...copied, ...unnamed]);
}

/** Images from elsewhere and of the workspace, one entry a place. */
export function imagesOf(build: BuildFacts, files: FileFacts, { images, imageOf }: World): InspectedImage[] {
  const { parsed } = files;
  const pulled = [
    ...externalImages(parsed, build.targets),
    ...contextImages(parsed, build.options.buildContexts, build.targets),
  ].sort((left, right) => left.line - right.line);
  return pulled.map(({ image, digest, text, line, via }) => {
    const base = image === undefined ? undefined : images.find(image, imageOf.get(build))?.facts;
    const builtBy =
      base?.project === undefined
        ? undefined
        : { project: base.project.name, target: base.target ?? 'docker-build' };
    return { image, digest, text, line, via, builtBy };
  });
}

/** Of the stages that are built, and of what stands before the first. */
export function unresolvedOf({ parsed }: FileFacts, reached: ReadonlySet<number>): InspectedUnresolved[] {
  return parsed.unresolved
    .filter(({ stage }) => stage === undefined || reached.has(stage))
    .map(({ line, stage, text, reason }) => ({
      ...{ line, text, reason },
      stage: stage === undefined ? undefined : stageName(parsed.stages[stage]!),
    }));
}

export function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
