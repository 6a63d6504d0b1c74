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
    expect(matrix.weights[0]).toEqual({ project: 'base', seconds: 11, from: 'estimate' });
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

  it('adds up several builds of a project', async () => {
    const files = { ...FILES, 'apps/web/Dockerfile.debug': 'FROM scratch\nRUN x\n' };
    const two = builds(PUSHES, {
      ...PUSHES,
      dockerfile: 'apps/web/Dockerfile.debug',
      image: 'r.test/acme/debug',
    });
    const { weights } = await plan({ files, projects: [projectOf('apps/web', [], two)] });
    expect(weights).toEqual([{ project: 'web', seconds: 22, from: 'estimate' }]);
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
    expect(matrix.skipped).toEqual([{ project: 'web', reason: expect.stringContaining('/web:key-') }]);
  });

  it('says where fewer shards can be filled, and where one has most of the work', async () => {
    const projects = PROJECTS.slice(0, 3);
    const { shards: filled, notes } = await plan({ projects }, { shards: 9 });
    expect(filled).toHaveLength(2);
    expect(notes[0]).toMatch(/^9 shards were asked for, and there is work for 2/);
    const files = {
      ...FILES,
      '.nx-docker-cache/base/receipt.json': receipt({ seconds: 500 }),
      '.nx-docker-cache/web/receipt.json': receipt({ seconds: 1 }),
    };
    const { notes: uneven } = await plan({ files });
    expect(uneven.at(-1)).toMatch(/^shard 1 has most of the work/);
  });

  it('refuses names that a shell would not take for names', async () => {
    const projects = [projectOf('apps/base', [], { ...builds(PUSHES), name: 'base; rm' })];
    await expect(plan({ projects })).rejects.toMatchObject({ code: 'INVALID_PROJECT_NAME' });
  });
});
