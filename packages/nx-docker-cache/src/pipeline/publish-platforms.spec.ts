/** Publishing an image whose platforms were built on different agents. */
import { COMMIT, sourceOf } from '../../test/fakes/facts';
import { fakeWorld, type FakeWorld } from '../../test/fakes/world';
import { openRegistry, type Opened } from '../../test/registry/open';
import { pushImage } from '../../test/registry/samples';
import type { SourceFacts } from '../model/facts';
import { partTag } from '../plan';
import { marksOf } from '../plan/marks';
import { explainPlan } from '.';
import { publishProjects, type PublishPorts, type PublishResult } from './publish';

const SHORT = COMMIT.slice(0, 7);
const BOTH = ['linux/amd64', 'linux/arm64'];
const FILES = {
  'apps/api/Dockerfile': 'FROM scratch AS assets\nCOPY a /\nFROM scratch AS app\nCOPY --from=assets /a /\n',
  'apps/api/a': '',
};
const PROJECT = { name: 'api', target: 'docker-build' };

let opened: Opened;
let world: FakeWorld;
beforeEach(async () => {
  opened = await openRegistry();
  worldWith();
});
afterEach(() => opened[Symbol.asyncDispose]());

function worldWith(source: Partial<SourceFacts> = {}): void {
  const made = fakeWorld({ files: FILES, source });
  const entry = { path: 'a', content: 'a', kind: 'file' as const, mode: 0o644, size: 1, changed: 0 };
  const snapshot = async () => ({ entries: [entry], aliases: new Map(), problems: [], changed: 0 });
  world = { ...made, ports: { ...made.ports, content: { ...made.ports.content, snapshot } } };
}

const buildOptions = () => ({ registry: opened.repository.replace('/api', ''), platforms: BOTH });

const tracked = (): Promise<readonly string[]> => Promise.resolve([]);

async function publish(options: object = {}): Promise<PublishResult> {
  const history = {
    commitDate: async () => undefined,
    branches: async () => [],
    uncommitted: async () => [],
  };
  const ports: PublishPorts = { ...world.ports, registry: opened.client, history, tracked };
  const build = { target: 'docker-build', options: buildOptions() };
  const project = { name: 'api', root: 'apps/api', options, tasks: {}, release: false, build };
  const [result] = await publishProjects([project], ports, new AbortController().signal);
  return result!;
}

interface Left {
  readonly text?: string;
  readonly stage?: string;
  readonly tier?: 'trusted' | 'internal';
  readonly commit?: string;
  readonly gitTag?: string;
}

/** What the agent of a platform leaves of this commit. */
async function part(
  platform: string,
  { text = platform, stage = 'app', tier = 'trusted', commit = COMMIT, gitTag }: Left = {},
): Promise<string> {
  // What a build of this tier and git tag marks its own with.
  const { own } = marksOf(tier, { commit, gitTag, pullRequest: undefined }, true);
  const tag = partTag({ project: PROJECT, source: { commit }, stage, platform }, own!);
  return (await pushImage(opened.client, opened.repository, tag, text)).digest;
}

const holds = (tag: string): string | undefined => opened.memory.store.at('acme/api').tags.get(tag);

it('makes one index of the parts, on any machine, with the deploy delta of each platform', async () => {
  const digests = [await part('linux/amd64'), await part('linux/arm64')];
  const { ok, error, outcome, plan } = await publish();
  expect([ok, error]).toEqual([true, undefined]);
  expect(holds('latest')).toBe(plan?.digest);
  expect(holds(SHORT)).toBe(plan?.digest);
  const { manifest } = await opened.client.getManifest(`${opened.repository}:latest`);
  expect(manifest).toMatchObject({
    kind: 'index',
    manifests: digests.map((digest, index) => ({
      digest,
      platform: { os: 'linux', architecture: BOTH[index]!.slice(6) },
    })),
  });
  expect(outcome?.delta?.platforms.map(({ platform }) => platform)).toEqual(BOTH);
});

it('does nothing the second time', async () => {
  await part('linux/amd64');
  await part('linux/arm64');
  await publish();
  opened.memory.forget();
  const { outcome } = await publish();
  expect(new Set(outcome?.tags.map(({ state }) => state))).toEqual(new Set(['unchanged']));
  expect(opened.memory.lines(/^(PUT|POST|PATCH|DELETE) /)).toEqual([]);
});

it('puts nothing in a dry run, and says what it would', async () => {
  await part('linux/amd64');
  await part('linux/arm64');
  opened.memory.forget();
  const { ok, outcome } = await publish({ dryRun: true });
  expect([ok, outcome?.tags.length]).toEqual([true, 3]);
  expect(opened.memory.lines(/^(PUT|POST|PATCH|DELETE) /)).toEqual([]);
});

