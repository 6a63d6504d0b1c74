import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { composePorts, interruptSignal, nxWorkspace } from '../../adapters/compose';
import { formatError } from '../../errors';
import { buildProjects, type BuildRequest } from '../../pipeline';
import { CollectedLines } from '../../report/loggers';
import { formatRun } from '../../report/run-table';
import { askedConfiguration } from '../asked-configuration';
import { Channel } from './channel';
import { rowName } from './row-name';

/** What Nx takes of a task of a batch. */
export interface BatchTaskResult {
  readonly task: string;
  readonly result: {
    readonly success: boolean;
    readonly terminalOutput: string;
    /** Milliseconds since 1970. */
    readonly startTime: number;
    readonly endTime: number;
  };
}

/**
 * `nx run-many -t docker-build --batch`: all builds as one run, a result for each task as soon as it is over. Whatever
 * happens, every task gets one: Nx would run those that are left out again.
 */
export default async function* buildBatchExecutor(
  taskGraph: TaskGraph,
  inputs: Readonly<Record<string, unknown>>,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<BatchTaskResult, void> {
  const ports = composePorts(
    nxWorkspace(context.root, context.projectGraph, askedConfiguration({ ...context, taskGraph })),
  );
  const { logger, clock } = ports;
  const startTime = clock.now();
  const channel = new Channel<BatchTaskResult>();
  const tasks = Object.values(taskGraph.tasks);
  const outputs = new Map(tasks.map(({ id }) => [id, new CollectedLines(logger.colors)]));
  const open = new Set(outputs.keys());
  const end = (task: string, success: boolean): void => {
    if (!open.delete(task)) return;
    const terminalOutput = outputs.get(task)?.text() ?? '';
    channel.push({ task, result: { success, terminalOutput, startTime, endTime: clock.now() } });
  };
  const requests = tasks.map(({ id, target }): BuildRequest => {
    const { root = '.', targets = {} } = context.projectsConfigurations.projects[target.project] ?? {};
    const configured = targets[target.target]?.options as { readonly platforms?: unknown } | undefined;
    const platforms = configured?.platforms;
    const project = { name: target.project, root, target: target.target, options: inputs[id], platforms };
    return { id, project, logger: outputs.get(id)!, after: taskGraph.dependencies[id] ?? [] };
  });
  const { signal, release } = interruptSignal();
  const all = buildProjects(requests, ports, signal, (id, { ok, error }) => {
    if (error !== undefined) outputs.get(id)?.line(error.format());
    end(id, ok);
  });
  const settled = all.then(
    (results) => {
      const rows = results.map((result, index) => ({
        ...result,
        project: rowName(tasks[index]!.target, tasks),
      }));
      if (rows.length > 1)
        formatRun(rows, (clock.now() - startTime) / 1000, logger.colors).forEach((line) => logger.line(line));
    },
    (error: unknown) => {
      for (const task of open) {
        outputs.get(task)?.line(formatError(error));
        end(task, false);
      }
    },
  );
  void settled.finally(() => {
    release();
    channel.close();
  });
  yield* channel;
}
