import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspaceFacts } from '../../model/facts';
import type { RunnerPort } from '../../ports/changes';
import { TURBO_FILES } from '../workspace/root';
import { NxRunner } from './nx-runner';
import { TurboRunner } from './turbo-runner';

/** Without a task runner the Dockerfiles and the package graph say all. */
const NOBODY: RunnerPort = {
  name: 'git',
  affected: () => Promise.resolve(undefined),
  order: () => Promise.resolve([]),
};

/** Who can be asked in a workspace. */
export function runnerOf({ root, kind }: WorkspaceFacts): RunnerPort {
  if (kind === 'nx') return new NxRunner(root);
  const isTurbo = TURBO_FILES.some((name) => existsSync(join(root, name)));
  return isTurbo ? new TurboRunner(root) : NOBODY;
}
