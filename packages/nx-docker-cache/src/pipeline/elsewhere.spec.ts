import { fakeWorld } from '../../test/fakes/world';
import { checkElsewhere, type OwnWrites } from './elsewhere';

type Options = Readonly<Record<string, unknown>>;
const PUSHED = { registry: 'r.test/acme', tags: '{branch}', push: true, load: false };
const own = (more: Partial<OwnWrites> = {}): OwnWrites => ({
  ...{ project: 'shop', of: { name: 'shop', target: 'docker-build' } },
  ...{ pushes: ['r.test/acme/shop:t'], loads: [] },
  ...more,
});

/** @param builds options of each build, by project */
const check = async (builds: Readonly<Record<string, readonly Options[]>>, mine = [own()]) => {
  const { ports, logger } = fakeWorld({ source: { branch: 't' } });
  const known = Object.entries(builds).map(([name, all]) => ({
    ...{ name, root: `apps/${name}` },
    builds: all.map((options, index) => ({
      target: index === 0 ? 'docker-build' : `other-${index}`,
      options,
    })),
  }));
  const workspace = { ...ports.workspace, builds: async () => known };
  await checkElsewhere(mine, { ...ports, workspace });
  return logger.warnings;
};

describe('what another project of the workspace would push as well', () => {
  it.each<[string, Options]>([
    ['by a name of its own', { image: 'shop' }],
    ['by a reference that is whole', { image: 'r.test/acme/shop', registry: undefined }],
    ['by placeholders', { image: '{env.TEAM}', registry: 'r.test/{defaultBranch}' }],
    ['by one of several tags', { image: 'shop', tags: ['x', 't'] }],
    ['although other options of it are wrong', { image: 'shop', targt: 'x' }],
  ])('is refused: %s', async (_, options) => {
    const { ports } = fakeWorld({
      source: { branch: 't', defaultBranch: 'acme' },
      environment: { TEAM: 'shop' },
    });
    const known = [
      { name: 'api', root: 'api', builds: [{ target: 'b', options: { ...PUSHED, ...options } }] },
    ];
    const workspace = { ...ports.workspace, builds: async () => known };
    await expect(checkElsewhere([own()], { ...ports, workspace })).rejects.toMatchObject({
      code: 'CONFLICTING_PLAN',
      message: 'shop and api would push one image and tag, and nothing was built',
      found: 'r.test/acme/shop:t',
    });
  });

  it('names the build that it is', async () => {
    await expect(check({ api: [PUSHED, { ...PUSHED, image: 'shop' }] })).rejects.toMatchObject({
      message: /^shop and api:other-1 would push/,
    });
  });

  it('is a warning where it is loaded only', async () => {
    const loaded = { image: 'shop', tags: 't', load: true, push: false };
    const mine = own({ pushes: [], loads: ['shop:t'] });
    expect(await check({ api: [loaded] }, [mine])).toEqual([
      'api would load shop:t, too: the one that is built last has the name',
    ]);
    expect(await check({ api: [{ ...loaded, tags: 'u' }] }, [mine])).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, readonly Options[]>>]>([
    ['the build itself', { shop: [PUSHED] }],
    ['another target of the project', { shop: [PUSHED, PUSHED] }],
    ['another tag', { api: [{ ...PUSHED, image: 'shop', tags: 'u' }] }],
    ['another registry', { api: [{ ...PUSHED, image: 'shop', registry: 'r.test/other' }] }],
    ['a name that only begins so', { 'shop-api': [PUSHED], sho: [PUSHED] }],
    [
      'one that cannot be named',
      {
        api: [
          { ...PUSHED, image: 7 },
          { ...PUSHED, image: 'shop{nobody}' },
        ],
      },
    ],
    ['one that goes nowhere', { api: [{ ...PUSHED, image: 'shop', push: false }] }],
  ])('is not %s', async (_, builds) => {
    expect(await check(builds)).toEqual([]);
  });

  it('is not one of the same run, which is compared before', async () => {
    const both = [own(), own({ project: 'api', of: { name: 'api', target: 'docker-build' }, pushes: [] })];
    expect(await check({ api: [{ ...PUSHED, image: 'shop' }] }, both)).toEqual([]);
  });
});
