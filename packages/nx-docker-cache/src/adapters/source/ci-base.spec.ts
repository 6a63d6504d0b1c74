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

  it('takes a new branch, and an event that says nothing, for nothing', () => {
    expect(withEvent({ before: NEW_BRANCH })).toBeUndefined();
    expect(withEvent({ before: '--output=x' })).toBeUndefined();
    expect(withEvent('no JSON')).toBeUndefined();
    expect(ciBase({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: '/nowhere' })).toBeUndefined();
  });

  it('reads the variables of other services', () => {
    expect(ciBase({ CI_COMMIT_BEFORE_SHA: A, CI_MERGE_REQUEST_DIFF_BASE_SHA: B })?.commit).toBe(B);
    expect(ciBase({ CI_COMMIT_BEFORE_SHA: A })?.beforePush).toBe(true);
    expect(ciBase({ CI_COMMIT_BEFORE_SHA: NEW_BRANCH })).toBeUndefined();
    expect(ciBase({ GIT_PREVIOUS_SUCCESSFUL_COMMIT: A })?.from).toBe('GIT_PREVIOUS_SUCCESSFUL_COMMIT');
  });
});
