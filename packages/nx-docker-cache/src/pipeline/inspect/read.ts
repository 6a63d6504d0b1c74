import { posix } from 'node:path';
import { resolveTarget } from '../../dockerfile';
import { DockerCacheError } from '../../errors';
import type { BuildFacts } from '../../inspect';
import { expandNames } from '../../layout/image-names';
import type { FileFacts } from '../../model/facts';
import type { InspectedProblem } from '../../model/inspection';
import type { BuildOptions } from '../../model/options';
import { parseBuildOptions } from '../../options';
import { expandBuildArgs, hasTemplates } from '../../plan';
import type { Around } from '../around';
import { readDockerfile } from '../dockerfile';
import { readEnvironment } from '../gather';
import type { FoundBuild } from './builds';
import type { InspectPorts } from './index';

/** Reads what a build is made of. What a build would refuse with an error is the entry's problem here. */
export async function readBuild(
  found: FoundBuild,
  ports: InspectPorts,
  around: Around,
  pruned: boolean,
): Promise<BuildFacts> {
  const { dockerfile, project, target } = found;
  // A Dockerfile of no project is built from its folder, if from anywhere.
  const place = project ?? { name: dockerfile, root: posix.dirname(dockerfile) };
  const facts = { dockerfile, project, target };
  try {
    const written = parseBuildOptions(found.options, `the options of ${place.name}:${target ?? dockerfile}`);
    const options = { ...written, buildArgs: await buildArgs(written, place, ports) };
    const read = await readFiles(options, { ...place, target }, pruned, ports, around);
    // A build refuses a stage that is not there, and what it reads beside would be said of nothing.
    for (const stage of options.stages) resolveTarget(read.parsed, stage);
    const image = isSet(found.options, 'image') ? options.image : found.image;
    return {
      ...{ ...facts, image: image === undefined ? undefined : expandNames(image, place) },
      options: { ...options, tags: options.tags ?? [] },
      targets: [options.target, ...options.stages],
      files: read,
      problem: undefined,
    };
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    const nothing = { image: undefined, options: NONE, targets: [], files: undefined };
    return { ...facts, ...nothing, problem: problemOf(error) };
  }
}

const NONE = {
  target: undefined,
  buildArgs: {},
  buildContexts: {},
  platforms: [],
  registry: undefined,
  tags: [],
};

async function buildArgs(
  options: BuildOptions,
  { name, root }: { readonly name: string; readonly root: string },
  ports: InspectPorts,
): Promise<BuildOptions['buildArgs']> {
  if (!hasTemplates(options)) return options.buildArgs;
  const environment = readEnvironment(options, ports);
  return expandBuildArgs(options, {
    ...{ source: await ports.source.facts(), environment },
    project: { name, root, target: '' },
  });
}

async function readFiles(
  options: BuildOptions,
  { target, ...place }: { readonly name: string; readonly root: string; readonly target: string | undefined },
  pruned: boolean,
  { files, workspace }: InspectPorts,
  around: Around,
): Promise<FileFacts> {
  // What is sent of the context is no question here, but where a project's packages decide it.
  const unpruned = { ...options, prune: 'off' as const };
  const project = { ...place, target: target ?? '', options: {} };
  const read = async (how: BuildOptions): Promise<FileFacts> =>
    readDockerfile(how, project, { files, workspace }, around);
  const sent = pruned && options.prune === 'graph' ? await read(options) : undefined;
  const facts = sent?.prune.mode === 'graph' ? sent : await read(unpruned);
  if (options.context === undefined || workspace.facts().kind !== 'nx') return facts;
  // The plugin writes what a Dockerfile and its hints tell into the target's options.
  const alone = await around.siblings.settleAlone(facts, place.root, options.target);
  const { context, reason, decided, open, silent, heard } = alone;
  const isItsWord = decided && context === facts.context;
  return isItsWord ? { ...facts, contextReason: reason, contextAround: { open, silent, heard } } : facts;
}

function isSet(options: unknown, key: string): boolean {
  return typeof options === 'object' && options !== null && key in options;
}

function problemOf({ code, message, found, hint, line }: DockerCacheError): InspectedProblem {
  return { code, message: found === undefined ? message : `${message} Found: ${found}`, hint, line };
}
