import { fakeWorld, type FakeWorld, type WorldInput } from '../../test/fakes/world';
import { LESSER_ENGINE } from '../../test/fakes/facts';
import type { Receipt } from '../model/receipt';
import { buildProject, explainPlan, type BuildResult } from '.';

const OPTIONS = { registry: 'registry.test:5000/acme', skip: false };
const RECEIPT = '.nx-docker-cache/api/receipt.json';

const project = (options: Record<string, unknown> = OPTIONS) => ({
  name: 'api',
  root: 'apps/api',
  target: 'docker-build',
  options,
});
const run = async (
  input: WorldInput = {},
  options = OPTIONS,
): Promise<FakeWorld & { result: BuildResult }> => {
  const world = fakeWorld(input);
  const result = await buildProject(project(options), world.ports, new AbortController().signal);
  return { ...world, result };
};
const written = ({ files }: FakeWorld): string[] =>
  [...files.files.keys()].filter((path) => path.startsWith('.nx-docker-cache')).sort();

describe('buildProject', () => {
  it('plans, runs, verifies, reports and leaves a receipt', async () => {
    const world = await run();
    expect(world.result).toMatchObject({ ok: true, error: undefined, outcome: { digest: 'sha256:made' } });
    const receipt = JSON.parse(world.files.files.get(RECEIPT) ?? '{}') as Receipt;
    expect(receipt).toMatchObject({ version: 1, status: 'built', digest: 'sha256:made', pushed: true });
    expect(world.probe.asked).toContain('registry.test:5000/acme/api:0123456');
    expect(world.logger.lines[0]).toBe('api  apps/api/Dockerfile → 0');
    expect(world.logger.lines.at(-1)).toContain(RECEIPT);
  });

  it('keeps the folder of its state out of commits', async () => {
    const world = await run();
    expect(world.files.files.get('.nx-docker-cache/.gitignore')).toBe('*\n');
    expect(written(world)).toEqual(['.nx-docker-cache/.gitignore', RECEIPT]);
  });

  it('leaves the old receipt where the build fails, and says why', async () => {
    const files = { 'apps/api/Dockerfile': 'FROM scratch\n', [RECEIPT]: 'old' };
    const world = await run({ files, runs: [{ recording: 'failed-step', result: { exitCode: 1 } }] });
    expect(world.result).toMatchObject({ ok: false, receipt: undefined, error: { code: 'BUILD_FAILED' } });
    expect(world.files.files.get(RECEIPT)).toBe('old');
    expect(world.localCache.pruned).toEqual([]);
    expect(world.logger.lines.join('\n')).toContain('✘ api');
  });

  it('bounds the local cache, and no other', async () => {
    const local = await run({}, { cache: { kind: 'local', maxSize: '1GB' }, skip: false } as never);
    expect(local.localCache.pruned).toEqual([
      { root: '/repo/.nx-docker-cache/cache', keep: '/repo/.nx-docker-cache/cache/api/main', maxBytes: 1e9 },
    ]);
    expect((await run()).localCache.pruned).toEqual([]);
  });

  it('does not fail of a cache that cannot be bounded', async () => {
    const world = fakeWorld();
    world.localCache.prune = () => Promise.reject(new Error('EBUSY'));
    const result = await buildProject(
      project({ cache: 'local', skip: false }),
      world.ports,
      new AbortController().signal,
    );
    expect(result.ok).toBe(true);
    expect(world.logger.warnings).toEqual(['the local cache could not be pruned: EBUSY']);
  });

  it('prints nothing where it is quiet, but failures', async () => {
    const quiet = { ...OPTIONS, progress: 'quiet' };
    expect((await run({}, quiet)).logger.lines).toEqual([]);
    const failed = await run({ runs: [{ recording: 'failed-step', result: { exitCode: 1 } }] }, quiet);
    expect(failed.logger.lines.length).toBeGreaterThan(0);
  });

  it('does nothing where it is dry', async () => {
    const world = await run({}, { ...OPTIONS, dryRun: true } as never);
    expect(world.result).toMatchObject({ ok: true, receipt: undefined, plan: { dryRun: true } });
    expect(world.engine.runs).toEqual([]);
    expect(written(world)).toEqual([]);
    expect(world.probe.asked.filter((ref) => !ref.includes('library'))).toEqual([]);
    expect(world.logger.lines.join()).toContain('registry.test:5000/acme/api');
  });

  it.each<[string, (world: FakeWorld) => void]>([
    ['its folder cannot be written', ({ files }) => (files.unwritable = '.nx-docker-cache/api')],
    ['it is a folder', ({ files }) => files.files.set(`${RECEIPT}/x`, '')],
  ])('builds nothing where the receipt could not be written: %s', async (_, breakIt) => {
    const world = fakeWorld();
    breakIt(world);
    await expect(buildProject(project(), world.ports, new AbortController().signal)).rejects.toMatchObject({
      code: 'RECEIPT_UNWRITABLE',
      expected: expect.stringContaining('.nx-docker-cache/api'),
    });
    expect(world.engine.runs).toEqual([]);
  });

  it('names the digest where the receipt cannot be written in the end', async () => {
    const world = fakeWorld();
    world.files.unwritable = RECEIPT;
    await expect(buildProject(project(), world.ports, new AbortController().signal)).rejects.toMatchObject({
      code: 'RECEIPT_UNWRITABLE',
      found: expect.stringContaining('the image was made: sha256:made'),
    });
  });

  it('names bad input before a missing engine', async () => {
    const world = fakeWorld();
    world.engine.facts = () => Promise.reject(new Error('no engine'));
    const bad = project({ registry: 'acme' });
    await expect(buildProject(bad, world.ports, new AbortController().signal)).rejects.toMatchObject({
      code: 'INVALID_REFERENCE',
    });
  });

  it('hands our own rules to the engine where the context holds our own files', async () => {
    const { engine } = await run({}, { ...OPTIONS, context: '.' } as never);
    expect(engine.runs[0]?.ignore).toEqual({ file: undefined, added: ['/.nx-docker-cache'] });
    expect((await run()).engine.runs[0]?.ignore.added).toEqual([]);
  });

  it('goes on with less where the engine can do less', async () => {
    const { result } = await run({ engine: LESSER_ENGINE });
    expect(result.plan?.cache.kind).toBe('inline');
    expect(result.ok).toBe(true);
  });
});

describe('explainPlan', () => {
  it('is what a build then does', async () => {
    const planned = await explainPlan(project(), fakeWorld().ports);
    const { result, engine } = await run({
      present: { 'registry.test:5000/acme/api:cache-main': { state: 'present', digest: 'x' } },
    });
    expect(result.plan).toEqual(planned);
    expect(engine.runs[0]?.argv).toEqual(planned.argv);
  });
});
