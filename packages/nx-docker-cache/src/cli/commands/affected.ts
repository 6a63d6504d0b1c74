import { composeAffectedPorts, openWorkspace } from '../../adapters/compose';
import { findAffected } from '../../pipeline/affected';
import { formatAffected } from '../../report/affected';
import { parseAffected } from '../affected-flags';

/** `affected [--base <commit>] [--head <commit>] [--no-check] [--json]`: nothing is built or written. */
export async function affectedCommand(argv: readonly string[]): Promise<number> {
  const { request, json, configuration, cwd } = parseAffected(argv);
  const report = await findAffected(request, composeAffectedPorts(openWorkspace(cwd, configuration)));
  const text = json
    ? JSON.stringify(report, undefined, 2)
    : formatAffected(report, { colors: process.stdout.isTTY }).join('\n');
  process.stdout.write(`${text}\n`);
  return 0;
}
