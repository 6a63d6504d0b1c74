import type { DockerCacheError } from '../errors';
import { parsePublishOptions } from './publish';
import { readTagText } from './tag-text';

const BUILD = { defaultBranch: undefined, protectedBranches: [] };
const parse = (input: unknown) => parsePublishOptions(input, BUILD, 'a spec');
const rule = (input: unknown) => parse({ tags: [input] }).tags![0]!;

function problemsOf(input: unknown): string {
  try {
    parse(input);
  } catch (error) {
    return (error as DockerCacheError).found!;
  }
  throw new Error('nothing was wrong');
}

it.each<[string, Record<string, unknown>]>([
  ['type=semver,pattern={{version}}', { type: 'semver', pattern: '{{version}}' }],
  [
    'type=semver,pattern=v{{major}}.{{minor}},enable=false,priority=7',
    { type: 'semver', pattern: 'v{{major}}.{{minor}}', enable: 'false', priority: 7 },
  ],
  ['type=ref,event=pr,prefix=', { type: 'ref', event: 'pr', prefix: '' }],
  ['type=match,pattern=v(\\d{1,3}),group=1', { type: 'match', pattern: 'v(\\d{1,3})', group: '1' }],
  ['type=match,"pattern=a,b"', { type: 'match', pattern: 'a,b' }],
  ['type=raw,value=foo', { type: 'raw', value: 'foo' }],
  ['type=raw,foo', { type: 'raw', value: 'foo' }],
  ['foo', { type: 'raw', value: 'foo' }],
  ['{branch}-{shortSha}', { type: 'raw', value: '{branch}-{shortSha}' }],
  [
    `type=schedule,pattern={{date 'YYYYMMDD' tz='UTC'}}`,
    { type: 'schedule', pattern: `{{date 'YYYYMMDD' tz='UTC'}}` },
  ],
  [`n-{{date "YYYY" tz="UTC"}}`, { type: 'raw', value: `n-{{date "YYYY" tz="UTC"}}` }],
])('reads %s', (text, object) => {
  expect(readTagText(text)).toEqual(object);
});

it('takes a text and an object for the same', () => {
  expect(rule('type=semver,pattern={{major}}')).toEqual(rule({ type: 'semver', pattern: '{{major}}' }));
});

it('fills in what docker/metadata-action does', () => {
  expect(rule('type=ref,event=pr')).toMatchObject({ prefix: 'pr-', priority: 600, enable: 'true' });
  expect(rule('type=schedule').priority).toBe(1000);
  expect(rule({ type: 'match', pattern: '/^v(.*)/gi' }).expression).toEqual({ source: '^v(.*)', flags: 'i' });
});

it('takes several lines as one list', () => {
  const { tags } = parse({ tags: 'type=sha\n\ntype=ref,event=branch\n' });
  expect(tags!.map(({ type }) => type)).toEqual(['sha', 'ref']);
});

it.each<[string, unknown, RegExp]>([
  ['an unknown type', { tags: ['type=semvar,pattern=x'] }, /^tags\.0\.type: .*"semver".*; found "semvar"/],
  [
    'an unknown attribute',
    { tags: ['type=sha,formats=long'] },
    /^tags\.0\.formats: unknown option; did you mean format\?/,
  ],
  [
    'an attribute of another type',
    { tags: [{ type: 'sha', group: 1 }] },
    /^tags\.0\.group: has no meaning in a rule of type sha; it reads enable/,
  ],
  ['a lacking attribute', { tags: ['type=ref'] }, /^tags\.0\.event: a rule of type ref needs it/],
  [
    'a broken expression',
    { tags: ['type=match,pattern=('] },
    /^tags\.0\.pattern: Invalid regular expression/,
  ],
  ['no rule', { tags: [] }, /^tags: expected at least one rule/],
  ['an unknown flavour', { flavor: { latst: true } }, /flavor\.latst: unknown option; did you mean latest\?/],
  ['a flavour of another kind', { flavor: 'latest=never' }, /^flavor\.latest: .*found "never"/],
  ['onlatest alone', { flavor: 'onlatest=true' }, /^flavor: onlatest belongs to a prefix or a suffix/],
  [
    'data of nx release that is none',
    { nxReleaseVersionData: { api: { newVersion: 2 } } },
    /^nxReleaseVersionData\.api\.newVersion: .*found 2/,
  ],
  ['an unknown option', { tagz: ['x'] }, /^tagz: unknown option; did you mean tags\?/],
])('refuses %s', (_, input, message) => {
  expect(problemsOf(input)).toMatch(message);
});

it('names every problem at once', () => {
  expect(problemsOf({ tags: ['type=ref', 'type=match'], flavor: 'latest=x' }).split('\n')).toHaveLength(3);
});

it('reads flavours as texts and as an object', () => {
  expect(parse({ flavor: ['latest=false', 'prefix=v,onlatest=true', 'suffix=-alpine'] }).flavor).toEqual({
    ...{ latest: false, prefix: 'v', suffix: '-alpine' },
    ...{ prefixOnLatest: true, suffixOnLatest: false },
  });
  expect(parse({ flavor: { latest: 'auto', suffix: '-x', suffixOnLatest: true } }).flavor).toMatchObject({
    ...{ latest: 'auto', suffix: '-x', suffixOnLatest: true },
  });
});

it('takes branches from the build unless it has its own', () => {
  const build = { defaultBranch: 'trunk', protectedBranches: ['release/*'] };
  expect(parsePublishOptions({}, build, 'a spec')).toMatchObject(build);
  expect(parsePublishOptions({ defaultBranch: 'x', protectedBranches: 'y' }, build, 'a spec')).toMatchObject({
    ...{ defaultBranch: 'x', protectedBranches: ['y'] },
  });
});

it('guards full versions by default', () => {
  expect(parse({}).immutable).toBeUndefined();
  expect(parse({ immutable: true }).immutable).toBeUndefined();
  expect(parse({ immutable: false }).immutable).toEqual([]);
  expect(parse({ immutable: 'prod-*' }).immutable).toEqual(['prod-*']);
});

it('takes what nx release hands over', () => {
  const nxReleaseVersionData = {
    api: { newVersion: '1.2.3', currentVersion: '1.2.2' },
    web: { newVersion: null },
  };
  const options = parse({
    nxReleaseVersionData,
    otp: 123456,
    access: 'public',
    tag: 'next',
    firstRelease: true,
  });
  expect(options.releaseVersions).toEqual({ api: '1.2.3', web: null });
});
