import { engineOf, LESSER_ENGINE } from '../../test/fakes/facts';
import { JointEngine } from '../../test/fakes/joint-engine';
import { FakeLogger } from '../../test/fakes/listeners';
import { fakeWorld, type FakeWorld } from '../../test/fakes/world';
import type { SourceFacts } from '../model/facts';
import type { Receipt } from '../model/receipt';
import type { ProbeResult } from '../ports/probe';
import { prepare } from './prepare';
import { buildProjects, type BuildRequest } from './projects';

const REGISTRY = 'reg.test/acme';
const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
const STEP = '[1/1] RUN make';
const FAILS = 'process "make" did not complete successfully: exit code: 2';

/** Projects by what their Dockerfiles start from. */
const BASES = { base: 'scratch', web: `${REGISTRY}/base:t`, api: 'scratch' };
const request = (name: string, more: Partial<BuildRequest> = {}, options: object = {}): BuildRequest => ({
  id: name,
  project: {
    ...{ name, root: `apps/${name}`, target: 'docker-build' },
    options: { registry: REGISTRY, tags: 't', ...options },
  },
  ...more,
});

const make = (
  rounds: ConstructorParameters<typeof JointEngine>[0],
  {
    bases = BASES,
    present = {},
    source = {},
  }: {
    bases?: Record<string, string>;
    present?: Record<string, ProbeResult>;
    source?: Partial<SourceFacts>;
  } = {},
) => {
  const files = Object.fromEntries(
    Object.entries(bases).map(([name, from]) => [`apps/${name}/Dockerfile`, `FROM ${from}\nENV A=${name}\n`]),
  );
  const world = fakeWorld({ files, present, source });
  const engine = new JointEngine(rounds, [{ recording: 'cold', result: { digest: digestOf('z') } }]);
  const ports = { ...world.ports, engine };
  const done: string[] = [];
  const run = (
    requests: readonly BuildRequest[],
    signal = new AbortController().signal,
    parallel?: number,
  ) => {
    const onDone: Parameters<typeof buildProjects>[3] = (id, { ok, skip, error }) =>
      done.push(`${id} ${ok ? (skip === undefined ? 'built' : 'skipped') : (error?.code ?? '')}`);
    return buildProjects(requests, ports, signal, onDone, parallel);
  };
  return { ...world, engine, ports, done, run };
};
const receiptOf = ({ files }: Pick<FakeWorld, 'files'>, name: string): Receipt =>
  JSON.parse(files.files.get(`.nx-docker-cache/${name}/receipt.json`) ?? '{}') as Receipt;

describe('several projects', () => {
  it('are one run of the builder, and each has its receipt as soon as it is over', async () => {
    const seen: string[][] = [];
    const world = make([
      async ({ pushed }) => {
        pushed(1, digestOf('b'));
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen.push([...world.done], [receiptOf(world, 'api').digest ?? 'none']);
        return { digests: [digestOf('a'), undefined] };
      },
    ]);
    const results = await world.run([request('base'), request('api')]);
    expect(seen).toEqual([['api built'], [digestOf('b')]]);
    expect(world.done).toEqual(['api built', 'base built']);
    expect(results.map(({ receipt }) => receipt?.digest)).toEqual([digestOf('a'), digestOf('b')]);
    expect(world.engine.jointRuns).toHaveLength(1);
  });

  it('tell their lines apart', async () => {
    const loggers = { base: new FakeLogger(), api: new FakeLogger() };
    const { run, logger } = make([() => ({})]);
    await run([request('base', { logger: loggers.base }), request('api', { logger: loggers.api })]);
    expect(logger.lines).toEqual([]);
    expect(loggers.base.lines[0]).toBe('base  apps/base/Dockerfile → 0');
    expect(loggers.api.lines.join('\n')).not.toContain('base');
  });

  it('that nobody needs to build are done before the others begin', async () => {
    const { skip } = await prepare(request('api').project, make([]).ports, false);
    const present = { [skip.read[0]!]: { state: 'present', digest: digestOf('s') } } as const;
    const world = make(
      [
        () => {
          expect(world.done).toEqual(['api skipped']);
          return {};
        },
      ],
      { present },
    );
    const results = await world.run([request('base'), request('web'), request('api')]);
    expect(results.map(({ why }) => why)).toEqual([
      'nobody has built it with this content',
      'its base is built',
      `found at ${skip.read[0]}`,
    ]);
  });
});

