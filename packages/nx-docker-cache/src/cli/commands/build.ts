import { composePorts, interruptSignal, openWorkspace } from '../../adapters/compose';
import { DockerCacheError, formatError } from '../../errors';
import { buildProject, type BuildResult } from '../../pipeline';
import { checkRun } from '../../pipeline/check-run';
import { exitCodeOf } from '../exit-code';
import { parseInvocation, usage } from '../flags';
import { projectWith } from '../project';

/** `build <project…>`: one after the other; a project that fails does not stop the others, an interrupt does. */
export async function buildCommand(argv: readonly string[]): Promise<number> {
  const invocation = parseInvocation(argv);
  if (invocation.projects.length === 0)
    throw usage('build needs a project', 'nx-docker-cache build <project…>');
  const workspace = openWorkspace(invocation.cwd);
  const ports = composePorts(workspace);
  // Every name is looked up before the first build starts.
  const projects = [];
  for (const name of invocation.projects) projects.push(await projectWith(workspace, name, invocation));
  if (projects.length > 1) await checkRun(projects, ports);

  const results: { project: string; result?: BuildResult; error?: DockerCacheError }[] = [];
  const { signal, release } = interruptSignal();
  try {
    for (const project of projects) {
      if (signal.aborted) break;
      try {
        const result = await buildProject(project, ports, signal);
        results.push({ project: project.name, result, error: result.error });
      } catch (error) {
        if (!(error instanceof DockerCacheError)) throw error;
        results.push({ project: project.name, error });
      }
      const error = results.at(-1)?.error;
      if (error !== undefined) ports.logger.line(formatError(error));
    }
  } finally {
    release();
  }
  if (invocation.json) process.stdout.write(`${JSON.stringify(results.map(toJson), undefined, 2)}\n`);
  if (signal.aborted) return 130;
  return exitCodeOf(results.flatMap(({ error }) => (error === undefined ? [] : [error.code])));
}

function toJson({
  project,
  result,
  error,
}: {
  project: string;
  result?: BuildResult;
  error?: DockerCacheError;
}): unknown {
  return {
    project,
    ok: error === undefined,
    receipt: result?.receipt,
    outcome: result?.outcome,
    error:
      error === undefined
        ? undefined
        : {
            code: error.code,
            message: error.message,
            expected: error.expected,
            found: error.found,
            hint: error.hint,
          },
  };
}
