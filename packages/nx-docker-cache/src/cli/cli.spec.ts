import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace } from '../adapters/compose';
import type { WorkspacePort } from '../ports/workspace';
import { parseAffected } from './affected-flags';
import { parseChoice } from './choose';
import { parseMatrix } from './commands/matrix';
import { exitCodeOf } from './exit-code';
import { parseInvocation } from './flags';
import { HELP } from './help';
import { projectWith } from './project';
import { parseRun } from './run-flags';

describe('flags', () => {
  it('become options of the schema', () => {
    const { projects, overrides, json } = parseInvocation([
      ...[
        'api',
        'web',
        '--json',
        '--registry',
        'r.test',
        '--tag',
        'a',
        '--tag',
        'b',
        '-f',
        'D',
        '--target',
        't',
      ],
      ...['--build-arg', 'A=1=2', '--label', 'l=', '--secret', 'id=x,env=X', '--platform', 'linux/amd64'],
      ...[
        '--cache',
        'local',
        '--load',
        '--no-push',
        '--no-cache',
        '--pull',
        '--dry-run',
        '--progress',
        'plain',
      ],
    ]);
    expect([projects, json]).toEqual([['api', 'web'], true]);
    expect(overrides).toMatchObject({
      registry: 'r.test',
      tags: ['a', 'b'],
      dockerfile: 'D',
      target: 't',
      buildArgs: { A: '1=2' },
      labels: { l: '' },
      secrets: ['id=x,env=X'],
      platforms: ['linux/amd64'],
      cache: 'local',
      load: true,
      push: false,
      noCache: true,
      pull: true,
      dryRun: true,
      progress: 'plain',
    });
  });

  it('that were not given override nothing', () => {
    expect(parseInvocation(['api'])).toMatchObject({ overrides: {}, json: false, cwd: process.cwd() });
  });

  it.each([
    [['--nope'], '--nope'],
    [['--registry'], '--registry'],
    [['--build-arg', 'A'], '--build-arg'],
    [['--build-arg', '=1'], '--build-arg'],
    [['--load', '--no-load'], 'contradict'],
    [['--push', '--no-push'], 'contradict'],
  ])('%j are wrong usage', (argv, words) => {
    expect(() => parseInvocation(argv)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(words) }),
    );
  });

  it('stand in the help', () => {
    for (const flag of [
      '--registry',
      '--tag',
      '--build-arg',
      '--secret',
      '--no-push',
      '--dry-run',
      '--json',
      '--cwd',
    ]) {
      expect(HELP).toContain(flag);
    }
  });
});

describe('the command line over the configuration', () => {
  const merge = async (own: unknown, argv: readonly string[]): Promise<unknown> => {
    const project = async (name: string) => ({ name, root: 'a', target: 'docker-build', options: own });
    const { options } = await projectWith(
      { project } as unknown as WorkspacePort,
      'api',
      parseInvocation(argv),
    );
    return options;
  };

  it('wins', async () => {
    expect(await merge({ target: 'a', pull: true }, ['--target', 'b'])).toEqual({ target: 'b', pull: true });
  });

  it('adds to records', async () => {
    expect(await merge({ buildArgs: { A: 1, B: 2 } }, ['--build-arg', 'B=3'])).toEqual({
      buildArgs: { A: 1, B: '3' },
    });
  });

  it('changes the kind of a cache, and keeps the rest of it', async () => {
    expect(await merge({ cache: { kind: 'registry', mode: 'min' } }, ['--cache', 'local'])).toEqual({
      cache: { kind: 'local', mode: 'min' },
    });
    expect(await merge({ cache: 'registry' }, ['--cache', 'none'])).toEqual({ cache: 'none' });
  });

  it('lives with options that are none', async () => {
    expect(await merge(null, ['--pull'])).toEqual({ pull: true });
  });
});

