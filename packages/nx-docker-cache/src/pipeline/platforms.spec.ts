/** One image for several platforms: a build for each, and their index. */
import { LESSER_ENGINE } from '../../test/fakes/facts';
import { fakeWorld, type FakeWorld, type WorldInput } from '../../test/fakes/world';
import type { BuildPlan } from '../model/plan';
import { buildProject, explainPlan, type BuildResult } from '.';

const BOTH = ['linux/amd64', 'linux/arm64'];
const OPTIONS = { registry: 'reg.test/acme', platforms: BOTH };
const FILES = {
  'apps/api/Dockerfile': 'FROM scratch\nARG TARGETARCH\nCOPY dist/$TARGETARCH /app\n',
  'apps/api/dist/amd64': '',
  'apps/api/dist/arm64': '',
};

/** A world with these files, which the content key sees too. */
function worldOf(input: WorldInput = {}): FakeWorld {
  const world = fakeWorld({ files: FILES, ...input });
  const entries = ['dist/amd64', 'dist/arm64'].map((path) => ({
    ...{ path, content: path, kind: 'file' as const },
    ...{ mode: 0o644, size: 1, changed: 0 },
  }));
  const snapshot = async () => ({ entries, aliases: new Map(), problems: [], changed: 0 });
  return { ...world, ports: { ...world.ports, content: { ...world.ports.content, snapshot } } };
}

async function run(
  options: Record<string, unknown> = {},
  { platforms, ...input }: WorldInput & { readonly platforms?: unknown } = {},
): Promise<FakeWorld & { readonly result: BuildResult }> {
  const world = worldOf(input);
  const result = await buildProject(
    {
      ...{ name: 'api', root: 'apps/api', target: 'docker-build', platforms },
      options: { ...OPTIONS, ...options },
    },
    world.ports,
    new AbortController().signal,
  );
  return { ...world, result };
}

/** Values of a flag. */
function flag({ argv }: { readonly argv: readonly string[] }, name: string): string[] {
  return argv.flatMap((word, index) => (argv[index - 1] === name ? [word] : []));
}

async function planned(options: Record<string, unknown> = {}): Promise<BuildPlan> {
  const { ports } = worldOf();
  const project = { name: 'api', root: 'apps/api', target: 'docker-build' };
  return explainPlan({ ...project, options: { ...OPTIONS, ...options } }, ports);
}

