import type { Dockerfile } from '../model/dockerfile';
import { reachableStages, type Target } from './reach';

/** Commands that work on a whole workspace and so need its root as context. */
const WORKSPACE_TOOL = new RegExp(
  [
    String.raw`\bturbo(@\S+)?\s+(prune|run|build)\b`,
    String.raw`\bnx(@\S+)?\s+(run|build|run-many|affected|prune|bundle|package|[\w-]+:[\w-]+)\b`,
    String.raw`\bpnpm\b[^&|;]*\s(--filter|-F|deploy)\b`,
    String.raw`\byarn\s+workspaces?\b`,
    String.raw`\bnpm\b[^&|;]*\s(--workspace|--workspaces|-w)\b`,
    String.raw`\b(lerna|rush)\s+\w`,
  ].join('|'),
);
const LONGEST = 20_000;

/**
 * true where a RUN of a reached stage calls a workspace tool, for instance `turbo prune web`.
 *
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export function runsWorkspaceTool(dockerfile: Dockerfile, target?: Target): boolean {
  return reachableStages(dockerfile, target)
    .filter(({ replaced }) => !replaced)
    .flatMap(({ instructions }) => instructions)
    .filter(({ keyword }) => keyword === 'RUN')
    .some(({ text, heredocs }) =>
      [text, ...heredocs.map(({ body }) => body)].some((script) => mentions(script)),
    );
}

function mentions(script: string): boolean {
  return script.length <= LONGEST && WORKSPACE_TOOL.test(script);
}
