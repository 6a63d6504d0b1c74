import { openRegistry, type Opened } from '../../test/registry/open';
import {
  descriptorOf,
  OCI_IMAGE,
  OCI_INDEX,
  pushImage,
  toBytes,
  type Pushed,
} from '../../test/registry/samples';
import type { PlannedTag, PublicationPlan } from '../model/publication';
import type { RegistryDescriptor } from '../ports/registry';
import { askPublication, runPublication } from './publication';

let opened: Opened;
beforeEach(async () => {
  opened = await openRegistry();
});
afterEach(() => opened[Symbol.asyncDispose]());

const WRITES = /^(PUT|POST|PATCH|DELETE) /;

function planOf(
  digest: string,
  tags: readonly string[],
  more: Partial<PublicationPlan> = {},
): PublicationPlan {
  const { repository: image } = opened;
  const planned = tags.map((tag): PlannedTag => ({
    ...{ ref: `${image}:${tag}`, tag, digest, image, stage: undefined, rules: ['a rule'] },
    immutable: /^\d/.test(tag),
  }));
  return {
    ...{
      version: 1,
      project: 'api',
      target: 'docker-build-prod',
      image,
      digest,
      trust: { tier: 'trusted', reason: 'a spec' },
    },
    ...{ tags: planned, refused: [], idle: [], warnings: [], dryRun: false },
    moving: planned.find(({ tag }) => tag === 'latest')?.ref,
    ...more,
  };
}

type Ports = Parameters<typeof runPublication>[1];
async function run(
  plan: PublicationPlan,
  signal = new AbortController().signal,
  registry: Ports['registry'] = opened.client,
) {
  const ports: Ports = { registry, clock: { now: () => 0 } };
  return runPublication(await askPublication(plan, ports, signal), ports, signal);
}
const push = (text: string, tag?: string): Promise<Pushed> =>
  pushImage(opened.client, opened.repository, tag, text);
const holds = (tag: string): string | undefined => opened.memory.store.at('acme/api').tags.get(tag);

it('gives tags, identical bytes and no layer', async () => {
  const old = await push('old', 'latest');
  const next = await push('new');
  opened.memory.forget();
  const outcome = await run(planOf(next.digest, ['1.0.0', 'main', 'latest']));
  expect(outcome.ok).toBe(true);
  expect(outcome.tags.map(({ state, before }) => [state, before])).toEqual([
    ['created', undefined],
    ['created', undefined],
    ['moved', old.digest],
  ]);
  expect(['1.0.0', 'main', 'latest'].map(holds)).toEqual([next.digest, next.digest, next.digest]);
  expect(opened.memory.lines(WRITES)).toHaveLength(3);
  expect(opened.memory.lines(/blobs/)).toEqual([]);
});

it('leaves alone what is there already', async () => {
  const image = await push('one', 'latest');
  opened.memory.forget();
  const outcome = await run(planOf(image.digest, ['latest']));
  expect(outcome.tags.map(({ state }) => state)).toEqual(['unchanged']);
  expect(opened.memory.lines(WRITES)).toEqual([]);
  expect(outcome.delta?.platforms).toEqual([
    expect.objectContaining({ pullBytes: 0, pullBlobs: 0, totalBlobs: 2 }),
  ]);
});

it('does nothing in a dry run, and says what it would do', async () => {
  await push('old', 'latest');
  const next = await push('new');
  opened.memory.forget();
  const outcome = await run(planOf(next.digest, ['latest', 'main'], { dryRun: true }));
  expect(outcome).toMatchObject({ ok: true, dryRun: true, tags: [{ state: 'moved' }, { state: 'created' }] });
  expect(opened.memory.lines(WRITES)).toEqual([]);
});

it('moves no immutable tag, and then none at all', async () => {
  const old = await push('old', '1.0.0');
  const next = await push('new');
  opened.memory.forget();
  await expect(run(planOf(next.digest, ['latest', '1.0.0']))).rejects.toMatchObject({
    code: 'TAG_IMMUTABLE',
    expected: expect.stringContaining(old.digest),
    found: expect.stringContaining(next.digest),
    hint: expect.stringMatching(/release a new one/),
  });
  expect(opened.memory.lines(WRITES)).toEqual([]);
});

