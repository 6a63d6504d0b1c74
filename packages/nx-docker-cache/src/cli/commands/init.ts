import { parseArgs } from 'node:util';
import { composePorts, openWorkspace } from '../../adapters/compose';
import { setUpWorkspace } from '../../pipeline/setup';
import { formatSetup } from '../../report/setup';
import { usage, wrongFlag } from '../flags';

const FLAGS = {
  registry: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  cwd: { type: 'string' },
} as const;

/** `init [--registry <host/path>] [--dry-run] [--json]`: adds what is missing and replaces nothing. */
export async function initCommand(argv: readonly string[]): Promise<number> {
  const values = parse(argv);
  if (values.registry?.trim() === '') throw usage('--registry is empty', '--registry ghcr.io/acme');
  const dryRun = values['dry-run'] ?? false;
  const ports = composePorts(openWorkspace(values.cwd ?? process.cwd()));
  const setup = await setUpWorkspace({ registry: values.registry, dryRun }, ports);
  const text =
    values.json === true ? JSON.stringify(setup, undefined, 2) : formatSetup(setup, dryRun).join('\n');
  process.stdout.write(`${text}\n`);
  return 0;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw wrongFlag(error);
  }
}
