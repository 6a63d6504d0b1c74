import { DockerCacheError } from '../errors';
import type { BuildPlan } from '../model/plan';
import type { EnginePort } from '../ports/engine';
import type { FailedRun } from './failure';

/**
 * The error of what ended although no step of it failed, where its engine is gone: what is tried after it would end the
 * same way, one by one. undefined where the engine answers, or a step is to blame.
 */
export async function engineLost(
  { failed, stall }: Pick<FailedRun, 'failed' | 'stall'>,
  { argv }: Pick<BuildPlan, 'argv'>,
  engine: Pick<EnginePort, 'check'>,
): Promise<DockerCacheError | undefined> {
  if (failed.length > 0 || stall !== undefined) return undefined;
  const at = argv.indexOf('--builder');
  const found = await engine.check(at < 0 ? undefined : argv[at + 1]);
  if (found === undefined) return undefined;
  return new DockerCacheError({
    code: 'NO_DAEMON',
    message: 'the engine was lost in mid-run',
    expected: 'an engine that answers until everything is built',
    found,
    hint: 'Run the same command again where an engine answers: what was pushed by now is skipped.',
  });
}
