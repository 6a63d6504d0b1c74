import type { ErrorCode } from '../errors';

/** What was tried and failed, and what keeps this machine from trying; all else is the user's to correct. */
const FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BUILD_FAILED',
  'DEPENDENCY_FAILED',
  'PUSH_FAILED',
  'DIGEST_GONE',
  'PART_MISSING',
  'TAG_IMMUTABLE',
  'RELEASE_REFUSED',
  'TASK_UNPROVEN',
  'PUBLISH_FAILED',
  'NO_IMAGE',
  'RUNNER_FAILED',
  'CONTAINER_FAILED',
  'SERVICE_FAILED',
  'NO_DAEMON',
  'NO_DOCKER',
  'NO_BUILDX',
]);

/** 1 failed · 2 wrong usage or input · 130 interrupted. Of several errors the one that was tried counts. */
export function exitCodeOf(codes: readonly ErrorCode[]): number {
  if (codes.length === 0) return 0;
  if (codes.includes('INTERRUPTED')) return 130;
  return codes.some((code) => FAILURES.has(code)) ? 1 : 2;
}
