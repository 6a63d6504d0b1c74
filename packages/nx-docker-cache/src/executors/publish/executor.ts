import type { ExecutorContext } from '@nx/devkit';
import { composeTaskPorts, interruptSignal, nxPublication, nxWorkspace } from '../../adapters/compose';
import { formatError } from '../../errors';
import { publishProjects } from '../../pipeline/publish';
import { rebuildWith } from '../../pipeline/rebuild';
import { askedConfiguration } from '../asked-configuration';
import { ranBefore } from '../ran-before';

/** `nx run <project>:docker-publish`, and what `nx release publish` runs as `nx-release-publish`. */
export default async function publishExecutor(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const asked = askedConfiguration(context);
  const ports = composeTaskPorts(nxWorkspace(context.root, undefined, asked));
  const { signal, release } = interruptSignal();
  try {
    const name = context.projectName ?? '';
    const { root = '.', targets = {} } = context.projectsConfigurations.projects[name] ?? {};
    const run = { target: context.targetName ?? 'docker-publish', options };
    const project = nxPublication({ name, root, targets }, (target) => asked(name, target), run);
    const ran = ranBefore(context);
    const tasks = Object.fromEntries(Object.entries(project.tasks).filter(([task]) => !ran.has(task)));
    const results = await publishProjects([{ ...project, tasks }], ports, signal, rebuildWith(ports));
    return { success: results.every(({ ok }) => ok) };
  } catch (error) {
    ports.logger.line(formatError(error));
    return { success: false };
  } finally {
    release();
  }
}