describe('a project on the image of another', () => {
  const keyOf = async (digest: string): Promise<string> => {
    const { ports } = make([]);
    const imageDigests = { resolve: async () => ({ digest }) };
    return (await prepare(request('web').project, { ...ports, imageDigests }, false)).content.key;
  };

  it('builds on what that is in this very run, and is keyed by it', async () => {
    const world = make([({ run }) => ({ digests: run.builds.map((_, place) => digestOf('ab'[place]!)) })]);
    await world.run([request('web'), request('base')]);
    const { builds } = world.engine.jointRuns[0]!;
    expect(builds.map(({ bases }) => [...bases])).toEqual([[], [[`${REGISTRY}/base:t`, 0]]]);
    expect(receiptOf(world, 'web')).toMatchObject({
      digest: digestOf('b'),
      contentKey: await keyOf(digestOf('a')),
      obstacles: [],
    });
    // The same as one by one: what the next run looks for.
    expect(world.promoted.flatMap(({ tags }) => tags)).toContain(
      `${REGISTRY}/web:key-t-${await keyOf(digestOf('a'))}`,
    );
  });

  it('is skipped with it, and read from the registry where only that is skipped', async () => {
    const { skip: base } = await prepare(request('base').project, make([]).ports, false);
    const there = { [base.read[0]!]: { state: 'present', digest: digestOf('a') } } as const;
    const alone = make([], { present: there });
    await alone.run([request('web'), request('base')]);
    expect(alone.done).toEqual(['base skipped', 'web built']);
    expect(alone.engine.jointRuns).toHaveLength(0);

    const key = `${REGISTRY}/web:key-t-${await keyOf(digestOf('a'))}`;
    const both = make([], { present: { ...there, [key]: { state: 'present', digest: digestOf('b') } } });
    await both.run([request('web'), request('base')]);
    expect(both.done).toEqual(['base skipped', 'web skipped']);
    expect(both.engine.runs).toHaveLength(0);
  });

  it('fails with it, with the reason; others do not', async () => {
    const world = make([
      ({ step, pushed }) => {
        step(0, STEP, FAILS);
        step(1, STEP, FAILS);
        pushed(2, digestOf('c'));
        return { exitCode: 1 };
      },
    ]);
    const results = await world.run([request('base'), request('web'), request('api')]);
    expect(results.map(({ error }) => error?.code)).toEqual(['BUILD_FAILED', 'DEPENDENCY_FAILED', undefined]);
    expect(results[1]?.error?.message).toBe('web was not built: base, which makes its base image, failed');
    expect(receiptOf(world, 'web')).toEqual({});
  });

  it.each([
    ['its options are wrong', 'INVALID_OPTIONS', { targt: 'x', push: 'perhaps' }],
    ['a secret of it is missing', 'MISSING_SECRET', { secrets: ['id=a,env=NOT_SET_HERE'] }],
    ['it has no Dockerfile', 'NO_DOCKERFILE', { dockerfile: 'apps/base/Nowhere' }],
    ['it has no such stage', 'UNKNOWN_STAGE', { target: 'nowhere' }],
  ])('is not built on yesterday’s image where %s', async (_, code, options) => {
    const world = make([]);
    const results = await world.run([request('web'), request('base', {}, options), request('api')]);
    expect(world.done.sort()).toEqual(['api built', `base ${code}`, 'web DEPENDENCY_FAILED']);
    expect(results[0]?.error).toMatchObject({
      message: 'web was not built: base, which makes its base image, failed',
      expected: `an image ${REGISTRY}/base:t`,
    });
  });

  it('is not built where that cannot be planned, nor is what is built on it', async () => {
    const tag = { cache: { tag: '{env.NOT_SET_HERE}' } };
    const bases = { ...BASES, shop: `${REGISTRY}/web:t` };
    const world = make([() => ({})], { bases });
    const results = await world.run([
      request('shop'),
      request('web'),
      request('api'),
      request('base', {}, tag),
    ]);
    expect(world.done).toEqual([
      'base INVALID_TEMPLATE',
      'web DEPENDENCY_FAILED',
      'shop DEPENDENCY_FAILED',
      'api built',
    ]);
    expect(results[1]?.error).toMatchObject({ expected: `an image ${REGISTRY}/base:t` });
    expect(world.engine.jointRuns).toHaveLength(0);
  });

  it('is not built on the stage of one whose Dockerfile cannot be read', async () => {
    const world = make([], { bases: { ...BASES, web: `${REGISTRY}/base:deps-t` } });
    world.files.files.set('apps/base/Dockerfile', 'FROM scratch AS deps\nFORM x\n');
    await world.run([request('web'), request('base', {}, { stages: 'deps' })]);
    expect(world.done).toEqual(['base DOCKERFILE_SYNTAX', 'web DEPENDENCY_FAILED']);
  });

  it('is built on what the registry has where it names another tag than a base that is not understood', async () => {
    const world = make([], { bases: { ...BASES, web: `${REGISTRY}/base:old` } });
    await world.run([request('web'), request('base', {}, { targt: 'x' })]);
    expect(world.done).toEqual(['base INVALID_OPTIONS', 'web built']);
  });

  it('leaves no key where a file changed while it ran', async () => {
    const world = make([
      ({ run }) => {
        world.files.files.set('apps/web/Dockerfile', `FROM ${REGISTRY}/base:t\nENV A=other\n`);
        return { digests: run.builds.map((_, place) => digestOf('ab'[place]!)) };
      },
    ]);
    await world.run([request('base'), request('web')]);
    expect(receiptOf(world, 'web').obstacles).toEqual([
      { line: undefined, reason: 'what it reads changed while it ran' },
    ]);
    expect(world.promoted.flatMap(({ tags }) => tags).join()).not.toContain('/web:key');
  });

  it('waits for it where another builder makes it', async () => {
    const world = make([]);
    await world.run([request('web'), request('base', {}, { builder: 'other' })]);
    expect(world.done).toEqual(['base built', 'web built']);
    expect(receiptOf(world, 'web').contentKey).toBe(await keyOf(digestOf('z')));
  });

  it('is told where it reads another tag than the one that is made', async () => {
    const { run, logger, engine } = make([() => ({})], { bases: { ...BASES, web: `${REGISTRY}/base:old` } });
    await run([request('base'), request('web')]);
    expect(engine.jointRuns[0]!.builds[1]!.bases.size).toBe(0);
    expect(logger.warnings).toContain(
      `${REGISTRY}/base:old is read as the registry has it: base makes that image in this run, under other tags`,
    );
  });

  it('cannot be its base as well', async () => {
    const world = make([], { bases: { ...BASES, base: `${REGISTRY}/web:t` } });
    await expect(world.run([request('base'), request('web'), request('api')])).rejects.toMatchObject({
      code: 'IMAGE_CYCLE',
      message: expect.stringContaining('base → web → base'),
    });
    expect([world.done, world.engine.runs]).toEqual([[], []]);
  });
});

