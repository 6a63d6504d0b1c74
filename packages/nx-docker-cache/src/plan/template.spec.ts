import { COMMIT, factsOf, identityOf } from '../../test/fakes/facts';
import { environmentNames, expand } from './template';
import { templateValues } from './values';

const VALUES = { projectName: 'api', branch: undefined, pr: undefined };

describe('expand', () => {
  it.each([
    ['{projectName}', 'api'],
    ['a-{projectName}-b', 'a-api-b'],
    ['{{projectName}}', '{projectName}'],
    ['{"a": {"b": 1}}', '{"a": {"b": 1}}'],
    ['{ projectName }', '{ projectName }'],
    ['{env.USER}', 'me'],
    ['', ''],
  ])('%j is %j', (template, text) => {
    expect(expand(template, VALUES, { USER: 'me' }, 'tags')).toBe(text);
  });

  it.each([
    ['{nope}', 'INVALID_TEMPLATE', '{projectName}'],
    ['{env.NOPE}', 'INVALID_TEMPLATE', 'NOPE'],
    ['{branch}', 'NO_GIT', 'git'],
    ['{pr}', 'INVALID_TEMPLATE', 'pr'],
    ['{toString}', 'INVALID_TEMPLATE', '{projectName}'],
  ])('%s is %s', (template, code, expected) => {
    expect(() => expand(template, VALUES, {}, 'tags')).toThrow(
      expect.objectContaining({ code, expected: expect.stringContaining(expected) }),
    );
  });

  it('lists the variables that it reads', () => {
    expect(environmentNames('{env.A}-{env.B_1}-{c}')).toEqual(['A', 'B_1']);
  });
});

describe('the values', () => {
  const facts = factsOf({
    name: '@acme/api',
    source: { branch: 'feature/X', pullRequest: '7', baseBranch: 'next' },
  });
  const { scope } = identityOf({ source: { branch: 'topic' } });

  it('are as they are in texts', () => {
    expect(templateValues(facts, scope, 'main', 'text')).toMatchObject({
      projectName: '@acme/api',
      projectRoot: 'apps/api',
      projectFolder: 'api',
      branch: 'feature/X',
      sha: COMMIT,
      shortSha: COMMIT.slice(0, 7),
      pr: '7',
      baseBranch: 'next',
      defaultBranch: 'main',
    });
  });

  it('are made valid in names', () => {
    expect(templateValues(facts, scope, 'main', 'name')).toMatchObject({
      projectName: 'acme/api',
      branch: expect.stringMatching(/^feature-x-[0-9a-f]{8}$/),
      scope: 'topic',
    });
  });
});
