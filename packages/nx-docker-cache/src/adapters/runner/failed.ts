import { DockerCacheError } from '../../errors';
import type { ExecResult } from '../exec';

/** The runner was there, and did not answer. */
export function runnerFailed(
  command: string,
  { exitCode, stdout, stderr, timedOut }: ExecResult,
): DockerCacheError {
  const said = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  return new DockerCacheError({
    code: 'RUNNER_FAILED',
    message: `${command} did not say what is affected`,
    expected: 'an answer, and exit code 0',
    found: timedOut ? 'no answer in time' : [`exit code ${exitCode}`, ...said.slice(0, 12)].join('\n'),
    hint: `Run \`${command}\` yourself, and correct what it complains about.`,
  });
}
