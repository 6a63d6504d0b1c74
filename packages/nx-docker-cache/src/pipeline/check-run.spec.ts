import { fakeWorld, type WorldInput } from '../../test/fakes/world';
import { LESSER_ENGINE } from '../../test/fakes/facts';
import { DockerCacheError } from '../errors';
import { checkRun } from './check-run';
import { Engines } from './engines';
import { identifyBuild } from './prepare';

const FILES = { 'apps/api/Dockerfile': 'FROM scratch\n', 'apps/web/Dockerfile': 'FROM scratch\n' };
const SHARED = { registry: 'reg.test/acme', image: 'shop', tags: '{projectName}' };

const check = async (
  options: Readonly<Record<string, Record<string, unknown>>>,
  input: WorldInput = {},
  world = fakeWorld({ files: FILES, ...input }),
): Promise<ReturnType<typeof fakeWorld>> => {
  const found = Object.entries(options).map(async ([id, own]) => {
    const project = { name: id, root: `apps/${id}`, target: 'docker-build', options: own };
    return { request: { id }, builds: [await identifyBuild(project, world.ports)] };
  });
  await checkRun(await Promise.all(found), new Engines(world.ports.engine));
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

  it('needs no engine: a run that is skipped asks none', async () => {
    const images = { api: { registry: 'reg.test/acme' }, web: { registry: 'reg.test/acme' } };
    const world = fakeWorld({ files: FILES });
    world.engine.facts = () => Promise.reject(new DockerCacheError({ code: 'NO_DAEMON', message: 'x' }));
    await expect(check(images, {}, world)).resolves.toBe(world);
    await expect(check({ api: SHARED, web: { ...SHARED, tags: 'web' } }, {}, world)).resolves.toBe(world);
    const same = { ...SHARED, tags: 'one' };
    await expect(check({ api: same, web: same }, {}, world)).rejects.toMatchObject({
      code: 'CONFLICTING_PLAN',
    });
  });
});
