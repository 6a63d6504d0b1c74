import type { ExecutorContext } from '@nx/devkit';
import { composeTaskPorts, interruptSignal, nxWorkspace } from '../../adapters/compose';
import { formatError } from '../../errors';
import { runTask } from '../../pipeline/task';
import { askedConfiguration } from '../asked-configuration';
import { buildOf } from './build-of';
import { ranBefore } from '../ran-before';

/** `nx run <project>:docker-test`. The options are validated by the pipeline, all problems at once. */
export default async function runExecutor(
  options: { readonly buildTarget?: string },
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const ports = composeTaskPorts(nxWorkspace(context.root, undefined, askedConfiguration(context)));
  const interrupt = interruptSignal();
  try {
    const build = buildOf(options.buildTarget, context);
    const request = {
      build,
      // Then the build's receipt speaks of the files as they are.
      built: ranBefore(context).has(build.target),
      name: context.targetName ?? 'run',
      options,
    };
    const { status, error } = await runTask(request, ports, interrupt);
    if (error !== undefined) ports.logger.line(error.format());
    return { success: status !== 'failed' };
  } catch (error) {
    ports.logger.line(formatError(error));
    return { success: false };
  } finally {
    interrupt.release();
  }
}
