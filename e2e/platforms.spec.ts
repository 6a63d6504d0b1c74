/**
 * One image for several platforms, without emulation: its stages copy and run nothing. On one engine, and on an agent
 * for each platform with a third one that publishes.
 */
import type { PublicationOutcome, PublicationPlan } from '../packages/nx-docker-cache/src/model/publication';
import { build, mustBuild, plan, runCli, type CliError, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const DOCKERFILE = `FROM scratch AS assets
COPY common /common

FROM scratch AS app
ARG TARGETARCH
COPY --from=assets /common /common
COPY dist/$TARGETARCH /app
CMD ["/app/main"]
`;
const [AMD64, ARM64] = ['linux/amd64', 'linux/arm64'] as const;
const PLATFORMS = [AMD64, ARM64];
const INDEX = 'application/vnd.oci.image.index.v1+json';
const REPOSITORY = 'acme/api';

interface Index {
  readonly mediaType: string;
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform: { readonly architecture: string };
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
  readonly annotations?: Readonly<Record<string, string>>;
}

interface PublishJson {
  readonly ok: boolean;
  readonly plan?: PublicationPlan;
  readonly outcome?: PublicationOutcome;
  readonly error?: CliError;
}

describeWithEngine('several platforms', () => {
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;
  let commit: string;

  async function make(options: Readonly<Record<string, unknown>> = {}): Promise<void> {
    ({ host } = await startRegistry('platforms'));
    view = new RegistryView(host);
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme`, skip: true },
      projects: { api: { root: 'apps/api', context: 'apps/api', platforms: PLATFORMS, ...options } },
      files: {
        'apps/api/Dockerfile': DOCKERFILE,
        'apps/api/package.json': JSON.stringify({ name: 'api', description: 'An API', version: '1.2.3' }),
        'apps/api/common': 'common\n',
        'apps/api/dist/amd64/main': 'amd64\n',
        'apps/api/dist/arm64/main': 'arm64\n',
      },
    });
    commit = await workspace.git('rev-parse', 'HEAD');
  }

  async function change(path: string, text: string): Promise<void> {
    workspace.write({ [`apps/api/${path}`]: text });
    commit = await workspace.commit();
  }

  const on = (agent: Agent, env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, CI: 'true', ...env },
  });

  async function indexAt(reference: string): Promise<Index & { readonly digest: string }> {
    const manifest = await view.manifest(REPOSITORY, reference);
    if (manifest === undefined) throw new Error(`nothing at ${reference}`);
    return { ...(JSON.parse(manifest.body) as Index), digest: manifest.digest };
  }

  async function publish(
    agent: Agent,
    ...args: string[]
  ): Promise<PublishJson & { readonly exitCode: number | undefined }> {
    const { exitCode, stdout, stderr } = await runCli(['publish', 'api', ...args, '--json'], on(agent));
    if (stdout === '') throw new Error(stderr);
    return { ...(JSON.parse(stdout) as PublishJson[])[0]!, exitCode };
  }

  /** Caches of the default branch, by platform. */
  async function caches(): Promise<Record<string, string>> {
    const found = Object.entries(await view.snapshot(REPOSITORY)).flatMap(([tag, digest]) => {
      const platform = /^cache-main--([a-z0-9-]+)\.[0-9a-f]{8}$/.exec(tag)?.[1];
      return platform === undefined ? [] : [[platform, digest] as const];
    });
    return Object.fromEntries(found);
  }

  describe('on one engine', () => {
    beforeAll(() => make({ metadata: { annotations: true } }));

    it('are one index, with a cache ref each and both digests in the receipt', async () => {
      const { receipt } = await mustBuild('api', [], on(await freshAgent('platforms-a')));
      const index = await indexAt(commit.slice(0, 7));
      const parts = receipt.stages[0]!.parts;
      expect(receipt.digest).toBe(index.digest);
      expect(index.mediaType).toBe(INDEX);
      expect(index.manifests.map(({ digest, platform }) => [platform.architecture, digest])).toEqual(
        parts.map(({ platform, digest }) => [platform.slice('linux/'.length), digest]),
      );
      expect(Object.keys(await caches()).sort()).toEqual(['linux-amd64', 'linux-arm64']);
      expect(receipt.obstacles).toEqual([]);
    });

    it('have the OCI set as annotations of index and manifests, without what changes by itself', async () => {
      const said = {
        'org.opencontainers.image.title': 'api',
        'org.opencontainers.image.description': 'An API',
      };
      const index = await indexAt(commit.slice(0, 7));
      expect(index.annotations).toEqual(said);
      for (const { digest } of index.manifests) {
        const { body } = (await view.manifest(REPOSITORY, digest))!;
        expect(JSON.parse(body)).toMatchObject({
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          annotations: said,
        });
      }
    });

    it('are skipped as one, and a commit that changes nothing keeps the digest', async () => {
      const before = workspace.receipt('api');
      await change('README.md', 'not copied\n');
      const { json } = await build(['api'], on(await freshAgent('platforms-b')));
      expect(json[0]?.receipt).toMatchObject({ status: 'skipped', digest: before.digest });
      expect((await indexAt(commit.slice(0, 7))).digest).toBe(before.digest);
    });

    it('are built apart: a change in one leaves image and cache of the other as they are', async () => {
      const [before, cached] = [await indexAt(commit.slice(0, 7)), await caches()];
      await change('dist/arm64/main', 'arm64, again\n');
      const { receipt, outcome } = await mustBuild('api', [], on(await freshAgent('platforms-b')));
      const executed = outcome.steps.filter(({ status }) => status === 'executed').map(({ name }) => name);
      expect(executed).toEqual([expect.stringContaining('COPY dist/arm64')]);
      expect(receipt.stages[0]!.parts.map(({ status }) => status)).toEqual(['skipped', 'built']);
      const after = await indexAt(commit.slice(0, 7));
      expect(after.manifests[0]).toEqual(before.manifests[0]);
      expect(after.manifests[1]?.digest).not.toBe(before.manifests[1]?.digest);
      expect((await caches())['linux-amd64']).toBe(cached['linux-amd64']);
      expect((await caches())['linux-arm64']).not.toBe(cached['linux-arm64']);
    });

    it.each([
      ['built', '--no-push'],
      // Both are in the registry, so nothing is built: they are loaded out of their caches.
      ['skipped', '--push'],
    ])('are loaded together on demand, where they were %s', async (_, push) => {
      const agent = await freshAgent('platforms-b');
      const { receipt } = await mustBuild('api', ['--load', push], on(agent));
      expect(receipt).toMatchObject({ loaded: true, pushed: push === '--push', platforms: PLATFORMS });
      for (const platform of PLATFORMS) {
        const made = await agent.docker('create', '--platform', platform, `${host}/acme/api:dev`);
        expect(made).toMatchObject({ exitCode: 0 });
        const file = await agent.docker('cp', `${made.stdout.trim()}:/app/main`, '-');
        expect(file.stdout).toContain(platform.slice('linux/'.length));
      }
    });

    it('need no containerd store to be pushed, and need one to be loaded', async () => {
      const lesser = await freshAgent('platforms-c', { containerdStore: false });
      const { exitCode, json } = await build(['api', '--load', '--no-push'], on(lesser));
      expect([exitCode, json[0]?.error]).toEqual([
        2,
        expect.objectContaining({ code: 'LOAD_PLATFORMS', hint: expect.stringContaining('--platform') }),
      ]);
      await change('common', 'another\n');
      const { receipt } = await mustBuild('api', [], on(lesser));
      expect(receipt.digest).toBe((await indexAt(commit.slice(0, 7))).digest);
    });
  });

  describe('on an agent each, with a third that publishes', () => {
    let publisher: Agent;
    /** Digests by platform, as the agents reported them. */
    const made = new Map<string, string>();

    beforeAll(async () => {
      await make({ provenance: true });
      publisher = await freshAgent('platforms-c');
    });

    async function buildOn(name: string, platform: string): Promise<void> {
      const { receipt } = await mustBuild('api', ['--platform', platform], on(await freshAgent(name)));
      expect(receipt.platforms).toEqual([platform]);
      made.set(platform, receipt.digest!);
      // An agent leaves nothing to the next but what is in the registry.
      await workspace.git('clean', '--quiet', '-xdff', '.nx-docker-cache');
    }

    it('are an error as long as one is missing, which names it and what to do', async () => {
      await buildOn('platforms-a', AMD64);
      const { exitCode, error } = await publish(publisher);
      expect(exitCode).toBe(1);
      expect(error).toMatchObject({
        code: 'PART_MISSING',
        message: expect.stringContaining(ARM64),
        hint: expect.stringContaining(`build api --platform ${ARM64}`),
      });
      const tags = await view.tags(REPOSITORY);
      expect(tags.filter((tag) => !/^(cache|key|part|times-)-/.test(tag))).toEqual([]);
    });

    it('are merged into one index with all that the parts list', async () => {
      await buildOn('platforms-b', ARM64);
      const { ok, outcome } = await publish(publisher);
      expect(ok).toBe(true);
      const index = await indexAt('latest');
      const children = await Promise.all(PLATFORMS.map(async (platform) => indexAt(made.get(platform)!)));
      // Each part is an index of an image and its attestation.
      expect(index.manifests).toEqual(children.flatMap(({ manifests }) => manifests));
      expect(index.manifests).toHaveLength(4);
      expect(outcome?.delta?.platforms.map(({ platform }) => platform)).toEqual(PLATFORMS);
    });

    it('give the same index again, and then nothing is done', async () => {
      const { digest } = await indexAt('latest');
      const { outcome } = await publish(publisher);
      expect(new Set(outcome?.tags.map((tag) => [tag.state, tag.digest].join()))).toEqual(
        new Set([`unchanged,${digest}`]),
      );
    });

    it('use and refresh their own cache ref only, also where another agent built both before', async () => {
      const before = await caches();
      await change('dist/arm64/main', 'arm64, again\n');
      const agent = await freshAgent('platforms-b');
      const { receipt, outcome } = await mustBuild('api', ['--platform', ARM64], on(agent));
      expect(receipt.steps.executed).toBe(1);
      expect(outcome.caches.filter(({ result }) => result === 'written')).toHaveLength(1);
      const after = await caches();
      expect(after['linux-amd64']).toBe(before['linux-amd64']);
      expect(after['linux-arm64']).not.toBe(before['linux-arm64']);
    });

    it('are completed by content where an agent had nothing to do', async () => {
      const before = await indexAt('latest');
      // No build for amd64 ran of this commit.
      const { ok, outcome } = await publish(publisher);
      expect(ok).toBe(true);
      const after = await indexAt('latest');
      expect(after.manifests.slice(0, 2)).toEqual(before.manifests.slice(0, 2));
      expect(outcome?.delta?.platforms).toMatchObject([
        { platform: AMD64, pullBlobs: 0 },
        { platform: ARM64, pullBlobs: expect.any(Number) },
      ]);
      expect(outcome?.delta?.platforms[1]?.pullBlobs).toBeGreaterThan(0);
    });

    it('plan the caches that they will use', async () => {
      const whole = await plan('api', [], on(publisher));
      const one = await plan('api', ['--platform', ARM64], on(publisher));
      expect(whole.parts.map(({ platforms }) => platforms)).toEqual([[AMD64], [ARM64]]);
      expect(one.cache).toEqual(whole.parts[1]?.cache);
      expect(one.skip.key).toBe(whole.parts[1]?.skip.key);
    });
  });
});
