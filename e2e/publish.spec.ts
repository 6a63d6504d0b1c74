/** Tags for what was built and pushed, on a real registry. */
import type { PublicationOutcome, PublicationPlan } from '../packages/nx-docker-cache/src/model/publication';
import { githubPull, githubPush } from './support/ci';
import { mustBuild, runCli, type CliError, type CliOptions, type CliResult } from './support/cli';
import {
  describeWithEngine,
  freshAgent,
  makeReadonly,
  startRegistry,
  type Agent,
  type StartedRegistry,
} from './support/engine';
import { FaultyRegistry } from './support/proxy';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const WRITES = /^(PUT|POST|PATCH|DELETE) /;
const LOG_ONLY = { delayMs: 0 };
const IMAGE = /^sha256:[0-9a-f]{64}$/;

interface PublishJson {
  readonly project: string;
  readonly ok: boolean;
  readonly plan?: PublicationPlan;
  readonly outcome?: PublicationOutcome;
  readonly error?: CliError;
}

interface Published extends CliResult {
  readonly json: readonly PublishJson[];
}

describeWithEngine('publishing', () => {
  let registry: StartedRegistry;
  let proxy: FaultyRegistry;
  let view: RegistryView;
  let agent: Agent;
  let workspace: Workspace;
  let count = 0;
  /** Each test has a project and a repository of its own. */
  let api: string;
  let sha: string;

  beforeAll(async () => {
    registry = await startRegistry('publish');
    proxy = await FaultyRegistry.start(registry.host);
    view = new RegistryView(registry.host);
    agent = await freshAgent('publish');
  });

  beforeEach(() => {
    proxy.break();
    api = `pub${++count}`;
  });

  const options = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
    cwd: workspace.root,
    env: { ...agent.env, CI: 'true', ...env },
  });

  async function make(publish: Record<string, unknown> = {}): Promise<void> {
    workspace = await Workspace.make({
      files: { Dockerfile: 'FROM busybox\nCOPY app /app\n', app: 'one\n' },
      projects: { [api]: { root: '.', context: '.', publish } },
      defaults: { registry: proxy.host },
    });
    sha = await workspace.git('rev-parse', 'HEAD');
  }

  /** Another image of the project, of a new commit. */
  async function change(text: string): Promise<void> {
    workspace.write({ app: text });
    sha = await workspace.commit();
  }

  const build = async (env: Readonly<Record<string, string>> = {}): Promise<string> =>
    (await mustBuild(api, [], options(env))).receipt.digest!;

  async function publish(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Published> {
    const result = await runCli(['publish', api, ...args, '--json'], options(env));
    return { ...result, json: JSON.parse(result.stdout) as PublishJson[] };
  }

  async function mustPublish(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const result = await publish(args, env);
    if (result.exitCode !== 0) throw new Error(`publish: ${result.exitCode}\n${result.stderr}`);
    return { ...result, plan: result.json[0]!.plan!, outcome: result.json[0]!.outcome };
  }

  const short = (): string => sha.slice(0, 7);
  /** Tags of the repository without those of caches and keys. */
  async function tags(): Promise<Record<string, string>> {
    const all = Object.entries(await view.snapshot(api));
    return Object.fromEntries(all.filter(([tag]) => !/^(cache|key|times)-/.test(tag)));
  }

  it('the default branch gets latest, its own tag and the commit’s, without a layer', async () => {
    await make();
    const digest = await build();
    expect(await tags()).toEqual({ [short()]: digest });
    proxy.break({ match: /\/blobs\//, fault: LOG_ONLY });
    const { outcome, plan } = await mustPublish();
    expect(await tags()).toEqual({ [short()]: digest, main: digest, latest: digest });
    expect(proxy.hits).toEqual([]);
    expect(plan.trust.tier).toBe('trusted');
    expect(outcome!.tags.map(({ state }) => state)).toEqual(['created', 'created', 'unchanged']);
  });

  it('another branch gets its own tags only, and a fork none', async () => {
    await make({ tags: ['latest', 'type=ref,event=branch', 'type=ref,event=pr', 'type=sha'] });
    const digest = await build();
    await mustPublish();
    const before = await tags();
    await workspace.checkout('feature/x');
    await change('two\n');
    const push = githubPush('feature/x', sha);
    const other = await build(push);
    const { plan, stderr } = await mustPublish([], push);
    const [branch] = plan.tags.map(({ tag }) => tag);
    expect(branch).toMatch(/^feature-x-[0-9a-f]{8}$/);
    expect(await tags()).toEqual({ ...before, [short()]: other, [branch!]: other });
    expect(before['latest']).toBe(digest);
    expect(stderr).toMatch(/tag +refused +latest/);

    const pull = { number: 9, head: 'feature/x', base: 'main' };
    const inside = githubPull(pull, sha);
    await build(inside);
    await mustPublish([], inside);
    expect((await tags())['pr-9']).toBe(other);

    const all = await view.snapshot(api);
    const fork = githubPull({ ...pull, number: 10, from: 'mallory/shop' }, sha);
    await build(fork);
    proxy.break({ match: WRITES, fault: LOG_ONLY });
    const foreign = await mustPublish([], fork);
    expect(foreign.stderr).toMatch(/nothing is published for a change from a fork/);
    expect(proxy.hits).toEqual([]);
    expect(await view.snapshot(api)).toEqual(all);
  });

  it('a build of another branch does not move main’s tags, whatever its option tags says', async () => {
    await make();
    const tagged = { root: '.', context: '.', tags: ['latest', 'main', '{branch}'] };
    workspace.configure({ [api]: tagged }, { registry: proxy.host });
    sha = await workspace.commit();
    const digest = await build();
    expect(await tags()).toEqual({ latest: digest, main: digest });
    await workspace.checkout('topic');
    await change('two\n');
    const other = await mustBuild(api, [], options(githubPush('topic', sha)));
    expect(await tags()).toEqual({ latest: digest, main: digest, topic: other.receipt.digest });
    expect(other.stderr).toMatch(/TAG_REFUSED: \S+:latest is not pushed: only the default branch/);
  });

  it('a laptop publishes what is committed: no changes, and none that were put aside after the build', async () => {
    await make();
    const laptop = { CI: '' };
    const pushed = async (): Promise<string> =>
      (await mustBuild(api, ['--push'], options(laptop))).receipt.digest!;
    const digest = await pushed();
    await mustPublish([], laptop);
    expect((await tags())['latest']).toBe(digest);

    workspace.write({ app: 'tried\n' });
    const tried = await pushed();
    const refused = async (): Promise<CliError | undefined> => (await publish([], laptop)).json[0]?.error;
    expect(await refused()).toMatchObject({ code: 'UNCOMMITTED', found: 'uncommitted changes in app' });
    await workspace.git('checkout', 'app');
    expect(await refused()).toMatchObject({
      ...{ code: 'UNCOMMITTED', found: expect.stringMatching(/a build that read other files/) },
    });
    expect((await tags())['latest']).toBe(digest);
    await mustPublish(['--allow-dirty'], laptop);
    expect((await tags())['latest']).toBe(tried);
  });

  it('without Nx a stage task has to have passed before', async () => {
    workspace = await Workspace.make({
      files: { Dockerfile: 'FROM busybox AS builder\nCOPY app /app\nFROM builder\n', app: 'one\n' },
      projects: {
        [api]: { root: '.', context: '.', stage: 'builder', tasks: { test: 'grep -q one /app' } },
      },
      defaults: { registry: proxy.host },
    });
    sha = await workspace.git('rev-parse', 'HEAD');
    const digest = await build();
    const { exitCode, json } = await publish();
    expect([exitCode, json[0]?.error?.code]).toEqual([1, 'TASK_UNPROVEN']);
    expect((await tags())['latest']).toBeUndefined();
    expect((await runCli(['run', api, 'test'], options())).exitCode).toBe(0);
    await mustPublish();
    expect((await tags())['latest']).toBe(digest);
  });

  it('a git tag is a release where it is on the default branch, and nowhere else', async () => {
    await make();
    const digest = await build();
    const release = { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/tags/v1.2.3', GITHUB_SHA: sha };
    await build(release);
    const { plan } = await mustPublish([], release);
    expect(plan.trust.reason).toMatch(/its commit is in main/);
    expect(await tags()).toMatchObject({ '1.2.3': digest, latest: digest });
    await workspace.checkout('topic');
    await change('two\n');
    const rogue = { ...release, GITHUB_REF: 'refs/tags/v6.6.6', GITHUB_SHA: sha };
    await build(rogue);
    const before = await tags();
    const refused = await publish([], rogue);
    expect(refused.exitCode).toBe(1);
    expect(refused.json[0]!.error).toMatchObject({
      code: 'RELEASE_REFUSED',
      message: expect.stringContaining('6.6.6'),
    });
    expect(await tags()).toEqual(before);
  });

  it('a git tag’s image is its own or a trusted branch’s, though a branch has built the same content', async () => {
    await make();
    workspace.configure({ [api]: { root: '.', context: '.' } }, { registry: proxy.host, skip: true });
    sha = await workspace.commit();
    await build();
    await workspace.checkout('topic');
    await change('two\n');
    const ofBranch = await mustBuild(api, [], options(githubPush('topic', sha)));
    // main is moved forward and pushed with the tag; its own run is not there yet.
    await workspace.git('checkout', 'main');
    await workspace.git('merge', '--ff-only', 'topic');
    const release = { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/tags/v2.0.0', GITHUB_SHA: sha };
    const { receipt } = await mustBuild(api, [], options(release));
    expect([receipt.contentKey, receipt.status]).toEqual([ofBranch.receipt.contentKey, 'built']);
    await mustPublish([], release);
    expect(await tags()).toMatchObject({ '2.0.0': receipt.digest, latest: receipt.digest });
    // What the tag's own run has left serves its next one.
    expect((await runCli(['build', api], options(release))).exitCode).toBe(0);
    const again = workspace.receipt(api);
    expect([again.status, again.digest]).toEqual(['skipped', receipt.digest]);
  });

  it('a version is never moved, and the same one is no error', async () => {
    await make({ tags: ['type=raw,value=1.0.0', 'latest'] });
    const old = await build();
    await mustPublish();
    proxy.break({ match: WRITES, fault: LOG_ONLY });
    const again = await mustPublish();
    expect(again.outcome!.tags.map(({ state }) => state)).toEqual(['unchanged', 'unchanged']);
    expect(proxy.hits).toEqual([]);
    await change('two\n');
    const next = await build();
    const refused = await publish();
    expect(refused.exitCode).toBe(1);
    expect(refused.json[0]!.error).toMatchObject({
      code: 'TAG_IMMUTABLE',
      expected: expect.stringContaining(old),
      found: expect.stringContaining(next),
    });
    expect(await tags()).toMatchObject({ '1.0.0': old, latest: old });
  });

  it('a dry run says what would be done, and writes nothing', async () => {
    await make();
    await build();
    proxy.break({ match: WRITES, fault: LOG_ONLY });
    const { outcome, stderr } = await mustPublish(['--dry-run']);
    expect(outcome).toMatchObject({
      dryRun: true,
      tags: [{ state: 'created' }, { state: 'created' }, { state: 'unchanged' }],
    });
    expect(stderr).toMatch(/2 to publish · 1 unchanged \(dry run\)/);
    expect(proxy.hits).toEqual([]);
  });

  it('says what a host with the previous image has to pull', async () => {
    await make();
    await build();
    const first = await mustPublish();
    const old = (await view.manifest(api, 'latest'))!;
    const sizeOf = (text: string): number => (JSON.parse(text) as { config: { size: number } }).config.size;
    const total = ({ body, layers }: typeof old): number =>
      sizeOf(body) + layers.reduce((sum, { size }) => sum + size, 0);
    expect(first.outcome!.delta).toMatchObject({
      platforms: [{ pullBytes: total(old), totalBytes: total(old), totalBlobs: old.layers.length + 1 }],
    });
    await change('two\n');
    await build();
    const { outcome } = await mustPublish();
    const next = (await view.manifest(api, 'latest'))!;
    const lacking = next.layers.filter(({ digest }) => !old.layers.some((layer) => layer.digest === digest));
    // The base is there, the copied file is not.
    expect(lacking).toHaveLength(next.layers.length - 1);
    expect(outcome!.delta).toMatchObject({
      previous: old.digest,
      platforms: [
        {
          pullBytes: sizeOf(next.body) + lacking.reduce((sum, { size }) => sum + size, 0),
          totalBytes: total(next),
          pullBlobs: lacking.length + 1,
        },
      ],
    });
    const report = JSON.parse(workspace.read(`.nx-docker-cache/${api}/publication.json`)) as {
      outcome: unknown;
    };
    expect(report.outcome).toEqual(outcome);
  });

  it('sees a tag that somebody moves on', async () => {
    await make();
    const other = await build();
    const theirs = (await view.manifest(api, short()))!;
    await change('two\n');
    const digest = await build();
    proxy.break({ match: /^HEAD .*\/manifests\/latest$/, fault: { delayMs: 1_500 } });
    const running = mustPublish();
    while ((await view.manifest(api, 'latest'))?.digest !== digest) await sleep(30);
    expect(await view.putManifest(api, 'latest', theirs.body, theirs.mediaType)).toBe(201);
    const { outcome, stderr } = await running;
    expect(outcome!.tags.find(({ ref }) => ref.endsWith(':latest'))).toMatchObject({
      state: 'overtaken',
      message: expect.stringContaining(other),
    });
    expect(stderr).toMatch(/overtaken/);
  });

  it('gives its tag over one that was moved between the question and the answer', async () => {
    await make();
    await build();
    const theirs = (await view.manifest(api, short()))!;
    await change('two\n');
    const digest = await build();
    proxy.break({ match: /^PUT .*\/manifests\/latest$/, fault: { delayMs: 1_000 } });
    const running = mustPublish();
    while (proxy.hits.length === 0) await sleep(30);
    await view.putManifest(api, 'latest', theirs.body, theirs.mediaType);
    expect((await running).outcome!.tags.every(({ state }) => state !== 'overtaken')).toBe(true);
    expect((await tags())['latest']).toBe(digest);
  });

  it('builds an image again that is gone, and says so; a dry run only says how to get it back', async () => {
    await make();
    const gone = await build();
    const image = `http://${registry.host}/v2/${api}/manifests/${gone}`;
    expect((await fetch(image, { method: 'DELETE' })).status).toBe(202);
    expect(await tags()).toEqual({});
    const { exitCode, json } = await publish(['--dry-run']);
    expect(exitCode).toBe(1);
    expect(json[0]!.error).toMatchObject({ code: 'DIGEST_GONE', hint: expect.stringContaining('--no-skip') });
    const { stderr } = await mustPublish();
    expect(stderr).toContain(`the image of ${api} is no longer in the registry, and is built again`);
    const { digest } = workspace.receipt(api);
    expect(await tags()).toEqual({ [short()]: digest, main: digest, latest: digest });
  });

  it('needs the receipt of this very commit', async () => {
    await make();
    expect((await publish()).json[0]!.error).toMatchObject({ code: 'RECEIPT_MISSING' });
    await build();
    await change('two\n');
    const { exitCode, json } = await publish();
    expect(exitCode).toBe(2);
    expect(json[0]!.error).toMatchObject({
      code: 'RECEIPT_STALE',
      hint: expect.stringContaining('Build it first'),
    });
  });

  it('publishes an index as it is', async () => {
    await make();
    workspace.write({ Dockerfile: 'FROM scratch\nCOPY app /app\n' });
    workspace.configure(
      { [api]: { root: '.', context: '.', platforms: ['linux/amd64', 'linux/arm64'] } },
      { registry: proxy.host },
    );
    sha = await workspace.commit();
    const digest = await build();
    const { outcome } = await mustPublish();
    expect(await tags()).toMatchObject({ latest: digest, main: digest });
    expect(outcome!.delta!.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('gives the images of stages the same tags', async () => {
    await make();
    workspace.write({
      Dockerfile: 'FROM busybox AS builder\nCOPY app /app\nFROM busybox\nCOPY --from=builder /app /a\n',
    });
    const publishing = { stages: ['builder'], tags: ['latest', 'type=sha'] };
    workspace.configure(
      { [api]: { root: '.', context: '.', stages: ['builder'], publish: publishing } },
      { registry: proxy.host },
    );
    sha = await workspace.commit();
    const digest = await build();
    const builder = workspace.receipt(api).stages.find(({ stage }) => stage === 'builder')!.digest;
    await mustPublish();
    const all = await tags();
    expect(all).toMatchObject({ latest: digest, 'builder-latest': builder, [`builder-${short()}`]: builder });
    expect(builder).not.toBe(digest);
    const missing = await publish(['--stage', 'bulider']);
    expect(missing.json[0]!.error).toMatchObject({ code: 'UNKNOWN_STAGE', hint: 'Did you mean builder?' });
  });

  it('twenty projects at once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `many${index}`);
    const projects = names.map((name) => [name, { root: name, context: name }] as const);
    workspace = await Workspace.make({
      files: Object.fromEntries(
        names.flatMap((name) => [
          [`${name}/Dockerfile`, 'FROM scratch\nCOPY app /app\n'],
          [`${name}/app`, name],
        ]),
      ),
      projects: Object.fromEntries(projects),
      defaults: { registry: proxy.host },
    });
    const built = await runCli(['build', ...names], options());
    expect(built.exitCode).toBe(0);
    const results = await Promise.all(names.map((name) => runCli(['publish', name], options())));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0));
    for (const name of names)
      expect((await view.manifest(name, 'latest'))?.digest).toBe(workspace.receipt(name).digest);
    const again = await runCli(['publish', ...names, '--json'], options());
    expect(again.exitCode).toBe(0);
    const json = JSON.parse(again.stdout) as PublishJson[];
    expect(json.flatMap(({ outcome }) => outcome!.tags.map(({ state }) => state))).toEqual(
      names.flatMap(() => ['unchanged', 'unchanged', 'unchanged']),
    );
    expect(again.stderr).not.toMatch(/MaxListeners/);
  });

  // The last one, as the registry stays so.
  it('a registry that takes nothing is named, with what it said', async () => {
    await make();
    const digest = await build();
    expect(digest).toMatch(IMAGE);
    const closed = await makeReadonly(registry);
    const receipt = `.nx-docker-cache/${api}/receipt.json`;
    workspace.write({ [receipt]: workspace.read(receipt).replaceAll(proxy.host, closed.host) });
    const { exitCode, json, stderr } = await publish();
    expect(exitCode).toBe(1);
    expect(json[0]!.error).toMatchObject({
      code: 'PUBLISH_FAILED',
      found: expect.stringContaining(':latest'),
    });
    expect(json[0]!.outcome!.tags.map(({ state }) => state)).toEqual(['failed', 'failed', 'unchanged']);
    expect(stderr).toMatch(/what is published already stays as it is/);
  });
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