describe('a configuration of Nx', () => {
  it('is asked for by its name, by every command that reads builds', () => {
    const asked = ['-c', 'production'];
    for (const { configuration } of [
      parseInvocation(['api', '--configuration', 'production']),
      parseChoice(['api', ...asked]).invocation,
      parseAffected(asked),
      parseMatrix(['--shards', '2', ...asked]),
      parseRun(['api', 'test', ...asked]).build,
    ])
      expect(configuration).toBe('production');
    expect(parseInvocation(['api', ...asked]).overrides).toEqual({});
  });

  it('is refused where nothing has any', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-plain-'));
    try {
      writeFileSync(join(folder, 'nx-docker-cache.json'), '{}');
      expect(openWorkspace(folder).facts().kind).toBe('plain');
      expect(() => openWorkspace(folder, 'production')).toThrow(expect.objectContaining({ code: 'USAGE' }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('asks for some of the platforms, as a flag does', async () => {
    const project = { name: 'api', root: '.', target: 'docker-build', options: { platforms: ['b'] } };
    const workspace = { project: () => Promise.resolve({ ...project, platforms: ['a', 'b'] }) };
    const merged = await projectWith(workspace as unknown as WorkspacePort, 'api', parseInvocation(['api']));
    expect(merged).toMatchObject({ options: { platforms: ['b'] }, platforms: ['a', 'b'] });
  });
});

describe('exit codes', () => {
  it.each([
    [[], 0],
    [['BUILD_FAILED'], 1],
    [['PUSH_FAILED', 'INVALID_OPTIONS'], 1],
    [['INVALID_OPTIONS'], 2],
    [['NO_DAEMON'], 1],
    [['USAGE'], 2],
    [['BUILD_FAILED', 'INTERRUPTED'], 130],
  ] as const)('%j give %d', (codes, exit) => {
    expect(exitCodeOf(codes)).toBe(exit);
  });
});

describe('what is chosen', () => {
  it('by a build: names, all, or what a change concerns', () => {
    expect(parseChoice(['a', 'b', '--push'])).toMatchObject({
      invocation: { projects: ['a', 'b'], all: false, overrides: { push: true } },
      range: undefined,
    });
    expect(parseChoice(['--all'])).toMatchObject({ invocation: { all: true }, range: undefined });
    const range = { base: 'main', head: undefined };
    expect(parseChoice(['--affected', '--base', 'main'])).toMatchObject({
      invocation: { all: false },
      range,
    });
  });

  it('and how many at a time', () => {
    expect(parseChoice(['--all', '--parallel', '3']).parallel).toBe(3);
    expect(parseChoice(['--all']).parallel).toBeUndefined();
    for (const text of ['0', '-2', 'many', '1.5', ''])
      expect(() => parseChoice(['--all', `--parallel=${text}`])).toThrow(
        expect.objectContaining({ code: 'USAGE', expected: '--parallel with a number, 1 or more' }),
      );
  });

  it.each([[['--all', 'a']], [['--all', '--affected']], [['--affected', 'a']], [['a', '--base', 'x']], [[]]])(
    'is refused: build %j',
    (argv) => expect(() => parseChoice(argv)).toThrow(expect.objectContaining({ code: 'USAGE' })),
  );

  it('by affected and matrix: a range, and what is asked of the registry', () => {
    expect(parseAffected(['--head', 'x']).request).toEqual({ base: undefined, head: 'x', check: true });
    expect(parseAffected(['--no-check', '--json'])).toMatchObject({ json: true, request: { check: false } });
    const { request } = parseMatrix([
      '--shards',
      '3',
      '--affected',
      '--base',
      'x',
      '--skip-known',
      '--local-times',
    ]);
    expect(request).toEqual({
      ...{ shards: 3, affected: true, skipKnown: true, localTimes: true, base: 'x', head: undefined },
    });
    expect(parseMatrix(['--shards', '3']).request).toMatchObject({ skipKnown: false, localTimes: false });
  });

  it.each([
    [[]],
    [['--shards', '0']],
    [['--shards', '1.5']],
    [['--shards', '257']],
    [['--shards', '2', '--base', 'x']],
    [['--shards', '2', '--json', '--github']],
    [['--shards', '2', 'api']],
  ])('is refused: matrix %j', (argv) => {
    expect(() => parseMatrix(argv)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
