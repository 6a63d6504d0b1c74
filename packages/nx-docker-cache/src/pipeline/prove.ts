import { reachableStages } from '../dockerfile';
import type { EngineFacts } from '../model/facts';
import type { BuildOutcome } from '../model/outcome';
import { dependsOnBuilder } from '../plan';
import { leaveKey } from '../publish/promote';
import { readContent, wantedPlatforms } from './content';
import { readDockerfile } from './dockerfile';
import type { Ports } from './ports';
import type { Prepared } from './prepare';

/** A build that has just ended well. */
export interface Finished {
  readonly outcome: BuildOutcome;
  readonly engine: EngineFacts;
  /** When the builder was started, in ms since 1970. */
  readonly since: number;
}

/**
 * Leaves the key of a pushed build, so that the next one can be skipped; but only where what was built is what was
 * keyed, as a file saved during the build would make the key a lie.
 * @returns why the key proves nothing; undefined where it does
 */
export async function keyBuild(
  prepared: Prepared,
  finished: Finished,
  ports: Ports,
): Promise<string | undefined> {
  const { skip, identity } = prepared;
  // What cannot be skipped anyway needs no second look, and is told elsewhere.
  if (skip.obstacles.length > 0) return undefined;
  if (skip.write === undefined && !identity.output.load) return undefined;
  const { digest } = finished.outcome;
  const problem = await disproof(prepared, finished, ports);
  if (problem !== undefined) {
    ports.logger.warn(`no key is left for this build: ${problem}`);
    return problem;
  }
  if (skip.write === undefined || digest === undefined) return undefined;
  const failure = await leaveKey(identity.image, skip, digest, ports.registry);
  if (failure !== undefined) ports.logger.warn(`no key is left for this build: ${failure}`);
  return undefined;
}

async function disproof(prepared: Prepared, finished: Finished, ports: Ports): Promise<string | undefined> {
  return (
    foreignTriggers(prepared, finished) ??
    otherImages(prepared, finished) ??
    (await otherPlatform(prepared, finished, ports)) ??
    (await otherFiles(prepared, finished, ports))
  );
}

/** ONBUILD of a base image may read the context, and no Dockerfile says so. */
function foreignTriggers({ facts, options }: Prepared, { outcome }: Finished): string | undefined {
  const stages = reachableStages(facts.files.parsed, options.target);
  const own = new Set(
    stages
      .filter(({ instructions }) => instructions.some(({ triggered }) => triggered))
      .map(({ name, index }) => name ?? `stage-${index}`),
  );
  const foreign = outcome.triggers.find(({ stage }) => stage === undefined || !own.has(stage.toLowerCase()));
  if (foreign === undefined) return undefined;
  const where = foreign.stage === undefined ? 'the base image' : `the base image of ${foreign.stage}`;
  return `${where} has instructions of its own (${foreign.text})`;
}

/** The builder may have taken a local image, a mirror's, or one that was pushed after we asked. */
function otherImages({ content }: Prepared, { outcome }: Finished): string | undefined {
  const used = new Set(outcome.baseImages.map(({ digest }) => digest));
  const other = content.images.find(({ digest }) => !used.has(digest));
  return other && `the builder did not use ${other.image}@${other.digest}`;
}

async function otherPlatform(
  { facts, options }: Prepared,
  { engine }: Finished,
  ports: Ports,
): Promise<string | undefined> {
  const { environment } = ports;
  const platforms = wantedPlatforms(options, environment);
  if (!dependsOnBuilder(facts.files.parsed, options.target, platforms)) return undefined;
  // A builder of its own may only know once it has run.
  const platform = engine.platform ?? (await ports.engine.facts(options.builder)).platform;
  if (platform === environment.platform) return undefined;
  return `the builder is for ${platform ?? 'a platform that it does not name'}, and this machine is for ${environment.platform}`;
}

/** Only files can have changed: the builder was handed the args, and told which images it used. */
async function otherFiles(
  { project, options, facts, identity, content, skip }: Prepared,
  { since }: Finished,
  ports: Ports,
): Promise<string | undefined> {
  const readable = { ...options, buildArgs: identity.buildArgs, context: facts.files.context };
  const digests = new Map(content.images.map(({ image, digest }) => [image, digest]));
  const imageDigests: Ports['imageDigests'] = {
    resolve: (image) => {
      const digest = digests.get(image);
      return Promise.resolve(digest === undefined ? { problem: 'it was not asked for' } : { digest });
    },
  };
  try {
    const files = await readDockerfile(readable, project, ports);
    const again = await readContent(options, { ...facts, files }, identity, { ...ports, imageDigests });
    const holds = again.key === skip.key && again.obstacles.length === 0;
    if (holds && again.changed <= since) return undefined;
  } catch {
    // What cannot be read any more has changed as well.
  }
  return 'what it reads changed while it ran';
}
