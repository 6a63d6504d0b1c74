import { turboVersion } from './turbo-features';

const versionIn = (files: Readonly<Record<string, string>>): string | undefined =>
  turboVersion((path) => files[path]);
const asking = (turbo: string): string => JSON.stringify({ devDependencies: { turbo } });

describe('the version of Turborepo', () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    [
      'is the installed one',
      { 'node_modules/turbo/package.json': '{"version":"2.6.3"}', 'package.json': asking('^2.5.0') },
      '2.6.3',
    ],
    [
      'else that of a lockfile of yarn',
      { 'yarn.lock': '__metadata:\n\n"turbo@npm:^2.5.0, turbo@npm:~2":\n  version: 2.8.1\n' },
      '2.8.1',
    ],
    [
      'or of yarn 1',
      { 'yarn.lock': 'turbo-linux-64@2:\n  version "1"\n\nturbo@^2:\n  version "2.3.0"\n' },
      '2.3.0',
    ],
    ['else the lowest of a range', { 'package.json': asking('^2.5.0'), 'yarn.lock': '' }, '2.5.0'],
    ['also a short one', { 'package.json': '{"dependencies":{"turbo":">= 2.1"}}' }, '2.1'],
    ['else nothing', { 'package.json': asking('catalog:') }, undefined],
    ['else nothing, without a manifest', {}, undefined],
  ])('%s', (_, files, expected) => {
    expect(versionIn(files)).toBe(expected);
  });
});