it('names a digest that is gone, and the cure', async () => {
  await push('old', 'latest');
  const gone = `sha256:${'0'.repeat(64)}`;
  await expect(run(planOf(gone, ['latest']))).rejects.toMatchObject({
    code: 'DIGEST_GONE',
    expected: expect.stringContaining(gone),
    hint: expect.stringMatching(
      /nx run api:docker-build-prod --no-skip, or nx-docker-cache build api --no-skip/,
    ),
  });
});

it('says which tags the registry refused, and gives the others', async () => {
  const image = await push('one');
  const denied = { status: 403, json: { errors: [{ code: 'DENIED', message: 'read only' }] } };
  opened.memory.fault({ on: /^PUT .*\/manifests\/latest/, ...denied });
  const outcome = await run(planOf(image.digest, ['main', 'latest']));
  expect(outcome.ok).toBe(false);
  expect(outcome.tags[0]).toMatchObject({ state: 'created' });
  expect(outcome.tags[1]).toMatchObject({ state: 'failed', message: expect.stringMatching(/read only/) });
  expect(holds('main')).toBe(image.digest);
});

it('fails where the registry does not answer', async () => {
  const image = await push('one');
  opened.memory.fault({ on: /^HEAD/, status: 403, times: 9 });
  await expect(run(planOf(image.digest, ['latest']))).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
});

it('ends with the signal', async () => {
  const image = await push('one');
  await expect(run(planOf(image.digest, ['latest']), AbortSignal.abort())).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
});

describe('a tag that somebody else moves between our PUT and our look at it', () => {
  it.each<[string, boolean]>([
    ['latest', true],
    ['1.0.0', false],
  ])('%s: ok is %s', async (tag, ok) => {
    const [image, other] = [await push('ours'), await push('theirs')];
    const registry = {
      headManifest: opened.client.headManifest.bind(opened.client),
      getManifest: opened.client.getManifest.bind(opened.client),
      putManifest: async (...call: Parameters<typeof opened.client.putManifest>) => {
        const digest = await opened.client.putManifest(...call);
        opened.memory.store.at('acme/api').tags.set(tag, other.digest);
        return digest;
      },
    };
    const outcome = await run(planOf(image.digest, [tag]), undefined, registry);
    expect(outcome).toMatchObject({
      ok,
      tags: [{ state: 'overtaken', message: expect.stringContaining(other.digest) }],
    });
  });
});

describe('a version that somebody else publishes between our question and our PUT', () => {
  async function race(theirs: 'another image' | 'ours') {
    const ours = await push('ours');
    const other = theirs === 'ours' ? ours : await push(theirs);
    await push('old', 'latest');
    const ports: Ports = { registry: opened.client, clock: { now: () => 0 } };
    const { signal } = new AbortController();
    const asked = await askPublication(planOf(ours.digest, ['latest', '1.0.0', 'main']), ports, signal);
    opened.memory.store.at('acme/api').tags.set('1.0.0', other.digest);
    const before = ['latest', 'main'].map(holds);
    return { ours, other, before, outcome: await runPublication(asked, ports, signal) };
  }

  it('stays as it is, and nothing moves to the image that came too late', async () => {
    const { other, before, outcome } = await race('another image');
    expect(outcome.ok).toBe(false);
    expect(outcome.tags.map(({ state, message }) => [state, message])).toEqual([
      ['failed', expect.stringMatching(/^not given, since \S+:1\.0\.0 was not/)],
      ['failed', `it was published meanwhile, as ${other.digest}`],
      ['failed', expect.stringMatching(/^not given/)],
    ]);
    expect([holds('1.0.0'), ...['latest', 'main'].map(holds)]).toEqual([other.digest, ...before]);
  });

  it('is no matter where it is the same image', async () => {
    const { ours, outcome } = await race('ours');
    expect(outcome.tags.map(({ state }) => state)).toEqual(['moved', 'unchanged', 'created']);
    expect(['latest', '1.0.0', 'main'].map(holds)).toEqual([ours.digest, ours.digest, ours.digest]);
  });
});

