import { fakeWorld, type WorldInput } from '../../test/fakes/world';
import { LESSER_ENGINE } from '../../test/fakes/facts';
import { checkRun } from './check-run';

const FILES = { 'apps/api/Dockerfile': 'FROM scratch\n', 'apps/web/Dockerfile': 'FROM scratch\n' };
const SHARED = { registry: 'reg.test/acme', image: 'shop', tags: '{projectName}' };

const check = async (
  options: Readonly<Record<string, Record<string, unknown>>>,
  input: WorldInput = {},
): Promise<ReturnType<typeof fakeWorld>> => {
  const world = fakeWorld({ files: FILES, ...input });
  const projects = Object.entries(options).map(([name, own]) => ({
    ...{ name, root: `apps/${name}`, target: 'docker-build', options: own },
  }));
  await checkRun(projects, world.ports);
  return world;
};

describe('the check before a run of several projects', () => {
  it('refuses two that would write one cache', async () => {
    await expect(check({ api: SHARED, web: SHARED })).rejects.toMatchObject({
      code: 'CONFLICTING_PLAN',
      found: 'reg.test/acme/shop:cache-main',
    });
  });

  it('knows the tag that carries an inline cache', async () => {
    await expect(check({ api: SHARED, web: SHARED }, { engine: LESSER_ENGINE })).rejects.toMatchObject({
      message: expect.stringContaining('push one image and tag'),
      found: 'reg.test/acme/shop:cache-main',
    });
  });

  it('lets others pass, builds nothing and asks no registry', async () => {
    const { engine, probe, files } = await check({ api: SHARED, web: { registry: 'reg.test/acme' } });
    expect([engine.runs, probe.asked, [...files.files.keys()]]).toEqual([[], [], Object.keys(FILES)]);
  });

  it('leaves bad input to the turn of its project', async () => {
    const bad = { ...SHARED, targt: 'x' };
    await expect(check({ api: SHARED, web: bad, nothing: SHARED })).resolves.toBeDefined();
  });
});
