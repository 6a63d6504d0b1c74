import { composePorts, interruptSignal, openWorkspace } from '../../adapters/compose';
import { formatError, type DockerCacheError } from '../../errors';
import { buildProjects, type BuildRequest, type BuildResult } from '../../pipeline';
import { buildName } from '../../pipeline/named-build';
import type { LoggerPort } from '../../ports/logger';
import { prefixed } from '../../report/loggers';
import { formatRun } from '../../report/run-table';
import { chooseBuilds, parseChoice } from '../choose';
import { exitCodeOf } from '../exit-code';
import type { Invocation } from '../flags';
import { projectWith } from '../project';

/** `build <project…>`, `--all`, `--affected`: as one run; a project that fails takes only those with it that need it. */
export async function buildCommand(argv: readonly string[]): Promise<number> {
  const choice = parseChoice(argv);
  const { invocation } = choice;
  const workspace = openWorkspace(invocation.cwd, invocation.configuration);
  const ports = composePorts(workspace);
  const chosen = await chooseBuilds(choice, workspace, (text) => ports.logger.warn(text));
  if (chosen.length === 0) return nothingToDo(invocation, ports.logger);
  // Every name is looked up before the first build starts.
  const projects = new Map<string, Awaited<ReturnType<typeof projectWith>>>();
  for (const { name, target } of chosen) {
    const project = await projectWith(workspace, name, invocation, target);
    const own = await workspace.project(name);
    projects.set(buildName(project.name, project.target, own.target), project);
  }
  const { logger, clock } = ports;
  const width = Math.max(...[...projects.keys()].map((name) => name.length));
  const loggerOf = (id: string): LoggerPort => (projects.size > 1 ? prefixed(logger, id, width) : logger);
  const requests = [...projects].map(([id, project]): BuildRequest => ({
    id,
    project,
    logger: loggerOf(id),
  }));
  const started = clock.now();
  const { signal, release } = interruptSignal();
  try {
    const onDone = (id: string, { error }: BuildResult): void => {
      if (error !== undefined) loggerOf(id).line(formatError(error));
    };
    const results = await buildProjects(requests, ports, signal, onDone, choice.parallel);
    const rows = results.map((result, index) => ({ ...result, project: requests[index]!.id }));
    if (rows.length > 1) {
      const lines = formatRun(rows, (clock.now() - started) / 1000, logger.colors);
      lines.forEach((line) => logger.line(line));
    }
    if (invocation.json) process.stdout.write(`${JSON.stringify(rows.map(toJson), undefined, 2)}\n`);
    if (signal.aborted) return 130;
    return exitCodeOf(results.flatMap(({ error }) => (error === undefined ? [] : [error.code])));
  } finally {
    release();
  }
}

function nothingToDo({ json }: Invocation, logger: LoggerPort): number {
  logger.line('No build is affected.');
  if (json) process.stdout.write('[]\n');
  return 0;
}

function toJson({
  project,
  ok,
  receipt,
  outcome,
  error,
}: BuildResult & { readonly project: string }): unknown {
  return { project, ok, receipt, outcome, error: error && errorOf(error) };
}

function errorOf({ code, message, expected, found, hint }: DockerCacheError): unknown {
  return { code, message, expected, found, hint };
}
