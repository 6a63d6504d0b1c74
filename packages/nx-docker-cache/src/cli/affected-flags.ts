import { parseArgs } from 'node:util';
import type { AffectedRequest } from '../pipeline/affected';
import { choice, WORKSPACE_FLAGS, wrongFlag } from './flags';

/** Flags of every command that asks what changed. */
export const RANGE_FLAGS = { base: { type: 'string' }, head: { type: 'string' } } as const;

const AFFECTED_FLAGS = {
  ...WORKSPACE_FLAGS,
  ...RANGE_FLAGS,
  check: { type: 'boolean' },
  'no-check': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export interface AffectedInvocation {
  readonly request: AffectedRequest;
  readonly json: boolean;
  readonly configuration: string | undefined;
  readonly cwd: string;
}

/** @throws DockerCacheError USAGE */
export function parseAffected(argv: readonly string[]): AffectedInvocation {
  try {
    const { values } = parseArgs({ args: [...argv], options: AFFECTED_FLAGS, strict: true });
    const check = choice(values.check, values['no-check'], 'check') ?? true;
    return {
      request: { base: values.base, head: values.head, check },
      json: values.json ?? false,
      configuration: values.configuration,
      cwd: values.cwd ?? process.cwd(),
    };
  } catch (error) {
    throw wrongFlag(error);
  }
}
