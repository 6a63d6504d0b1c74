import { DockerCacheError } from '../errors';
import type { BuildPlan } from '../model/plan';
import type { EnginePort } from '../ports/engine';
import type { FailedRun } from './failure';
import { tellingLines } from './log-lines';
import type { VertexView } from './steps';

/** Steps in which buildx itself looks for its builder: `remote` and `cloud`, then those that it starts. */
const LOOKS_FOR_BUILDER = /^\[internal\] (?:waiting for connection|booting buildkit)$/;

/**
 * The error of what ended although no step of it failed, where its engine is gone: what is tried after it would end the
 * same way, one by one. undefined where the engine answers, or a step is to blame.
 */
export async function engineLost(
  { failed, reached, stall, text }: Pick<FailedRun, 'failed' | 'reached' | 'stall' | 'text'>,
  plan: Pick<BuildPlan, 'argv' | 'engine'>,
  engine: Pick<EnginePort, 'check'>,
): Promise<DockerCacheError | undefined> {
  const looked = failed.find(({ name }) => LOOKS_FOR_BUILDER.test(name));
  if (looked !== undefined) {
    const found = [...tellingLines(printed(looked)), looked.error ?? 'no answer'].join('\n');
    return builderGone(plan.engine, found);
  }
  if (failed.length > 0 || stall !== undefined) return undefined;
  const found = await engine.check(builderOf(plan));
  if (found === undefined) return undefined;
  if (!reached) return builderGone(plan.engine, lastWord(text) ?? found);
  return new DockerCacheError({
    code: 'NO_DAEMON',
    message: 'the engine was lost in mid-run',
    expected: 'an engine that answers until everything is built',
    found,
    hint: 'Run the same command again where an engine answers: what was pushed by now is skipped.',
  });
}

function builderOf({ argv }: Pick<BuildPlan, 'argv'>): string | undefined {
  const at = argv.indexOf('--builder');
  return at < 0 ? undefined : argv[at + 1];
}

/** Of a container's log buildx hands over zeros where it was quicker than itself (seen: 0.29). */
function printed({ log }: VertexView): readonly string[] {
  return log.filter((line) => !line.includes('\0'));
}

function builderGone({ builder, driver }: BuildPlan['engine'], found: string): DockerCacheError {
  const log = driver === 'docker-container' ? `, docker logs buildx_buildkit_${builder}0` : '';
  return new DockerCacheError({
    code: 'NO_DAEMON',
    message: `the builder ${builder} does not answer`,
    expected: 'a builder that runs, or that buildx can start',
    found,
    hint: `See what it says of itself: docker buildx inspect ${builder} --bootstrap${log}.`,
  });
}

/** Of buildx, which ends with its error. */
function lastWord(text: readonly string[]): string | undefined {
  return text.findLast((line) => line.startsWith('ERROR: '))?.slice('ERROR: '.length);
}
