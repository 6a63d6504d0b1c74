import { DockerCacheError } from '../errors';
import type { BuildPlan } from '../model/plan';
import type { EnginePort } from '../ports/engine';
import type { FailedRun } from './failure';

/** Steps in which buildx itself looks for its builder: `remote` and `cloud`, then those that it starts. */
const LOOKS_FOR_BUILDER = /^\[internal\] (?:waiting for connection|booting buildkit)$/;

/**
 * The error of what ended although no step of it failed, where its engine is gone: what is tried after it would end the
 * same way, one by one. undefined where the engine answers, or a step is to blame.
 */
export async function engineLost(
  { failed, stall }: Pick<FailedRun, 'failed' | 'stall'>,
  { argv }: Pick<BuildPlan, 'argv'>,
  engine: Pick<EnginePort, 'check'>,
): Promise<DockerCacheError | undefined> {
  const at = argv.indexOf('--builder');
  const builder = at < 0 ? undefined : argv[at + 1];
  const looked = failed.find(({ name }) => LOOKS_FOR_BUILDER.test(name));
  if (looked !== undefined) return builderGone(builder, looked.error);
  if (failed.length > 0 || stall !== undefined) return undefined;
  const found = await engine.check(builder);
  if (found === undefined) return undefined;
  return new DockerCacheError({
    code: 'NO_DAEMON',
    message: 'the engine was lost in mid-run',
    expected: 'an engine that answers until everything is built',
    found,
    hint: 'Run the same command again where an engine answers: what was pushed by now is skipped.',
  });
}

function builderGone(builder: string | undefined, error: string | undefined): DockerCacheError {
  const name = builder ?? 'that is chosen';
  return new DockerCacheError({
    code: 'NO_DAEMON',
    message: `the builder ${name} does not answer`,
    expected: 'a builder that runs, or that buildx can start',
    found: error ?? 'no answer',
    hint: `See what it says of itself: docker buildx inspect${builder === undefined ? '' : ` ${builder}`} --bootstrap.`,
  });
}