describe('an image for two platforms', () => {
  it('is one solve of two builds, each with a cache ref and a tag of its own', async () => {
    const { engine } = await run();
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([2]);
    const builds = engine.jointRuns[0]!.builds;
    expect(builds.map((build) => flag(build, '--platform'))).toEqual([['linux/amd64'], ['linux/arm64']]);
    const caches = builds.flatMap((build) => flag(build, '--cache-to'));
    expect(caches.map((entry) => /ref=[^,]*--([a-z0-9-]+)\./.exec(entry)?.[1])).toEqual([
      'linux-amd64',
      'linux-arm64',
    ]);
    const outputs = builds.flatMap((build) => flag(build, '--output'));
    expect(outputs).toEqual([
      expect.stringMatching(
        /name=reg\.test\/acme\/api:part-t-0123456789.*-linux-amd64,.*oci-mediatypes=true/,
      ),
      expect.stringMatching(/-linux-arm64,/),
    ]);
  });

  it('is put as one index under the tags, with both in the receipt and a key for all of it', async () => {
    const { put, result, promoted } = await run();
    expect([...put.keys()]).toEqual(['reg.test/acme/api:0123456']);
    const { receipt } = result;
    const parts = receipt?.stages[0]?.parts ?? [];
    expect(JSON.parse([...put.values()][0]!)).toMatchObject({
      manifests: parts.map(({ platform, digest }) => ({
        digest,
        platform: { architecture: platform.slice('linux/'.length) },
      })),
    });
    expect(receipt?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(receipt?.platforms).toEqual(BOTH);
    expect(parts.map(({ platform, status }) => [platform, status])).toEqual(
      BOTH.map((platform) => [platform, 'built']),
    );
    expect(promoted.map(({ from }) => from)).toContain(`reg.test/acme/api@${receipt?.digest}`);
  });

  it('has a key although its Dockerfile copies other files for each of them', async () => {
    const { result } = await run();
    expect(result.receipt?.obstacles).toEqual([]);
    expect(result.receipt?.inputs.filter(({ text }) => text.startsWith('COPY'))).toHaveLength(2);
  });

  it('is not put where one of them fails', async () => {
    const failing = { recording: 'failed-step', result: { exitCode: 1, digest: undefined } } as const;
    const { put, result } = await run({}, { runs: [{ recording: 'cold' }, failing] });
    expect(result).toMatchObject({ ok: false, receipt: undefined, error: { code: 'BUILD_FAILED' } });
    expect(put.size).toBe(0);
  });

  it('says what is wrong where the index cannot be put', async () => {
    const refusal = Object.assign(new Error('403'), {
      name: 'RegistryError',
      reason: 'denied',
      temporary: false,
    });
    const world = worldOf();
    const ports = {
      ...world.ports,
      registry: { ...world.ports.registry, putManifest: () => Promise.reject(refusal) },
    };
    const project = { name: 'api', root: 'apps/api', target: 'docker-build', options: OPTIONS };
    const { ok, error, receipt } = await buildProject(project, ports, new AbortController().signal);
    expect([ok, error?.code, receipt]).toEqual([false, 'PUSH_FAILED', undefined]);
  });
});

describe('what is proven unneeded', () => {
  /** Keys of the whole image and of each platform. */
  async function keys(): Promise<{ whole: string; amd64: string; arm64: string }> {
    const plan = await planned();
    const [amd64, arm64] = plan.parts.map(({ skip }) => skip.write!);
    return { whole: plan.skip.write!, amd64: amd64!, arm64: arm64! };
  }
  const there = (digest: string) => ({ state: 'present', digest }) as const;

  it('is the whole image, by one question', async () => {
    const { whole } = await keys();
    const { engine, put, result } = await run({}, { present: { [whole]: there('sha256:index') } });
    expect(result.receipt).toMatchObject({ status: 'skipped', digest: 'sha256:index' });
    expect([engine.runs.length, put.size]).toEqual([0, 0]);
  });

  it('is one platform: only the other is built', async () => {
    const { amd64 } = await keys();
    const { engine, put, result, promoted } = await run({}, { present: { [amd64]: there('sha256:old') } });
    expect(engine.runs.map((one) => flag(one, '--platform'))).toEqual([['linux/arm64']]);
    expect([...put.values()][0]).toContain('sha256:old');
    expect(promoted[0]).toMatchObject({ from: 'reg.test/acme/api@sha256:old' });
    expect(result.receipt?.stages[0]?.parts.map(({ status }) => status)).toEqual(['skipped', 'built']);
  });

  it('are both, and the image has to be loaded: nothing but that is run', async () => {
    const { amd64, arm64 } = await keys();
    const present = { [amd64]: there('sha256:a'), [arm64]: there('sha256:b') };
    const { engine, put, result } = await run({ load: true, push: true }, { present });
    expect(result).toMatchObject({ ok: true, receipt: { status: 'built', loaded: true } });
    expect(engine.runs.map((one) => flag(one, '--output'))).toEqual([
      [expect.stringMatching(/^type=docker,/)],
    ]);
    expect(put.size).toBe(1);
    const { cache, parts } = await planned({ load: true, push: true });
    expect(cache.from).toEqual(parts.flatMap((part) => part.cache.from));
  });

  it('are both: only the index is put', async () => {
    const { amd64, arm64 } = await keys();
    const present = { [amd64]: there('sha256:a'), [arm64]: there('sha256:b') };
    const { engine, put, result } = await run({}, { present });
    expect(engine.runs).toHaveLength(0);
    expect([...put.keys()]).toEqual(['reg.test/acme/api:0123456']);
    expect(result.receipt?.status).toBe('skipped');
  });
});

describe('one platform of several', () => {
  it('has the key of that platform, and leaves the tags alone', async () => {
    const whole = await planned();
    const { engine, put, times, result } = await run({ platforms: 'linux/aarch64' }, { platforms: BOTH });
    expect(flag(engine.runs[0]!, '--output')).toEqual([
      expect.stringMatching(/api:part-t-[^,]*-linux-arm64,/),
    ]);
    expect(result.plan?.skip.key).toBe(whole.parts[1]?.skip.key);
    expect(result.plan?.cache.to).toEqual(whole.parts[1]?.cache.to);
    expect([put.size, times.size]).toEqual([0, 0]);
    expect(result.receipt).toMatchObject({ platforms: ['linux/arm64'], refs: [whole.parts[1]?.tags[0]] });
  });

  it('is an image of its own where the whole one has no such platform', async () => {
    const { result } = await run({ platforms: 'linux/386' }, { platforms: BOTH });
    expect(result.receipt?.refs).toEqual(['reg.test/acme/api:0123456']);
  });

  it('has no annotations of the index', async () => {
    const annotations = { 'index:a': '1', 'manifest:b': '2', c: '3' };
    const { engine, put } = await run({ annotations });
    expect(flag(engine.runs[0]!, '--annotation')).toEqual(['b=2', 'c=3']);
    expect(JSON.parse([...put.values()][0]!)).toMatchObject({ annotations: { a: '1', c: '3' } });
  });
});

describe('loading', () => {
  it('of several platforms is done in one run after the others, from what they left in the engine', async () => {
    const { engine } = await run({ load: true, push: false });
    expect(engine.runs.map((one) => [flag(one, '--platform'), flag(one, '--output')])).toEqual([
      [['linux/amd64'], ['type=cacheonly']],
      [['linux/arm64'], ['type=cacheonly']],
      [['linux/amd64,linux/arm64'], ['type=docker,name=reg.test/acme/api:dev']],
    ]);
    expect(flag(engine.runs[2]!, '--cache-to')).toEqual([]);
  });

  it('needs an engine that can hold them', async () => {
    await expect(run({ load: true, push: false }, { engine: LESSER_ENGINE })).rejects.toMatchObject({
      code: 'LOAD_PLATFORMS',
      hint: expect.stringContaining('--platform linux/amd64'),
    });
  });

  it('is not done by default, which is said', async () => {
    const { result, logger } = await run({}, { source: { ci: false } });
    expect(result.receipt).toMatchObject({ pushed: false, loaded: false, digest: undefined });
    expect(logger.lines.join('\n')).toContain('NOT_KEPT');
  });
});

it('is refused where two platforms would write one cache', async () => {
  await expect(run({ cache: { tag: 'cache-{scope}' } })).rejects.toMatchObject({
    code: 'CONFLICTING_PLAN',
    hint: expect.stringContaining('{variant}'),
  });
});
