import { composeTaskPorts, interruptSignal, openWorkspace } from '../../adapters/compose';
import { formatError } from '../../errors';
import { namedBuild } from '../../pipeline/named-build';
import { runTask } from '../../pipeline/task';
import { taskOptions } from '../named-task';
import { projectWith } from '../project';
import { parseRun } from '../run-flags';

/** `run <project> <task>`, or `run <project> --stage <stage> -- <command…>`. @returns the command's own exit code */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const { project, task, options, build } = parseRun(argv);
  const workspace = openWorkspace(build.cwd, build.configuration);
  const ports = composeTaskPorts(workspace);
  const { name, target } = await namedBuild(project, workspace);
  const found = await projectWith(workspace, name, build, target);
  const request = {
    build: found,
    name: task ?? 'run',
    options: task === undefined ? options : taskOptions(found, task, options),
    // Whoever runs it may have edited anything since the last build.
    built: false,
  };
  const interrupt = interruptSignal();
  try {
    const { exitCode, error } = await runTask(request, ports, interrupt);
    if (error !== undefined) ports.logger.line(formatError(error));
    return exitCode;
  } finally {
    interrupt.release();
  }
}
