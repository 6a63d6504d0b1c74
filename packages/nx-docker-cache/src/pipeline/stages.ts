import { resolveTarget } from '../dockerfile';
import { identify, planSkip } from '../plan';
import { readContent } from './content';
import { readDockerfile } from './dockerfile';
import type { Ports } from './ports';
import type { Prepared } from './prepare';

/**
 * The stages that are built beside the target, each prepared as a build of its own in the same context.
 * @param builds false where only the plan is asked for, which writes nothing
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export async function prepareStages(main: Prepared, ports: Ports, builds: boolean): Promise<Prepared[]> {
  const { parsed } = main.facts.files;
  const stages = new Map(main.options.stages.map((name) => [resolveTarget(parsed, name).index, name]));
  stages.delete(main.identity.stage.index);
  return Promise.all([...stages.values()].map((stage) => prepareStage(stage, main, ports, builds)));
}

async function prepareStage(
  target: string,
  main: Prepared,
  ports: Ports,
  builds: boolean,
): Promise<Prepared> {
  const { context, contextReason, contextDecided } = main.facts.files;
  const options = { ...main.options, target };
  // A stage by itself might suggest another context; it is the same Dockerfile, so it is the same one.
  const readable = { ...options, buildArgs: main.identity.buildArgs, context };
  const files = await readDockerfile(readable, main.project, ports);
  const facts = { ...main.facts, files: { ...files, contextReason, contextDecided } };
  const identity = identify(options, facts, true);
  const content = await readContent(options, facts, identity, ports, builds && !options.dryRun);
  return { ...main, options, facts, identity, content, skip: planSkip(options, identity, content) };
}
