import { composePorts, openWorkspace } from '../../adapters/compose';
import { inspectWorkspace } from '../../pipeline/inspect';
import { formatInspection } from '../../report/inspect';
import { parseInvocation, usage } from '../flags';

/** `inspect [project] [--json]`: what Dockerfiles say, and what of it wants a look. Nothing is built or written. */
export async function inspectCommand(argv: readonly string[]): Promise<number> {
  const { projects, overrides, json, configuration, cwd } = parseInvocation(argv);
  const [name, ...more] = projects;
  if (more.length > 0 || Object.keys(overrides).length > 0)
    throw usage(
      'inspect takes one project or none, --json, --configuration and --cwd',
      'nx-docker-cache inspect [project]',
    );
  const inspection = await inspectWorkspace(composePorts(openWorkspace(cwd, configuration)), name);
  const text = json
    ? JSON.stringify(inspection, undefined, 2)
    : formatInspection(inspection, { colors: process.stdout.isTTY, name }).join('\n');
  process.stdout.write(`${text}\n`);
  return 0;
}
