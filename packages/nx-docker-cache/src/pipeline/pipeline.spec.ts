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
  options: Record<string, unknown> = OPTIONS,
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

  it('leaves beside a pushed image what it has cost, for other agents', async () => {
    const { times, result } = await run();
    expect(result.receipt).toMatchObject({ seconds: 0, buildSeconds: 1.291 });
    expect([...times]).toEqual([['registry.test:5000/acme/api:times--docker-build', 1.291]]);
  });

  it.each<[string, WorldInput, Record<string, unknown>]>([
    ['of a fork', { source: { fork: true, pullRequest: '7', baseBranch: 'main' } }, OPTIONS],
    ['on a laptop', { source: { ci: false } }, { ...OPTIONS, push: true }],
    ['that is not pushed', {}, { ...OPTIONS, push: false, load: true }],
    ['that fails', { runs: [{ recording: 'failed-step', result: { exitCode: 1 } }] }, OPTIONS],
  ])('leaves no time of a build %s', async (_, input, options) => {
    expect([...(await run(input, options)).times]).toEqual([]);
  });

  it('leaves no time of a build that was skipped', async () => {
    const present = { state: 'present', digest: 'sha256:made' } as const;
    const world = fakeWorld({ files: { 'apps/api/Dockerfile': 'FROM scratch\nRUN x\n' } });
    world.probe.probe = () => Promise.resolve(present);
    const options = { ...OPTIONS, skip: true };
    const result = await buildProject(project(options), world.ports, new AbortController().signal);
    expect([result.receipt?.status, [...world.times]]).toEqual(['skipped', []]);
  });

  it('does not fail where its time cannot be left', async () => {
    const world = fakeWorld();
    const times = { ...world.ports.times, leave: () => Promise.reject(new Error('denied')) };
    const signal = new AbortController().signal;
    expect((await buildProject(project(), { ...world.ports, times }, signal)).ok).toBe(true);
    expect(world.logger.warnings).toEqual([]);
  });

  it('keeps the folder of its state out of commits', async () => {
    const world = await run();
    expect(world.files.files.get('.nx-docker-cache/.gitignore')).toBe('*\n');
    expect(written(world)).toEqual([
      '.nx-docker-cache/.gitignore',
      RECEIPT,
      '.nx-docker-cache/api/stages/0.key',
    ]);
  });

  describe('says of a stage, for tasks in it,', () => {
    const nowhere = { ...OPTIONS, push: false, load: false };
    /** Of two builds, one after the other. */
    const keys = async (line: string, options: Record<string, unknown>, digest?: string) => {
      const files = { 'apps/api/Dockerfile': `FROM scratch\n${line}\n` };
      const { ports, clock, ...world } = fakeWorld({ files, runs: [{ result: { digest } }] });
      const texts: (string | undefined)[] = [];
      for (let count = 0; count < 2; count++) {
        await buildProject(project(options), ports, new AbortController().signal);
        texts.push(world.files.files.get('.nx-docker-cache/api/stages/0.key'));
        clock.pass(1);
      }
      return texts;
    };

    it('its content key', async () => {
      const [one, other] = await keys('RUN x', nowhere);
      expect(one).toMatch(/^[0-9a-f]{64}\n$/);
      expect(other).toBe(one);
    });

    it('which image it is, where its key proves nothing', async () => {
      expect(await keys('ADD https://files.test/a /a', OPTIONS, 'sha256:made')).toEqual([
        ...['sha256:made\n', 'sha256:made\n'],
      ]);
    });

    it('that nobody knows it again, where its image is kept nowhere either', async () => {
      const [one, other] = await keys('ADD https://files.test/a /a', nowhere);
      expect(one).toBeDefined();
      expect(other).not.toBe(one);
    });
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
    const local = await run({}, { cache: { kind: 'local', maxSize: '1GB' }, skip: false });
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

  it('asks once whether a registry takes cache manifests, however many stages and platforms it builds', async () => {
    const files = { 'apps/api/Dockerfile': 'FROM scratch AS builder\nCOPY a /\nFROM scratch\nCOPY b /\n' };
    const platforms = ['linux/amd64', 'linux/arm64'];
    const { probe } = await run({ files }, { ...OPTIONS, stages: ['builder'], platforms });
    const asked = probe.asked.filter((ref) => ref.endsWith(':no-cache-manifests'));
    expect(asked).toEqual(['registry.test:5000/acme/api:no-cache-manifests']);
  });

  it('does nothing where it is dry', async () => {
    const world = await run({}, { ...OPTIONS, dryRun: true });
    expect(world.result).toMatchObject({ ok: true, receipt: undefined, plan: { dryRun: true } });
    expect(world.engine.runs).toEqual([]);
    expect(written(world)).toEqual([]);
    // Which kind of cache it would be is the registry's to say.
    const told = world.probe.asked.filter((ref) => !ref.includes('library'));
    expect(told).toEqual(['registry.test:5000/acme/api:no-cache-manifests']);
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
    const { engine } = await run({}, { ...OPTIONS, context: '.' });
    expect(engine.runs[0]?.ignore).toEqual({ file: undefined, added: ['/.nx-docker-cache'] });
    expect((await run()).engine.runs[0]?.ignore.added).toEqual([]);
  });

  it.each([
    ['nx.json', '', ['/.nx-docker-cache', '/.nx/cache', '/.nx/workspace-data']],
    ['nx.json', '.nx\n', ['/.nx-docker-cache']],
    ['nx.json', '*\n!.nx/cache\n!a', []],
    ['turbo.json', '', ['/.nx-docker-cache', '**/.turbo']],
  ])(
    'leaves out what the runner of %s keeps, as the ignore file %j does not',
    async (runner, ignore, added) => {
      const files = {
        'apps/api/Dockerfile': 'FROM scratch\nCOPY . .\n',
        a: '',
        [runner]: '{}',
        '.dockerignore': ignore,
      };
      const { engine } = await run({ files }, { ...OPTIONS, context: '.' });
      expect(engine.runs[0]?.ignore.added).toEqual(added);
    },
  );

  it('sends what an instruction names, whoever keeps it', async () => {
    const text = 'FROM scratch\nCOPY .nx/cache/x /x\nCOPY apps/a/.turbo /y\n';
    const files = {
      'apps/api/Dockerfile': text,
      '.nx/cache/x': '',
      'apps/a/.turbo/y': '',
      'nx.json': '{}',
      'turbo.json': '{}',
    };
    const { engine } = await run({ files }, { ...OPTIONS, context: '.' });
    expect(engine.runs[0]?.ignore.added).toEqual(['/.nx-docker-cache', '/.nx/workspace-data']);
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
    expect({ ...result.plan, stageBuilds: [] }).toEqual(planned);
    expect(engine.runs[0]?.argv).toEqual(planned.argv);
  });
});

