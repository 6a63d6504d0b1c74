import { reachableStages, resolveTarget } from '../dockerfile';
import { identify } from '../plan';
import { readDockerfile } from './dockerfile';
import { withContent } from './parts';
import type { Ports } from './ports';
import type { Identified, Prepared } from './prepare';

/**
 * The stages that are built beside the target, each as a build of its own in the same context.
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export function identifyStages(
  main: Identified,
  ports: Pick<Ports, 'files' | 'workspace'>,
  names = main.options.stages,
): Promise<Identified[]> {
  const { parsed } = main.facts.files;
  const stages = new Map(names.map((name) => [resolveTarget(parsed, name).index, name]));
  stages.delete(main.identity.stage.index);
  return Promise.all([...stages.values()].map((stage) => identifyStage(stage, main, ports)));
}

/**
 * The same with what they read.
 * @param builds false where only the plan is asked for, which writes nothing
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export async function prepareStages(
  main: Identified,
  ports: Ports,
  builds: boolean,
  names = main.options.stages,
): Promise<Prepared[]> {
  const stages = await identifyStages(main, ports, names);
  return Promise.all(stages.map((stage) => withContent(stage, ports, { beside: true, builds })));
}

/**
 * The stages that an inline cache needs beside the target: it holds the steps of its own image alone, so each stage has
 * to be an image, or a changed source installs every dependency anew.
 */
export function stagesForInline({ facts, options, identity }: Identified): string[] {
  if (!identity.output.push || options.stages.length > 0) return [];
  return reachableStages(facts.files.parsed, options.target).flatMap(({ name, index, replaced }) =>
    name === undefined || replaced || index === identity.stage.index ? [] : [name],
  );
}

/** @throws DockerCacheError UNKNOWN_STAGE */
export async function identifyStage(
  target: string,
  main: Identified,
  ports: Pick<Ports, 'files' | 'workspace'>,
): Promise<Identified> {
  const { context, contextReason, contextDecided, contextIndirect } = main.facts.files;
  const options = { ...main.options, target };
  // A stage by itself might suggest another context; it is the same Dockerfile, so it is the same one.
  const readable = { ...options, buildArgs: main.identity.buildArgs, context };
  const files = await readDockerfile(readable, main.project, ports);
  const facts = { ...main.facts, files: { ...files, contextReason, contextDecided, contextIndirect } };
  const { project, receipt } = main;
  return { project, receipt, options, facts, identity: identify(options, facts, true) };
}
