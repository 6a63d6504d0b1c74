import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Env } from './fork';

/** What a CI service says a run is to be compared with. */
export interface CiBase {
  /** A commit. */
  readonly commit: string;
  /** For people. */
  readonly from: string;
  /** It is what a push came after: an earlier run was to build that, which may have failed. */
  readonly beforePush: boolean;
}

/** `first-push`: it says that there was nothing before. */
export type CiAnswer = CiBase | 'first-push' | undefined;

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const eventSchema = z.object({
  before: commit.optional().catch(undefined),
  pull_request: z
    .object({ base: z.object({ sha: commit }) })
    .optional()
    .catch(undefined),
  merge_group: z.object({ base_sha: commit }).optional().catch(undefined),
});
const NOTHING = /^0+$/;
type Event = z.infer<typeof eventSchema>;

/** Variables that name the commit before, or the one that a merge request goes by. */
const VARIABLES = [
  'CI_MERGE_REQUEST_DIFF_BASE_SHA',
  'CI_COMMIT_BEFORE_SHA',
  'BITBUCKET_PR_DESTINATION_COMMIT',
  'GIT_PREVIOUS_SUCCESSFUL_COMMIT',
] as const;

/** A new branch has zeros where its commit before is named; GitLab writes those for other runs than pushes as well. */
export function ciBase(env: Env, event: Event | undefined = readEvent(env)): CiAnswer {
  const said = [
    [event?.pull_request?.base.sha, 'the base of the pull request', false],
    [event?.merge_group?.base_sha, 'the base of the merge group', false],
    [event?.before, 'the commit before the push', true],
    ...VARIABLES.map((name) => [env[name], name, name === 'CI_COMMIT_BEFORE_SHA'] as const),
  ] as const;
  for (const [value, from, beforePush] of said) {
    if (value !== undefined && commit.safeParse(value).success && !NOTHING.test(value))
      return { commit: value, from, beforePush };
  }
  const pushed = env['CI_PIPELINE_SOURCE'] === 'push' ? env['CI_COMMIT_BEFORE_SHA'] : undefined;
  return NOTHING.test(event?.before ?? pushed ?? '') ? 'first-push' : undefined;
}

function readEvent(env: Env): Event | undefined {
  const path = env['GITHUB_EVENT_PATH'];
  if (path === undefined || env['GITHUB_ACTIONS'] === undefined) return undefined;
  try {
    const parsed = eventSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
