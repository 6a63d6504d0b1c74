import { parseBuildOptions, parseConfigFile, parsePluginOptions } from '.';
import { sharedPlaces } from './task-places';

it.each<[string, string]>([
  ['coverage', 'coverage'],
  ['coverage/', './coverage'],
  ['coverage', 'coverage/lint'],
  ['coverage/lint', 'coverage'],
  ['../reports', '../reports/api'],
  ['.', 'coverage'],
])('%s and %s cannot be of two tasks', (first, second) => {
  const found = sharedPlaces({ test: first, lint: [second] });
  expect(found).toEqual([{ task: 'lint', message: expect.stringMatching(/ of test; \{"from":/) }]);
});

it('counts where results go, not where they come from', () => {
  expect(sharedPlaces({ test: 'out', lint: [{ from: 'out', to: 'lint' }] })).toEqual([]);
  expect(sharedPlaces({ test: 'out', lint: [{ from: '/tmp/x', to: 'out/x' }] })).toMatchObject([
    { task: 'lint', message: expect.stringContaining('{"from":"/tmp/x","to":"out/x-lint"}') },
  ]);
});

it.each<[Record<string, string | string[] | undefined>]>([
  [{ test: 'coverage', lint: 'coverage-lint' }],
  [{ test: ['out', 'out/sub'], lint: undefined }],
  [{ test: 'reports/unit', lint: 'reports/lint' }],
  [{ test: '..a', lint: 'b' }],
])('%j are apart', (tasks) => {
  expect(sharedPlaces(tasks)).toEqual([]);
});

describe('are refused', () => {
  const tasks = { test: { command: 'x', outputs: 'out' }, lint: { command: 'y', outputs: ['out/lint'] } };
  const own = { stage: 'builder', tasks };
  it.each<[string, () => unknown, RegExp]>([
    ['of a build', () => parseBuildOptions(own, 'x'), /^tasks\.lint\.outputs: expected places/],
    ['of the plugin', () => parsePluginOptions({ projects: { api: own } }), /projects\.api\.tasks\.lint/],
    ['of the file', () => parseConfigFile({ projects: { api: { root: '.', ...own } } }), /api\.tasks\.lint/],
  ])('in the options %s', (_, parse, found) => {
    expect(parse).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', found: expect.stringMatching(found) }),
    );
  });
});
