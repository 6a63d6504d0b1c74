import { parseArgs } from 'node:util';
import { composePorts, openWorkspace } from '../../adapters/compose';
import { CI_SERVICES, setUpWorkspace, type CiService } from '../../pipeline/setup';
import { formatSetup } from '../../report/setup';
import { usage, wrongFlag } from '../flags';

const FLAGS = {
  registry: { type: 'string' },
  ci: { type: 'string' },
  shards: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  cwd: { type: 'string' },
} as const;

/** `init [--registry <host/path>] [--ci github|gitlab] [--dry-run] [--json]`: adds what is missing and replaces nothing. */
export async function initCommand(argv: readonly string[]): Promise<number> {
  const values = parse(argv);
  if (values.registry?.trim() === '') throw usage('--registry is empty', '--registry ghcr.io/acme');
  const dryRun = values['dry-run'] ?? false;
  const ports = composePorts(openWorkspace(values.cwd ?? process.cwd()));
  const request = {
    registry: values.registry,
    ci: serviceOf(values.ci),
    shards: shardsOf(values.shards),
    dryRun,
  };
  const setup = await setUpWorkspace(request, ports);
  const text =
    values.json === true ? JSON.stringify(setup, undefined, 2) : formatSetup(setup, dryRun).join('\n');
  process.stdout.write(`${text}\n`);
  return 0;
}

function serviceOf(name: string | undefined): CiService | undefined {
  if (name === undefined) return undefined;
  const service = CI_SERVICES.find((one) => one === name);
  if (service === undefined) throw usage(`--ci knows no ${name}`, `one of ${CI_SERVICES.join(', ')}`);
  return service;
}

function shardsOf(text = '3'): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 256)
    throw usage(`--shards ${text} is no number of agents`, 'a number from 1 to 256');
  return count;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw wrongFlag(error);
  }
}
