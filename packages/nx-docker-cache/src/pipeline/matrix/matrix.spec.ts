import { changedPorts, type ChangedWorld } from '../../../test/fakes/affected';
import { builds, projectOf } from '../../../test/fakes/inspect';
import type { ShardMatrix } from '../../model/matrix';
import { planMatrix, type MatrixRequest } from './index';

const receipt = (more: object): string =>
  JSON.stringify({
    version: 1,
    contentKey: 'k',
    obstacles: [],
    stages: [],
    inputs: [],
    status: 'built',
    ...more,
  });
const PUSHES = { image: 'r.test/acme/{projectName}', push: true, load: false };
const FILES = {
  'apps/base/Dockerfile': 'FROM scratch\nRUN x\n',
  'apps/child/Dockerfile': 'FROM r.test/acme/base:dev\nCOPY a /\n',
  'apps/child/a': '',
  'apps/slow/Dockerfile': 'FROM scratch\nRUN x\nRUN y\nRUN z\n',
  'apps/web/Dockerfile': 'FROM scratch\nRUN x\n',
  'apps/broken/Dockerfile': 'FROM scratch\nCOPI a b\n',
};
const PROJECTS = ['base', 'child', 'slow', 'web', 'broken'].map((name) =>
  projectOf(`apps/${name}`, [], builds(PUSHES)),
);
const plan = (more: Partial<ChangedWorld> = {}, asked: Partial<MatrixRequest> = {}): Promise<ShardMatrix> => {
  const request = {
    shards: 2,
    affected: false,
    skipKnown: false,
    localTimes: false,
    base: undefined,
    head: undefined,
    ...asked,
  };
  return planMatrix(request, changedPorts({ files: FILES, projects: PROJECTS, ...more }));
};
const shards = ({ shards }: ShardMatrix): string[] => shards.map(({ projects }) => projects.join(' '));

