import type { ExecutorContext } from '@nx/devkit';
import { composeTaskPorts, interruptSignal, nxPublication, nxWorkspace } from '../../adapters/compose';
import { formatError } from '../../errors';
import { publishProjects } from '../../pipeline/publish';

/** `nx run <project>:docker-publish`, and what `nx release publish` runs as `nx-release-publish`. */
export default async function publishExecutor(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const ports = composeTaskPorts(nxWorkspace(context.root));
  const { signal, release } = interruptSignal();
  try {
    const name = context.projectName ?? '';
    const { root = '.', targets = {} } = context.projectsConfigurations.projects[name] ?? {};
    const run = { target: context.targetName ?? 'docker-publish', options };
    const results = await publishProjects([nxPublication({ name, root, targets }, run)], ports, signal);
    return { success: results.every(({ ok }) => ok) };
  } catch (error) {
    ports.logger.line(formatError(error));
    return { success: false };
  } finally {
    release();
  }
}
