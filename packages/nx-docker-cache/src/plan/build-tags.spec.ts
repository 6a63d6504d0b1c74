import { factsOf, identityOf, optionsOf, type PlanInput } from '../../test/fakes/facts';
import { identify } from './identity';

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

it.each(['builder-main', 'builder-latest', 'builder-1234567', '1234567'])(
  'a branch that is called as the image of a stage or a commit, %s, does not get it',
  (branch) => {
    const more = { source: { branch }, dockerfile: 'FROM a AS builder\nFROM builder\n' };
    expect(planned(['{branch}'], more)).toMatchObject({ pushed: ['0123456'], refused: 1 });
    expect(planned(['{scope}'], more)).toMatchObject({ pushed: ['0123456'], refused: 1 });
    expect(planned(['{branch}-{shortSha}'], more).refused).toBe(0);
    expect(planned(['{branch}'], { ...more, source: { branch: `x${branch}` } }).refused).toBe(0);
  },
);

it('the stage of another branch does not get a trusted branch’s tag', () => {
  const dockerfile = 'FROM a AS release\nFROM a\n';
  const of = (branch: string): readonly string[] => {
    const given = { registry: 'r.test', target: 'release', tags: ['{branch}'] };
    const options = optionsOf({ ...given, protectedBranches: ['release-*'] });
    return identify(options, factsOf({ dockerfile, source: { branch } }, options), true).tags;
  };
  expect(of('x')).toEqual(['r.test/api:release-0123456']);
  expect(of('main')).toEqual(['r.test/api:release-main']);
});

it.each(['cache-main', 'key-t-0123', 'part-t-1', 'task-t-1', 'no-cache-manifests'])(
  '%s is ours, whatever a branch is called',
  (name) => {
    const reserved = { pushed: ['0123456'], refused: 1 };
    expect(planned(['{branch}'], { source: { branch: name } })).toMatchObject(reserved);
    expect(planned(['{branch}'], { source: { branch: name, defaultBranch: name } })).toMatchObject(reserved);
    expect(planned(['{gitTag}'], { source: { branch: undefined, gitTag: name } })).toMatchObject(reserved);
    expect(() => planned([name])).toThrow(
      expect.objectContaining({ code: 'INVALID_REFERENCE', found: name }),
    );
  },
);

it('says why a tag of ours is not pushed', () => {
  const options = { registry: 'r.test', tags: ['{branch}'] };
  const { warnings } = identityOf({ source: { branch: 'cache-main' }, options });
  expect(warnings).toContainEqual(
    expect.objectContaining({
      code: 'TAG_REFUSED',
      message: expect.stringMatching(/kept for caches and keys$/),
    }),
  );
});

it('leaves our tags alone where a stage is called as they begin', () => {
  const dockerfile = 'FROM a AS cache\nFROM a AS key-x\nFROM a\n';
  const of = (target: string): readonly string[] => {
    const options = optionsOf({ registry: 'r.test', target, tags: ['{branch}'] });
    return identify(options, factsOf({ dockerfile }, options), true).tags;
  };
  expect(of('cache')).toEqual(['r.test/api:stage-cache-main']);
  expect(of('key-x')).toEqual(['r.test/api:stage-key-x-main']);
});

it('is read in the run by the name that was asked for all the same', () => {
  expect(planned(['latest'], { source: TOPIC }).names).toEqual(['0123456', 'latest']);
});

it('is no matter where nothing is pushed, or no branch is known', () => {
  const options = { push: false, load: true };
  expect(planned(['latest'], { source: TOPIC, options })).toMatchObject({ loaded: ['latest'], refused: 0 });
  expect(planned(['latest'], { source: { branch: undefined } })).toMatchObject({ pushed: ['latest'] });
});