describe('planMatrix', () => {
  it('estimates where no build was seen, and says so', async () => {
    const matrix = await plan();
    expect(shards(matrix)).toEqual(['slow', 'base child web broken']);
    expect(matrix.notes).toEqual([expect.stringMatching(/^5 of 5 durations are estimated/)]);
    expect(matrix.weights[0]).toEqual({
      ...{ project: 'base', target: 'docker-build', seconds: 11, from: 'estimate' },
    });
  });

  it('goes by receipts, those of skips by the build before; estimates follow their scale', async () => {
    const files = {
      ...FILES,
      '.nx-docker-cache/base/receipt.json': receipt({ seconds: 22 }),
      '.nx-docker-cache/slow/receipt.json': receipt({ status: 'skipped', seconds: 0.2, buildSeconds: 62 }),
      '.nx-docker-cache/child/receipt.json': receipt({ status: 'skipped', seconds: 0.2 }),
      '.nx-docker-cache/broken/receipt.json': receipt({ seconds: 'no number' }),
    };
    const { weights, notes } = await plan({ files });
    expect(
      Object.fromEntries(weights.map(({ project, seconds, from }) => [project, [seconds, from]])),
    ).toEqual({
      ...{ base: [22, 'receipt'], slow: [62, 'receipt'] },
      ...{ child: [3, 'estimate'], web: [22, 'estimate'], broken: [2, 'estimate'] },
    });
    expect(notes[0]).toMatch(/^3 of 5 durations/);
  });

  it('goes by what other agents have left in the registry where no receipt tells', async () => {
    const files = { ...FILES, '.nx-docker-cache/base/receipt.json': receipt({ seconds: 22 }) };
    const asked: string[] = [];
    const seconds: Readonly<Record<string, number>> = { web: 90, base: 1 };
    const times = (ref: string): number | undefined => {
      asked.push(ref);
      return seconds[/acme\/(.*):times--docker-build$/.exec(ref)![1]!];
    };
    const { weights, notes } = await plan({ files, times });
    expect(
      Object.fromEntries(weights.map(({ project, seconds: took, from }) => [project, [took, from]])),
    ).toEqual({
      ...{ base: [22, 'receipt'], web: [90, 'registry'] },
      ...{ slow: [62, 'estimate'], child: [3, 'estimate'], broken: [2, 'estimate'] },
    });
    expect(notes[0]).toMatch(/^3 of 5 durations are estimated/);
    expect(asked.sort()).toEqual(
      ['broken', 'child', 'slow', 'web'].map((name) => `r.test/acme/${name}:times--docker-build`),
    );
    asked.length = 0;
    expect(
      (await plan({ files, times }, { localTimes: true })).weights.map(({ from }) => from),
    ).not.toContain('registry');
    expect(asked).toEqual([]);
  });

  it('estimates where the registry does not answer, and asks it no more then', async () => {
    let asked = 0;
    const times = (): never => {
      asked += 1;
      throw new Error('no answer within 2 s');
    };
    const projects = Array.from({ length: 30 }, (_, index) =>
      projectOf(`apps/p${index}`, [], builds(PUSHES)),
    );
    const files = Object.fromEntries(projects.map(({ root }) => [`${root}/Dockerfile`, 'FROM scratch\n']));
    const { weights } = await plan({ files, projects, times });
    expect(new Set(weights.map(({ from }) => from))).toEqual(new Set(['estimate']));
    expect(asked).toBeLessThan(16);
  });

  /** child stands on base, and base's second build on child. */
  const twice = {
    files: {
      ...FILES,
      'apps/base/Dockerfile.debug': 'FROM r.test/acme/child:dev\nCOPY b /\n',
      'apps/base/b': '',
      'apps/child/Dockerfile': 'FROM r.test/acme/base:dev\nCOPY a /\n',
    },
    projects: [
      projectOf(
        'apps/base',
        [],
        builds(PUSHES, { ...PUSHES, dockerfile: 'apps/base/Dockerfile.debug', image: 'r.test/acme/debug' }),
      ),
      PROJECTS[1]!,
      PROJECTS[3]!,
    ],
  };

  it('names second builds with their target, and orders by builds', async () => {
    const { shards: found, weights, runner } = await plan(twice);
    expect(found).toEqual([
      {
        ...{
          shard: 1,
          projects: ['base', 'child', 'base:docker-build-2'],
          scripts: [],
          tasks: [],
          seconds: 14,
        },
        builds: [
          { project: 'base', target: 'docker-build', root: 'apps/base' },
          { project: 'child', target: 'docker-build', root: 'apps/child' },
          { project: 'base', target: 'docker-build-2', root: 'apps/base' },
        ],
      },
      {
        ...{ shard: 2, projects: ['web'], scripts: [], tasks: [], seconds: 11 },
        builds: [{ project: 'web', target: 'docker-build', root: 'apps/web' }],
      },
    ]);
    expect(weights.map(({ project, target }) => `${project} ${target}`)).toEqual([
      ...['base docker-build', 'base docker-build-2', 'child docker-build', 'web docker-build'],
    ]);
    expect(runner).toBe('git');
  });

  it('names the scripts that make what images copy, where no task runner runs them', async () => {
    const outputs = { build: { outputs: ['{projectRoot}/dist'] } };
    const projects = [
      { ...projectOf('apps/site', ['ui'], builds()), targets: outputs },
      ...[{ ...projectOf('libs/ui'), targets: outputs }, PROJECTS[3]!],
    ];
    const files = { ...FILES, 'apps/site/Dockerfile': 'FROM scratch\nCOPY dist /\nCOPY dist/a /a\n' };
    const scripts = (matrix: ShardMatrix): string[] =>
      matrix.shards.flatMap((shard) =>
        shard.scripts.map(({ root, script }) => `${shard.projects.join()} ${root} ${script}`),
      );
    const world = { files, projects };
    expect(scripts(await plan(world))).toEqual(['site libs/ui build', 'site apps/site build']);
    const runner = { name: 'nx', tasks: [], order: [] } as const;
    expect(scripts(await plan({ ...world, runner }))).toEqual([]);
  });

  it('takes of a project the builds that a change concerns', async () => {
    const asked = { affected: true, base: 'base' };
    expect(shards(await plan({ ...twice, changed: ['apps/base/b'] }, asked))).toEqual([
      'base:docker-build-2',
    ]);
    expect(shards(await plan({ ...twice, changed: ['apps/child/a'] }, asked))).toEqual([
      'child base:docker-build-2',
    ]);
  });

  it('keeps together what the task runner makes wait for one another, in its order', async () => {
    const task = (project: string) => ({ project, target: 'docker-build' });
    const order = [{ build: task('slow'), needs: task('web') }];
    const runner = { name: 'turborepo' as const, tasks: [], order };
    expect(shards(await plan({ runner }))).toEqual(['web slow', 'base child broken']);
    const alone = await plan({ runner, changed: ['apps/slow/Dockerfile'] }, { affected: true, base: 'base' });
    expect(shards(alone)).toEqual(['web slow']);
  });

  it('takes what Nx leaves out of a change, and says so', async () => {
    const runner = { name: 'nx' as const, tasks: [] };
    const matrix = await plan({ runner, changed: ['apps/child/a'] }, { affected: true, base: 'base' });
    expect(shards(matrix)).toEqual(['child']);
    expect(matrix.notes[0]).toMatch(/^Nx leaves out child:docker-build, which reads what changed/);
  });

  it('leaves out single builds that the registry holds', async () => {
    const registry = (ref: string) =>
      ref.includes('/base:key-')
        ? ({ state: 'present', digest: 'sha256:x' } as const)
        : ({ state: 'missing' } as const);
    const { shards: left, skipped } = await plan({ ...twice, registry }, { skipKnown: true, shards: 1 });
    expect(left[0]!.projects).toEqual(['web', 'child', 'base:docker-build-2']);
    expect(skipped.map(({ project, target }) => [project, target])).toEqual([['base', 'docker-build']]);
  });

  it('takes what a change concerns', async () => {
    const matrix = await plan(
      { changed: ['apps/base/Dockerfile', 'apps/web/Dockerfile'] },
      { affected: true, base: 'base' },
    );
    expect(shards(matrix)).toEqual(['base child', 'web']);
    const none = await plan({ changed: [] }, { affected: true, base: 'base' });
    expect(none).toMatchObject({ shards: [], weights: [], asked: 2 });
  });

  it('leaves out what the registry holds where that is asked for', async () => {
    const registry = (ref: string) =>
      ref.includes('/web:key-')
        ? ({ state: 'present', digest: 'sha256:x' } as const)
        : ({ state: 'missing' } as const);
    const matrix = await plan({ registry }, { skipKnown: true });
    expect(shards(matrix)).toEqual(['slow', 'base child broken']);
    expect(matrix.skipped).toEqual([
      { project: 'web', target: 'docker-build', reason: expect.stringContaining('/web:key-') },
    ]);
  });

  it.each([
    ['has passed', {}, true, ['web']],
    ['is not known to have passed', {}, false, []],
    ['leaves no record', { volumes: './fixtures:/x' }, true, []],
  ])('leaves out what is held only where its stage task %s', async (_, task, isRecorded, left) => {
    const tested = { ...PUSHES, stage: 'test', tasks: { test: { command: 'npm test', ...task } } };
    const registry = (ref: string) =>
      ref.includes(':key-') || (ref.includes(':task-') && isRecorded)
        ? ({ state: 'present', digest: 'sha256:x' } as const)
        : ({ state: 'missing' } as const);
    const projects = [projectOf('apps/web', [], builds(tested))];
    const files = { 'apps/web/Dockerfile': 'FROM scratch AS test\nRUN x\n' };
    const { skipped, shards: found } = await plan({ projects, files, registry }, { skipKnown: true });
    expect(skipped.map(({ project }) => project)).toEqual(left);
    expect(found.flatMap(({ tasks }) => tasks)).toHaveLength(1 - left.length);
  });

  it('says where fewer shards can be filled, and where one has most of the work', async () => {
    const projects = PROJECTS.slice(0, 3);
    const { shards: filled, notes } = await plan({ projects }, { shards: 9 });
    expect(filled).toHaveLength(2);
    expect(notes).toContainEqual(expect.stringMatching(/^9 shards were asked for, and there is work for 2/));
    const files = {
      ...FILES,
      '.nx-docker-cache/base/receipt.json': receipt({ seconds: 500 }),
      '.nx-docker-cache/web/receipt.json': receipt({ seconds: 1 }),
    };
    const { notes: uneven } = await plan({ files });
    expect(uneven.at(-1)).toMatch(/^shard 1 has most of the work/);
  });

  it('refuses two projects that would push one image, and one beside those that a change concerns', async () => {
    const same = (name: string) =>
      projectOf(`apps/${name}`, [], builds({ ...PUSHES, image: 'r.test/acme/shop' }));
    const projects = [same('web'), same('slow'), PROJECTS[0]!];
    const refused = {
      code: 'CONFLICTING_PLAN',
      message: 'web and slow would push one image and tag, and nothing was built',
    };
    await expect(plan({ projects })).rejects.toMatchObject(refused);
    const asked = { affected: true, base: 'base' };
    const changed = (name: string) => plan({ projects, changed: [`apps/${name}/Dockerfile`] }, asked);
    await expect(changed('web')).rejects.toMatchObject(refused);
    expect(shards(await changed('base'))).toEqual(['base']);
  });

  it('refuses names that a shell would not take for names', async () => {
    const projects = [projectOf('apps/base', [], { ...builds(PUSHES), name: 'base; rm' })];
    await expect(plan({ projects })).rejects.toMatchObject({ code: 'INVALID_PROJECT_NAME' });
    const target = { target: 'docker build', options: PUSHES };
    const odd = { ...PROJECTS[0]!, builds: [target] };
    await expect(plan({ projects: [odd] })).rejects.toMatchObject({ code: 'INVALID_PROJECT_NAME' });
    const folders = { files: { 'a b/Dockerfile': 'FROM scratch\n' } };
    const folder = { ...projectOf('a b', [], builds(PUSHES)), name: 'a' };
    expect(shards(await plan({ ...folders, projects: [folder] }))).toEqual(['a']);
    const turborepo = { ...folders, runner: { name: 'turborepo' as const, tasks: [] }, projects: [folder] };
    await expect(plan(turborepo)).rejects.toMatchObject({ code: 'INVALID_PROJECT_NAME' });
  });
});
