import { identityOf, type PlanInput } from '../../test/fakes/facts';

const TOPIC = { branch: 'topic' };

function planned(tags: readonly string[], more: PlanInput = {}) {
  const options = { registry: 'r.test', tags, protectedBranches: ['release-*'], ...more.options };
  const { tags: pushed, names, warnings, loadTags } = identityOf({ ...more, options });
  const bare = (refs: readonly string[]): string[] => refs.map((ref) => ref.replace('r.test/api:', ''));
  const refused = warnings.filter(({ code }) => code === 'TAG_REFUSED');
  return { pushed: bare(pushed), names: bare(names), loaded: bare(loadTags), refused: refused.length };
}

it.each([['latest'], ['builder-latest'], ['main'], ['1.2.3'], ['release-1']])(
  '%s is pushed by trusted builds alone',
  (tag) => {
    expect(planned([tag])).toMatchObject({ pushed: [tag], refused: 0 });
    expect(planned([tag], { source: { branch: 'release-1' } })).toMatchObject({ pushed: [tag], refused: 0 });
    const others = [TOPIC, { ...TOPIC, pullRequest: '7' }, { branch: undefined, gitTag: 'v1.2.3' }];
    for (const source of others) {
      expect(planned([tag, 'x-{shortSha}'], { source })).toMatchObject({ pushed: ['x-0123456'], refused: 1 });
      // Something has to hold the image, and nothing else does.
      expect(planned([tag], { source })).toMatchObject({ pushed: ['0123456'], refused: 1 });
    }
  },
);

it.each<[string, string]>([
  ['{branch}', 'topic'],
  ['{scope}-latest', 'topic-latest'],
  ['1.2.3-{shortSha}', '1.2.3-0123456'],
  ['canary', 'canary'],
  ['17', '17'],
])('%s is the branch’s own to give', (template, tag) => {
  const { pushed, refused } = planned([template], { source: TOPIC });
  expect([pushed, refused]).toEqual([[tag], 0]);
});

it('a git tag is the name of its build', () => {
  const source = { branch: undefined, gitTag: 'v1.2.3' };
  expect(planned(['{gitTag}'], { source })).toMatchObject({ pushed: ['v1.2.3'], refused: 0 });
  expect(planned(['{gitTag}'], { source: { ...source, gitTag: 'latest' } }).refused).toBe(1);
});

it('a branch that is called as a tag of others does not get it', () => {
  for (const branch of ['latest', '1.2.3'])
    expect(planned(['{branch}'], { source: { branch } })).toMatchObject({ pushed: ['0123456'], refused: 1 });
});

it('is read in the run by the name that was asked for all the same', () => {
  expect(planned(['latest'], { source: TOPIC }).names).toEqual(['0123456', 'latest']);
});

it('is no matter where nothing is pushed, or no branch is known', () => {
  const options = { push: false, load: true };
  expect(planned(['latest'], { source: TOPIC, options })).toMatchObject({ loaded: ['latest'], refused: 0 });
  expect(planned(['latest'], { source: { branch: undefined } })).toMatchObject({ pushed: ['latest'] });
});
