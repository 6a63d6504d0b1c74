import type { ExecutorContext } from '@nx/devkit';
import { composePorts, interruptSignal, nxWorkspace } from '../../adapters/compose';
import { formatError } from '../../errors';
import { buildProject } from '../../pipeline';
import { askedConfiguration } from '../asked-configuration';

/** `nx run <project>:docker-build`. The options are validated by the pipeline, all problems at once. */
export default async function buildExecutor(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const ports = composePorts(nxWorkspace(context.root, context.projectGraph, askedConfiguration(context)));
  const { signal, release } = interruptSignal();
  try {
    const name = context.projectName ?? '';
    const root = context.projectsConfigurations.projects[name]?.root ?? '.';
    const target = context.targetName ?? 'docker-build';
    // A flag or a configuration of the target may ask for some of them only.
    const configured = context.target?.options as { readonly platforms?: unknown } | undefined;
    const platforms = configured?.platforms;
    const project = { name, root, target, options, platforms };
    const { ok, error } = await buildProject(project, ports, signal);
    if (error !== undefined) ports.logger.line(error.format());
    return { success: ok };
  } catch (error) {
    ports.logger.line(formatError(error));
    return { success: false };
  } finally {
    release();
  }
}
