/** Variables by which CI services say that a timer started the run, with the value that says so; from their docs. */
const TIMERS: readonly (readonly [name: string, value: string])[] = [
  ['GITHUB_EVENT_NAME', 'schedule'],
  ['CI_PIPELINE_SOURCE', 'schedule'],
  ['BUILD_REASON', 'Schedule'],
  ['TRAVIS_EVENT_TYPE', 'cron'],
  ['BUILDKITE_SOURCE', 'schedule'],
  ['SEMAPHORE_WORKFLOW_TRIGGERED_BY_SCHEDULE', 'true'],
  ['DRONE_BUILD_EVENT', 'cron'],
  ['CI_PIPELINE_EVENT', 'cron'],
  ['APPVEYOR_SCHEDULED_BUILD', 'True'],
];

/** Variables by which they say that the branch or git tag is protected. */
const PROTECTED: readonly string[] = ['GITHUB_REF_PROTECTED', 'CI_COMMIT_REF_PROTECTED'];

type Get = (name: string) => string | undefined;

export function isScheduled(get: Get): boolean {
  return TIMERS.some(([name, value]) => get(name) === value);
}

export function isProtectedRef(get: Get): boolean {
  return PROTECTED.some((name) => get(name) === 'true');
}