it('tells a host of the platform that changed what it has to pull, and the other nothing', async () => {
  await part('linux/amd64');
  await part('linux/arm64');
  await publish();
  await part('linux/arm64', { text: 'new' });
  const { outcome } = await publish();
  expect(outcome?.delta?.platforms.map(({ platform, pullBlobs }) => [platform, pullBlobs])).toEqual([
    ['linux/amd64', 0],
    ['linux/arm64', 2],
  ]);
});

it('finds a part by its content where no build of this commit left one', async () => {
  const project = { ...PROJECT, root: 'apps/api', options: buildOptions() };
  const { parts } = await explainPlan(project, world.ports);
  const key = parts[0]!.skip.write!;
  const { digest } = await pushImage(opened.client, opened.repository, key.split(':').at(-1), 'same');
  await part('linux/arm64');
  expect((await publish()).ok).toBe(true);
  const { manifest } = await opened.client.getManifest(`${opened.repository}:latest`);
  expect(manifest).toMatchObject({ manifests: [{ digest }, {}] });
});

it('names the platform that is missing, and gives no tag', async () => {
  await part('linux/amd64');
  await part('linux/arm64', { commit: 'f'.repeat(40) });
  const { ok, error } = await publish();
  expect(ok).toBe(false);
  expect(error).toMatchObject({
    code: 'PART_MISSING',
    message: 'api is not built for linux/arm64',
    hint: expect.stringContaining('nx-docker-cache build api --platform linux/arm64'),
  });
  expect(holds('latest')).toBeUndefined();
});

it('takes no part of a lesser tier', async () => {
  await part('linux/amd64');
  await part('linux/arm64', { tier: 'internal' });
  expect((await publish()).error?.code).toBe('PART_MISSING');
  worldWith({ branch: 'topic' });
  const { ok, plan } = await publish();
  expect([ok, plan?.trust.tier]).toEqual([true, 'internal']);
  expect(holds('latest')).toBeUndefined();
});

it('takes no part of a branch for a git tag, whoever vouches for the tag', async () => {
  const gitTag = 'v1.2.3';
  const release = { protectedTags: 'v*' };
  await part('linux/amd64');
  await part('linux/arm64', { tier: 'internal' });
  worldWith({ branch: undefined, gitTag });
  expect((await publish(release)).error?.code).toBe('PART_MISSING');
  await part('linux/arm64', { tier: 'internal', gitTag: 'v6.6.6' });
  expect((await publish(release)).error?.code).toBe('PART_MISSING');
  await part('linux/arm64', { tier: 'internal', gitTag });
  const { ok, plan } = await publish(release);
  expect([ok, plan?.trust.tier]).toEqual([true, 'trusted']);
  expect(holds('1.2.3')).toBe(plan?.digest);
});

it('makes an index of each stage that is published', async () => {
  for (const platform of BOTH) {
    await part(platform);
    await part(platform, { stage: 'assets', text: `assets ${platform}` });
  }
  const { ok, plan } = await publish({ stages: 'assets', tags: 'type=sha' });
  expect([ok, plan?.tags.map(({ tag }) => tag)]).toEqual([true, [SHORT, `assets-${SHORT}`]]);
  expect(holds(`assets-${SHORT}`)).not.toBe(holds(SHORT));
});

describe('the receipt of this checkout', () => {
  const receipt = (platforms: readonly string[], digest: string) => {
    const known = { version: 1, project: 'api', image: opened.repository, digest, platforms };
    const text = JSON.stringify({ ...known, pushed: true, commit: COMMIT, trust: 'trusted' });
    world.files.files.set('.nx-docker-cache/api/receipt.json', text);
  };

  it('is enough where its build made all platforms', async () => {
    const { digest } = await pushImage(opened.client, opened.repository, 'index', 'both');
    receipt(BOTH, digest);
    expect((await publish()).plan?.digest).toBe(digest);
  });

  it('is not where it made one', async () => {
    const digest = await part('linux/amd64');
    receipt(['linux/amd64'], digest);
    expect((await publish()).error?.code).toBe('PART_MISSING');
    await part('linux/arm64');
    const { ok, plan } = await publish();
    expect(ok).toBe(true);
    expect(plan?.digest).not.toBe(digest);
  });
});

it('asks for no secret: it only looks for images', async () => {
  await part('linux/amd64');
  await part('linux/arm64');
  const ports: PublishPorts = {
    ...{ ...world.ports, registry: opened.client, tracked },
    source: { facts: async () => sourceOf() },
    history: { commitDate: async () => undefined, branches: async () => [], uncommitted: async () => [] },
  };
  const options = { ...buildOptions(), secrets: ['id=npm,env=NPM_TOKEN'] };
  const build = { target: 'docker-build', options };
  const project = { name: 'api', root: 'apps/api', options: {}, tasks: {}, release: false, build };
  const [result] = await publishProjects([project], ports, new AbortController().signal);
  expect(result?.error).toBeUndefined();
});
