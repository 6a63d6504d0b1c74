import { builds, inspectOne, projectOf } from '../../test/fakes/inspect';
import type { InspectedDrift } from '../model/inspection';

const FILES = {
  'package.json': '',
  'apps/api/src/x': '',
  'apps/api/package.json': '',
  'apps/api/dist/x': '',
  'libs/shared/src/x': '',
  'libs/shared/package.json': '',
  'libs/util/x': '',
  'libs/util/package.json': '',
  'libs/deep/x': '',
  'libs/old/x': '',
  'libs/old/package.json': '',
  'libs/lint/x': '',
};
const api = (needs: readonly string[], more = {}) =>
  projectOf('apps/api', needs, { ...builds({ context: '.' }), targets: { build: {} }, ...more });
const LIBS = [
  projectOf('libs/shared', ['deep', 'dev:lint'], { targets: { build: {} } }),
  ...[projectOf('libs/util'), projectOf('libs/deep'), projectOf('libs/old'), projectOf('libs/lint')],
];

async function driftIn(
  copies: string,
  needs: readonly string[] = ['shared', 'util'],
  more = {},
): Promise<InspectedDrift> {
  const { drift } = await inspectOne({
    files: { ...FILES, 'apps/api/Dockerfile': `FROM node\n${copies}\n` },
    projects: [api(needs, more), ...LIBS],
  });
  expect(drift).toHaveLength(1);
  return drift[0]!;
}
const missing = (drift: InspectedDrift): string[] => drift.missing.map(({ project }) => project);
const superfluous = (drift: InspectedDrift): string[] => drift.superfluous.map(({ project }) => project);

describe('a list of COPYs', () => {
  it('lacks what the package graph needs, through others too', async () => {
    const drift = await driftIn('COPY package.json ./\nCOPY libs/shared libs/shared\nCOPY apps/api apps/api');
    expect(drift).toEqual({
      project: 'api',
      checked: true,
      reason: 'compared with 3 projects that api needs',
      missing: [
        { project: 'util', root: 'libs/util', chain: ['api', 'util'], manifestOnly: false, line: 4 },
        {
          project: 'deep',
          root: 'libs/deep',
          chain: ['api', 'shared', 'deep'],
          manifestOnly: false,
          line: 4,
        },
      ],
      superfluous: [],
    });
  });

  it('names what the package graph does not need', async () => {
    const drift = await driftIn('COPY apps/api apps/api\nCOPY libs/old/x libs/old/', []);
    expect(drift).toMatchObject({
      checked: true,
      missing: [],
      superfluous: [{ project: 'old', path: 'libs/old/x', line: 3 }],
    });
  });

  it('may copy what only development needs, and need not', async () => {
    const lists = ['COPY apps/api libs/lint ./', 'COPY apps/api ./'];
    for (const list of lists) {
      expect(await driftIn(list, ['dev:lint'])).toMatchObject({
        checked: true,
        missing: [],
        superfluous: [],
      });
    }
  });

  it('that has a manifest alone lacks the rest', async () => {
    const drift = await driftIn('COPY libs/util/package.json libs/util/\nCOPY apps/api apps/api', ['util']);
    expect(drift.missing).toMatchObject([{ project: 'util', manifestOnly: true, line: 3 }]);
  });

  it('may copy the manifest of any project', async () => {
    expect(superfluous(await driftIn('COPY libs/old/package.json x/\nCOPY apps/api y/', []))).toEqual([]);
  });

  it.each([
    ['a folder of them all', 'COPY libs libs\nCOPY apps/api apps/api'],
    ['a pattern', 'COPY libs/* libs/\nCOPY apps/api apps/api'],
    ['a bind mount', 'RUN --mount=source=libs,target=libs x\nCOPY apps/api apps/api'],
    ['outputs', 'COPY libs/shared/dist libs/util libs/deep /\nCOPY apps/api/dist /'],
  ])('is complete with %s', async (_, copies) => {
    const drift = await driftIn(copies);
    expect([drift.checked, missing(drift), superfluous(drift)]).toEqual([true, [], []]);
  });

  it('in the stages that are built counts, others do not', async () => {
    const stages = 'COPY libs/shared libs/util libs/deep /\nFROM node\nCOPY apps/api apps/api';
    expect(missing(await driftIn(stages))).toEqual(['shared', 'util', 'deep']);
  });
});

describe('no list is kept', () => {
  it.each<[string, string, string]>([
    ['where all of the workspace is copied', 'COPY . .', 'line 2 copies the whole workspace'],
    [
      'where the project is copied as it was built',
      'COPY apps/api/dist /app',
      'copies no sources of projects',
    ],
    [
      'where only manifests are',
      'COPY package.json libs/util/package.json ./',
      'copies no sources of projects',
    ],
    ['where a source is not known', 'COPY apps/api /a\nCOPY libs/${LIB} /b', 'line 3 may copy anything'],
  ])('%s', async (_, copies, reason) => {
    expect(await driftIn(copies)).toMatchObject({ checked: false, reason: expect.stringContaining(reason) });
  });

  it('where the context is the folder of the project', async () => {
    const drift = await driftIn('COPY src src', undefined, builds({ context: 'apps/api' }));
    expect(drift).toMatchObject({
      checked: false,
      reason: 'the context is apps/api, which holds no other project',
    });
  });

  it('where nothing says what the project needs', async () => {
    const drift = await driftIn('COPY apps/api libs/old /', [], { dependenciesKnown: false });
    expect(drift).toMatchObject({
      checked: false,
      reason: 'no manifest says what api needs',
      superfluous: [],
    });
  });

  it('and packages that need each other end', async () => {
    const { drift } = await inspectOne({
      files: { ...FILES, 'apps/api/Dockerfile': 'FROM node\nCOPY apps/api /\n' },
      projects: [
        api(['shared']),
        projectOf('libs/shared', ['deep']),
        projectOf('libs/deep', ['shared', 'api']),
      ],
    });
    expect(missing(drift[0]!)).toEqual(['shared', 'deep']);
  });
});