describe('a change from a fork', () => {
  const source = { fork: true, pullRequest: '7' } as const;
  const wiring = ({ engine }: ReturnType<typeof make>) =>
    engine.jointRuns.map(({ builds }) => builds.map(({ bases }) => [...bases]));

  it('is built on the base that it changes, although that goes nowhere', async () => {
    const world = make([() => ({})], { source });
    await world.run([request('web'), request('base')]);
    expect(wiring(world)).toEqual([[[], [[`${REGISTRY}/base:t`, 0]]]]);
    expect(world.promoted).toEqual([]);
  });

  it('has a base built once more that is proven to be there, where its name stands for another one', async () => {
    const { skip } = await prepare(request('base').project, make([], { source }).ports, false);
    const of = (letter: string) =>
      ({ [skip.read[0]!]: { state: 'present', digest: digestOf(letter) } }) as const;
    const moved = make([() => ({})], { source, present: of('a') });
    await moved.run([request('web'), request('base')]);
    expect(moved.done).toEqual(['base skipped', 'web built']);
    expect(wiring(moved)).toEqual([[[], [[`${REGISTRY}/base:t`, 0]]]]);

    const same = make([], { source, present: of('0') });
    await same.run([request('web'), request('base')]);
    expect(same.done).toEqual(['base skipped', 'web built']);
  });

  it('is not built where that base would have to be built once more, and cannot be planned', async () => {
    const tag = { cache: { tag: '{env.NOT_SET_HERE}' } };
    const { skip } = await prepare(request('base').project, make([], { source }).ports, false);
    const there = { [skip.read[0]!]: { state: 'present', digest: digestOf('a') } } as const;
    const world = make([], { source, present: there });
    await world.run([request('web'), request('base', {}, tag), request('api')]);
    expect(world.done).toEqual(['base skipped', 'web DEPENDENCY_FAILED', 'api built']);
  });

  it('is told where another builder cannot see the base, and does not take its digest for what is read', async () => {
    const world = make([], { source });
    await world.run([request('web'), request('base', {}, { builder: 'other' })]);
    expect(world.logger.warnings).toContain(
      `${REGISTRY}/base:t is read as the registry has it: base makes that image in this run, which goes nowhere`,
    );
    const asInRegistry = await prepare(request('web').project, world.ports, false);
    expect(receiptOf(world, 'web').contentKey).toBe(asInRegistry.content.key);
  });
});