describe('stages beside the target', () => {
  const files = {
    'apps/api/Dockerfile':
      'FROM scratch AS builder\nENV A=1\nFROM scratch AS app\nCOPY --from=builder /a /\n',
    'apps/api/a': '',
  };
  const options = { ...OPTIONS, stages: ['Builder', 'app', '0'] };
  const KEYS = '.nx-docker-cache/api/stages';

  it('are one run, each with a cache, tags and a key of its own', async () => {
    const { result, engine, files: state } = await run({ files }, options);
    expect(engine.jointRuns).toHaveLength(1);
    const [app, builder] = engine.jointRuns[0]!.builds.map(({ argv }) => argv.join(' '));
    expect(app).toMatch(/cache-main,.*name=registry\.test:5000\/acme\/api:[0-9a-f]{7},/s);
    expect(builder).toMatch(/--target builder .*cache-main--builder,.*api:builder-[0-9a-f]{7},/s);
    expect(result.receipt?.stages.map(({ stage, status }) => [stage, status])).toEqual([
      ['app', 'built'],
      ['builder', 'built'],
    ]);
    const keys = ['app', 'builder'].map((stage) => state.files.get(`${KEYS}/${stage}.key`));
    expect(new Set(keys).size).toBe(2);
    expect(keys[1]).toBe(`${result.receipt?.stages[1]?.contentKey}\n`);
  });

  it('that the registry holds already are not built again', async () => {
    const { stageBuilds } = await explainPlan(
      project({ ...options, skip: true }),
      fakeWorld({ files }).ports,
    );
    const [key] = stageBuilds[0]!.skip.read;
    const { result, engine } = await run(
      { files, present: { [key!]: { state: 'present', digest: 'sha256:there' } } },
      { ...options, skip: true },
    );
    expect(engine.jointRuns).toHaveLength(0);
    expect(engine.runs).toHaveLength(1);
    expect(result.receipt?.stages[1]).toMatchObject({
      stage: 'builder',
      status: 'skipped',
      digest: 'sha256:there',
    });
    expect(result.receipt?.status).toBe('built');
  });

  it('are built one by one where they cannot be built as one', async () => {
    const failing = { result: { exitCode: 1 } };
    const { result, engine } = await run({ files, runs: [failing, failing, { recording: 'cold' }] }, options);
    expect(engine.jointRuns).toHaveLength(1);
    expect(engine.runs).toHaveLength(4);
    expect(result.ok).toBe(true);
  });

  it('are all that have a name where only an inline cache works, as it holds one stage', async () => {
    const { result, engine } = await run({ files, engine: LESSER_ENGINE });
    // The stage first: the target finds it in the engine then.
    const targets = engine.runs.map(({ argv }) => argv[argv.indexOf('--target') + 1]);
    expect(targets).toEqual(['builder', 'app']);
    expect(result.receipt?.stages.map(({ stage }) => stage)).toEqual(['app', 'builder']);
    expect(result.receipt?.caches.map(({ ref }) => ref)).toContain(
      'registry.test:5000/acme/api:cache-main--builder',
    );
  });

  it('have to be there', async () => {
    await expect(run({ files }, { ...OPTIONS, stages: ['bilder'] })).rejects.toMatchObject({
      code: 'UNKNOWN_STAGE',
      hint: 'Did you mean builder?',
    });
  });
});
