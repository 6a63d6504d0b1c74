import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ciBase } from './ci-base';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const NEW_BRANCH = '0'.repeat(40);

describe('ciBase', () => {
  const withEvent = (event: unknown): ReturnType<typeof ciBase> => {
    const folder = mkdtempSync(join(tmpdir(), 'ci-base-'));
    try {
      const path = join(folder, 'event.json');
      writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event));
      return ciBase({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: path });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  it('reads the event of GitHub', () => {
    const pull = { pull_request: { base: { sha: A } }, before: B };
    expect(withEvent(pull)).toMatchObject({ commit: A, from: 'the base of the pull request' });
    expect(withEvent({ merge_group: { base_sha: A } })).toEqual({
      ...{ commit: A, from: 'the base of the merge group', beforePush: false },
    });
    expect(withEvent({ before: B })).toEqual({
      ...{ commit: B, from: 'the commit before the push', beforePush: true },
    });
  });

  it('tells a first push from an event that says nothing', () => {
    expect(withEvent({ before: NEW_BRANCH })).toBe('first-push');
    expect(withEvent({ schedule: '0 0 * * *' })).toBeUndefined();
    expect(withEvent({ before: '--output=x' })).toBeUndefined();
    expect(withEvent('no JSON')).toBeUndefined();
    expect(ciBase({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: '/nowhere' })).toBeUndefined();
  });

  it('reads the variables of other services', () => {
    expect(ciBase({ CI_COMMIT_BEFORE_SHA: A, CI_MERGE_REQUEST_DIFF_BASE_SHA: B })).toMatchObject({
      commit: B,
    });
    expect(ciBase({ CI_COMMIT_BEFORE_SHA: A })).toMatchObject({ beforePush: true });
    const passed = { commit: A, from: 'GIT_PREVIOUS_SUCCESSFUL_COMMIT' };
    expect(ciBase({ GIT_PREVIOUS_SUCCESSFUL_COMMIT: A })).toMatchObject(passed);
  });

  it('knows that GitLab has zeros for a new branch, and for runs that nobody pushed', () => {
    const of = (source: string) => ciBase({ CI_COMMIT_BEFORE_SHA: NEW_BRANCH, CI_PIPELINE_SOURCE: source });
    expect([of('push'), of('schedule'), of('web')]).toEqual(['first-push', undefined, undefined]);
  });
});