describe('a base that is loaded only', () => {
  const load = { load: true, push: false };
  const run = async (driver: string) => {
    const world = make([() => ({ digests: [digestOf('a'), digestOf('b')] })]);
    world.engine.facts = async () => engineOf({ driver });
    await world.run([
      request('web', { after: ['api'] }, load),
      request('base', {}, load),
      request('api', {}, { ...load, builder: 'other' }),
    ]);
    return world;
  };

  it('is built once more beside what reads it later, where a builder in a container would not find it', async () => {
    const world = await run('docker-container');
    expect(world.done).toEqual(['base built', 'api built', 'web built']);
    expect(world.engine.runs).toHaveLength(2);
    const [round] = world.engine.jointRuns;
    expect(round!.builds.map(({ bases }) => [...bases])).toEqual([[], [[`${REGISTRY}/base:t`, 0]]]);
    expect(receiptOf(world, 'web')).toMatchObject({
      digest: digestOf('b'),
      baseImages: [{ digest: digestOf('a') }],
    });
  });

  it('is found by the engine’s own builder', async () => {
    const world = await run('docker');
    expect(world.done).toEqual(['base built', 'api built', 'web built']);
    expect(world.engine.jointRuns).toHaveLength(0);
  });
});

describe('a run', () => {
  it('is refused where two projects would make one image', async () => {
    const world = make([]);
    const same = { image: 'shop' };
    const run = world.run([request('api', {}, same), request('base', {}, same)]);
    await expect(run).rejects.toMatchObject({ code: 'CONFLICTING_PLAN', message: /^api and base would/ });
    expect(world.engine.runs).toEqual([]);
  });

  it('is as many solves as the processors of its engine ask for', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
    const rounds = async (cpus: number): Promise<number[]> => {
      const bases = Object.fromEntries(names.map((name) => [name, 'scratch']));
      const world = make([() => ({}), () => ({})], { bases });
      world.engine.facts = async () => engineOf({ cpus });
      await world.run(names.map((name) => request(name)));
      return world.engine.jointRuns.map(({ builds }) => builds.length);
    };
    expect(await rounds(1)).toEqual([32, 18]);
    expect(await rounds(2)).toEqual([50]);
  });

  it('is refused where another project, which is not in it, pushes the same', async () => {
    const world = make([]);
    const [api, base] = [request('api', {}, { image: 'shop' }), request('base', {}, { image: 'shop' })];
    world.ports.workspace.builds = async () =>
      [api, base].map(({ project }) => ({ ...project, builds: [project] }));
    const refused = { code: 'CONFLICTING_PLAN', message: /^base and api would push one image and tag/ };
    await expect(world.run([base])).rejects.toMatchObject(refused);
    expect(world.engine.runs).toEqual([]);
  });

  it('of fifty goes on where four of them cannot be planned', async () => {
    const names = Array.from({ length: 46 }, (_, index) => `p${index}`);
    const bases = Object.fromEntries([...names, 'a', 'b', 'c', 'd'].map((name) => [name, 'scratch']));
    const world = make([() => ({})], { bases });
    world.engine.facts = async () => engineOf({ loads: false });
    const platforms = 'linux/amd64,linux/arm64';
    await world.run([
      request('a', {}, { registry: undefined, cache: 'registry', load: false }),
      ...names.map((name) => request(name)),
      request('b', {}, { cache: { tag: '{env.NOT_SET_HERE}' } }),
      request('c', {}, { load: true }),
      request('d', {}, { platforms, cache: { to: 'type=registry,ref=reg.test/one' } }),
    ]);
    expect(world.done).toEqual([
      ...['a NO_REGISTRY', 'b INVALID_TEMPLATE', 'c NO_DAEMON', 'd CONFLICTING_PLAN'],
      ...names.map((name) => `${name} built`),
    ]);
    expect(world.engine.jointRuns.map(({ builds }) => builds.length)).toEqual([46]);
  });

  it('goes on where the options of one project are wrong', async () => {
    const world = make([() => ({})]);
    const results = await world.run([request('base'), request('web', {}, { targt: 'x' }), request('api')]);
    expect(results.map(({ error }) => error?.code)).toEqual([undefined, 'INVALID_OPTIONS', undefined]);
  });

  it('asks for the secrets of a project before anything of it is done', async () => {
    const { run, done, engine } = make([]);
    await run([request('base', {}, { secrets: ['id=a,env=NOT_SET_HERE'] })]);
    expect(done).toEqual(['base MISSING_SECRET']);
    expect(engine.asked).toEqual([]);
  });

  it('keeps the order that the task runner asks for', async () => {
    const world = make([]);
    await world.run([request('api', { after: ['base', 'elsewhere'] }), request('base')]);
    expect(world.done).toEqual(['base built', 'api built']);
    expect(world.engine.jointRuns).toHaveLength(0);
  });

  it('does not begin what waits for a project whose options are wrong', async () => {
    const world = make([]);
    const bad = request('base', {}, { targt: 'x' });
    const [api] = await world.run([request('api', { after: ['base'] }), bad]);
    expect(api?.error).toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: 'api was not built: base, which it depends on, failed',
    });
  });

  it('is a run of the builder for each, several at a time, where the engine has inline caches only', async () => {
    const names = ['base', 'web', 'api', 'b', 'c', 'd', 'e'];
    const world = make([], {
      bases: { ...Object.fromEntries(names.map((name) => [name, 'scratch'])), ...BASES },
    });
    const { engine } = world;
    engine.facts = async () => LESSER_ENGINE;
    const build = engine.build.bind(engine);
    let now = 0;
    let most = 0;
    engine.build = async (run) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 20));
      now--;
      return build(run);
    };
    await world.run(names.map((name) => request(name)));
    expect([engine.runs.length, engine.jointRuns.length, most]).toEqual([7, 0, 4]);
    expect(world.done.indexOf('web built')).toBeGreaterThan(world.done.indexOf('base built'));
    most = 0;
    await world.run(
      names.map((name) => request(name, {}, { tags: 'u' })),
      undefined,
      1,
    );
    expect([engine.runs.length, most]).toEqual([14, 1]);
  });

  it('are no more in a run of the builder than was asked for, with bases first', async () => {
    const world = make([() => ({}), () => ({})]);
    await world.run(
      ['web', 'base', 'api'].map((name) => request(name)),
      undefined,
      2,
    );
    expect(world.engine.jointRuns.map(({ builds }) => builds.length)).toEqual([2]);
    expect(world.engine.runs).toHaveLength(1);
    expect(world.done).toHaveLength(3);
  });

  it('are not begun where the variable that says how many at a time says nothing', async () => {
    const world = make([]);
    world.ports.environment = { ...world.ports.environment, get: () => 'many' };
    await expect(world.run([request('base'), request('api')])).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      found: 'NX_DOCKER_CACHE_PARALLEL=many',
    });
    expect(world.engine.runs).toHaveLength(0);
  });

  it('that is interrupted says so of what was not finished', async () => {
    const controller = new AbortController();
    const world = make([
      ({ pushed }) => {
        pushed(1, digestOf('b'));
        controller.abort();
        return { exitCode: 1, canceled: true };
      },
    ]);
    await world.run([request('base'), request('api'), request('web')], controller.signal);
    expect(world.done.sort()).toEqual(['api built', 'base INTERRUPTED', 'web INTERRUPTED']);
    expect(receiptOf(world, 'api').digest).toBe(digestOf('b'));
  });

  it('does not hide what only a bug throws', async () => {
    const world = make([]);
    world.engine.facts = () => Promise.reject(new Error('a bug'));
    await expect(world.run([request('base'), request('api')])).rejects.toThrow('a bug');
  });
});
