import { parseArgs } from 'node:util';
import { composeAffectedPorts, openWorkspace } from '../../adapters/compose';
import type { ShardMatrix } from '../../model/matrix';
import { planMatrix, type MatrixRequest } from '../../pipeline/matrix';
import { formatMatrix, githubMatrix, gitlabPipeline } from '../../report/matrix';
import { RANGE_FLAGS } from '../affected-flags';
import { usage, WORKSPACE_FLAGS, wrongFlag } from '../flags';

/** GitHub's bound for the jobs of a matrix. */
const MOST = 256;

const FLAGS = {
  ...WORKSPACE_FLAGS,
  ...RANGE_FLAGS,
  shards: { type: 'string' },
  affected: { type: 'boolean' },
  'skip-known': { type: 'boolean' },
  'local-times': { type: 'boolean' },
  json: { type: 'boolean' },
  github: { type: 'boolean' },
  gitlab: { type: 'boolean' },
} as const;

type Write = (matrix: ShardMatrix) => string;

/** `matrix --shards <n> [--affected] [--skip-known]`: nothing is built or written. */
export async function matrixCommand(argv: readonly string[]): Promise<number> {
  const { request, write, forCi, configuration, cwd } = parseMatrix(argv);
  const matrix = await planMatrix(request, composeAffectedPorts(openWorkspace(cwd, configuration)));
  // What CI reads has no place for them; its log has.
  if (forCi) for (const note of matrix.notes) process.stderr.write(`note: ${note}\n`);
  process.stdout.write(`${write(matrix)}\n`);
  return 0;
}

interface MatrixInvocation {
  readonly request: MatrixRequest;
  readonly write: Write;
  /** The output is for a CI service. */
  readonly forCi: boolean;
  readonly configuration: string | undefined;
  readonly cwd: string;
}

/** @throws DockerCacheError USAGE */
export function parseMatrix(argv: readonly string[]): MatrixInvocation {
  const values = parse(argv);
  const { base, head, affected = false } = values;
  if (!affected && (base !== undefined || head !== undefined))
    throw usage('--base and --head say what is affected', '--affected beside them');
  return {
    request: {
      shards: shardsOf(values.shards),
      affected,
      skipKnown: values['skip-known'] ?? false,
      localTimes: values['local-times'] ?? false,
      base,
      head,
    },
    write: writerOf(values),
    forCi: values.github === true || values.gitlab === true,
    configuration: values.configuration,
    cwd: values.cwd ?? process.cwd(),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw wrongFlag(error);
  }
}

function shardsOf(text: string | undefined): number {
  const count = /^\d+$/.test(text ?? '') ? Number(text) : 0;
  if (count >= 1 && count <= MOST) return count;
  const found = text === undefined ? 'no --shards' : `--shards ${text}`;
  throw usage(
    `${found} does not say over how many agents to split`,
    `--shards with a number from 1 to ${MOST}`,
  );
}

function writerOf({ json, github, gitlab }: { json?: boolean; github?: boolean; gitlab?: boolean }): Write {
  if ([json, github, gitlab].filter(Boolean).length > 1)
    throw usage('--json, --github and --gitlab contradict each other', 'one of them');
  if (json === true) return (matrix) => JSON.stringify(matrix, undefined, 2);
  if (github === true) return githubMatrix;
  if (gitlab === true) return gitlabPipeline;
  return (matrix) => formatMatrix(matrix, { colors: process.stdout.isTTY }).join('\n');
}