describe('the deploy delta', () => {
  const layers = { base: 'b'.repeat(1000), app1: 'one', app2: 'twotwo', other: 'x'.repeat(50) };
  type Layer = keyof typeof layers;

  async function image(names: readonly Layer[]): Promise<RegistryDescriptor> {
    const { client, repository } = opened;
    const config = Buffer.from(JSON.stringify({ names }));
    const blobs = [config, ...names.map((name) => Buffer.from(layers[name]))];
    for (const blob of blobs) await client.uploadBlob(repository, blob);
    const [first, ...rest] = blobs.map((blob) => descriptorOf(blob, 'application/octet-stream'));
    const bytes = toBytes({ schemaVersion: 2, mediaType: OCI_IMAGE, config: first, layers: rest });
    await client.putManifest(`${repository}@${descriptorOf(bytes, OCI_IMAGE).digest}`, {
      bytes,
      mediaType: OCI_IMAGE,
    });
    return descriptorOf(bytes, OCI_IMAGE);
  }

  async function index(children: Readonly<Record<string, RegistryDescriptor>>): Promise<RegistryDescriptor> {
    const manifests = Object.entries(children).map(([platform, child]) => {
      const [os, architecture, variant] = platform.split('/');
      return { ...child, platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } };
    });
    const bytes = toBytes({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    const made = descriptorOf(bytes, OCI_INDEX);
    await opened.client.putManifest(`${opened.repository}@${made.digest}`, { bytes, mediaType: OCI_INDEX });
    return made;
  }

  async function deltaOf(before: RegistryDescriptor | undefined, after: RegistryDescriptor) {
    if (before !== undefined) opened.memory.store.at('acme/api').tags.set('latest', before.digest);
    return (await run(planOf(after.digest, ['latest']))).delta!;
  }
  const configBytes = (names: readonly Layer[]): number => JSON.stringify({ names }).length;

  it('counts what the old image lacks, each blob once', async () => {
    const next: Layer[] = ['base', 'app2', 'app2'];
    const delta = await deltaOf(await image(['base', 'app1']), await image(next));
    expect(delta.platforms).toEqual([
      {
        platform: undefined,
        ...{ pullBytes: configBytes(next) + 6, totalBytes: configBytes(next) + 1006 },
        ...{ pullBlobs: 2, totalBlobs: 3 },
      },
    ]);
  });

  it('is everything where nothing was there before', async () => {
    const delta = await deltaOf(undefined, await image(['base', 'app1']));
    expect(delta.previous).toBeUndefined();
    const [only] = delta.platforms;
    expect(only?.pullBytes).toBe(only?.totalBytes);
  });

  it('is counted per platform, without attestations', async () => {
    const before = await index({
      'linux/amd64': await image(['base', 'app1']),
      'linux/arm/v7': await image(['other']),
    });
    const after = await index({
      'linux/amd64': await image(['base', 'app2']),
      'linux/arm/v7': await image(['other']),
      'linux/s390x': await image(['base']),
      'unknown/unknown': await image(['app1']),
    });
    const delta = await deltaOf(before, after);
    expect(
      delta.platforms.map(({ platform, pullBlobs, totalBlobs }) => [platform, pullBlobs, totalBlobs]),
    ).toEqual([
      ['linux/amd64', 2, 3],
      ['linux/arm/v7', 0, 2],
      ['linux/s390x', 2, 2],
    ]);
  });

  it('compares an image with the only platform of an index, and the other way round', async () => {
    const [one, two] = [await image(['base', 'app1']), await image(['base', 'app2'])];
    expect((await deltaOf(await index({ 'linux/amd64': one }), two)).platforms[0]).toMatchObject({
      pullBlobs: 2,
    });
    expect((await deltaOf(one, await index({ 'linux/amd64': two }))).platforms[0]).toMatchObject({
      pullBlobs: 2,
    });
    const both = await index({ 'linux/amd64': one, 'linux/arm64': two });
    expect((await deltaOf(both, two)).platforms[0]).toMatchObject({ pullBlobs: 3 });
  });

  it('has no figures where the old image cannot be read, and the tags are given', async () => {
    const [one, two] = [await image(['base', 'app1']), await image(['base', 'app2'])];
    opened.memory.fault({ on: new RegExp(`^GET .*${one.digest}`), status: 404 });
    const delta = await deltaOf(one, two);
    expect(delta).toMatchObject({ platforms: [], message: expect.any(String), previous: one.digest });
    expect(holds('latest')).toBe(two.digest);
  });
});
