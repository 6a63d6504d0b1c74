import { COMMIT, sourceOf } from '../../test/fakes/facts';
import { FakeClock } from '../../test/fakes/clock';
import { FakeFiles } from '../../test/fakes/files';
import { FakeLogger } from '../../test/fakes/listeners';
import { fakeWorld } from '../../test/fakes/world';
import { openRegistry, type Opened } from '../../test/registry/open';
import { pushImage } from '../../test/registry/samples';
import { DockerCacheError } from '../errors';
import type { SourceFacts } from '../model/facts';
import type { PublishedProject } from '../ports/workspace';
import { withContent } from './parts';
import { identifyBuild } from './prepare';
import { publishProjects, type PublishPorts } from './publish';
import { asStage } from './task/stage-build';

let opened: Opened;
beforeEach(async () => {
  opened = await openRegistry();
});
afterEach(() => opened[Symbol.asyncDispose]());

const SHORT = COMMIT.slice(0, 7);

interface World {
  readonly source?: Partial<SourceFacts>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Paths that git has otherwise. */
  readonly changed?: readonly string[];
}

function worldOf({ source, environment = {}, files, changed = [] }: World = {}) {
  const asked: string[] = [];
  const note = <T>(name: string, value: T): Promise<T> => {
    asked.push(name);
    return Promise.resolve(value);
  };
  const [logger, fakeFiles] = [new FakeLogger(), new FakeFiles(files)];
  const { workspace, content, imageDigests, engine } = fakeWorld().ports;
  const ports: PublishPorts = {
    ...{ workspace, content, imageDigests, engine, tracked: () => Promise.resolve([]) },
    ...{ logger, files: fakeFiles, clock: new FakeClock(), registry: opened.client },
    source: { facts: () => note('source', sourceOf(source)) },
    history: {
      commitDate: () => note('date', Date.UTC(2026, 0, 2)),
      branches: () => note('branches', ['main']),
      uncommitted: () => note('uncommitted', changed),
    },
    environment: { get: (name) => environment[name], platform: 'linux/amd64', clientProxies: false },
  };
  return { ports, logger, files: fakeFiles.files, asked };
}

const project = (name: string, options: object = {}): PublishedProject => ({
  ...{ name, root: `apps/${name}`, options, tasks: {}, release: false },
  build: { target: 'docker-build', options: {} },
});
const receiptOf = (name: string, image: string, digest: string): Record<string, string> => ({
  [`.nx-docker-cache/${name}/receipt.json`]: JSON.stringify({
    ...{ version: 1, project: name, image, digest, pushed: true, commit: COMMIT, trust: 'trusted' },
  }),
});
const publish = (ports: PublishPorts, ...projects: PublishedProject[]) =>
  publishProjects(projects, ports, new AbortController().signal);

it('publishes what the receipt names, tells it and leaves a report', async () => {
  const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
  const { ports, logger, files } = worldOf({ files: receiptOf('api', opened.repository, digest) });
  const [result] = await publish(ports, project('api'));
  expect(result).toMatchObject({ project: 'api', ok: true, error: undefined });
  expect([...opened.memory.store.at('acme/api').tags.keys()].sort()).toEqual([SHORT, 'latest', 'main']);
  expect(logger.lines.join('\n')).toMatch(/✔ api {2}2 published · 1 unchanged/);
  expect(logger.lines.join('\n')).toMatch(/deploy .* 2 of 2 blobs \(nothing before it\)/);
  const report = JSON.parse(files.get('.nx-docker-cache/api/publication.json')!) as Record<string, unknown>;
  expect(report).toMatchObject({ plan: { digest }, outcome: { ok: true } });
});

it('asks git once for all, and only for what is needed', async () => {
  const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
  const files = {
    ...receiptOf('api', opened.repository, digest),
    ...receiptOf('web', opened.repository, digest),
  };
  const plain = worldOf({ files });
  await publish(plain.ports, project('api'), project('web'));
  expect(plain.asked).toEqual(['source', 'uncommitted', 'uncommitted']);
  const dated = worldOf({ files });
  await publish(dated.ports, project('api', { tags: [`{{commit_date 'YYYY'}}`] }));
  expect(dated.asked).toEqual(['source', 'date', 'uncommitted']);
  expect(opened.memory.store.at('acme/api').tags.get('2026')).toBe(digest);
  const tagged = worldOf({ files, source: { branch: undefined, gitTag: 'v1.0.0' } });
  const [result] = await publish(tagged.ports, project('api'));
  expect(tagged.asked).toEqual(['source', 'branches', 'uncommitted']);
  expect(result?.plan?.trust.reason).toMatch(/its commit is in main/);
});

it('needs a build', async () => {
  const { ports, logger } = worldOf();
  const [result] = await publish(ports, project('api'));
  expect(result).toMatchObject({ ok: false, error: { code: 'RECEIPT_MISSING' } });
  expect(logger.lines.join('\n')).toMatch(/do: +Build it first: nx run api:docker-build/);
});

it('publishes nothing of a fork, and that is a success', async () => {
  const { ports, logger } = worldOf({ source: { pullRequest: '7', fork: true } });
  expect(await publish(ports, project('api'))).toEqual([
    expect.objectContaining({ ok: true, error: undefined }),
  ]);
  expect(logger.lines.join('\n')).toMatch(/nothing is published for a change from a fork/);
  expect(opened.memory.requests).toEqual([]);
});

it('publishes the others where one fails', async () => {
  const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
  const { ports } = worldOf({ files: receiptOf('api', opened.repository, digest) });
  const results = await publish(ports, project('web'), project('api'), project('tool', { tagz: 1 }));
  expect(results.map(({ project: name, ok, error }) => [name, ok, error?.code])).toEqual([
    ['web', false, 'RECEIPT_MISSING'],
    ['api', true, undefined],
    ['tool', false, 'INVALID_OPTIONS'],
  ]);
});

it('gives no tag where two projects want one for two images', async () => {
  const one = await pushImage(opened.client, opened.repository, undefined, 'one');
  const two = await pushImage(opened.client, opened.repository, undefined, 'two');
  const { repository } = opened;
  const { ports } = worldOf({
    files: { ...receiptOf('api', repository, one.digest), ...receiptOf('web', repository, two.digest) },
  });
  const results = await publish(ports, project('api'), project('web'));
  expect(results.map(({ error }) => error?.code)).toEqual(['TAG_CONFLICT', 'TAG_CONFLICT']);
  expect([...opened.memory.store.at('acme/api').tags.keys()]).toEqual([]);
});

describe('an image that the registry has lost', () => {
  const lost = `sha256:${'0'.repeat(64)}`;
  async function world(): Promise<ReturnType<typeof worldOf> & { again: string }> {
    const { digest: again } = await pushImage(opened.client, opened.repository, SHORT, 'once more');
    return { ...worldOf({ files: receiptOf('api', opened.repository, lost) }), again };
  }
  const { signal } = new AbortController();

  it('is built again, and what that makes is published', async () => {
    const { ports, files, again } = await world();
    const built: string[] = [];
    const [result] = await publishProjects([project('api')], ports, signal, async ({ name }) => {
      built.push(name);
      Object.entries(receiptOf(name, opened.repository, again)).forEach((entry) => files.set(...entry));
      return undefined;
    });
    expect([result?.error, result?.plan?.digest, built]).toEqual([undefined, again, ['api']]);
    expect(opened.memory.store.at('acme/api').tags.get('latest')).toBe(again);
  });

  it('is an error where the build fails, and where it is gone again', async () => {
    const failed = new DockerCacheError({ code: 'BUILD_FAILED', message: 'no' });
    for (const [end, code] of [[failed, 'BUILD_FAILED'] as const, [undefined, 'DIGEST_GONE'] as const]) {
      const { ports } = await world();
      const [result] = await publishProjects([project('api')], ports, signal, async () => end);
      expect([result?.ok, result?.error?.code]).toEqual([false, code]);
    }
    expect([...opened.memory.store.at('acme/api').tags.keys()]).toEqual([SHORT]);
  });

  it.each<[string, Partial<PublishedProject>]>([
    ['in a dry run', { options: { dryRun: true } }],
    [
      'of several platforms',
      { build: { target: 'docker-build', options: { platforms: 'linux/amd64,linux/386' } } },
    ],
  ])('is only told %s', async (_, more) => {
    const { ports, files } = await world();
    const path = '.nx-docker-cache/api/receipt.json';
    const platforms = ['linux/amd64', 'linux/386'];
    files.set(path, JSON.stringify({ ...(JSON.parse(files.get(path)!) as object), platforms }));
    const [result] = await publishProjects([{ ...project('api'), ...more }], ports, signal, () => {
      throw new Error('it was built');
    });
    expect(result?.error).toMatchObject({ code: 'DIGEST_GONE', hint: expect.stringContaining('--no-skip') });
  });
});

it('gives no tag where two builds of one project want one for two images', async () => {
  const one = await pushImage(opened.client, opened.repository, undefined, 'one');
  const two = await pushImage(opened.client, opened.repository, undefined, 'two');
  const { repository } = opened;
  const web = receiptOf('api', repository, two.digest)['.nx-docker-cache/api/receipt.json']!;
  const { ports } = worldOf({
    files: {
      ...receiptOf('api', repository, one.digest),
      '.nx-docker-cache/api/receipt.docker-build-web.json': web,
    },
  });
  const other = { ...project('api'), build: { target: 'docker-build-web', options: {} } };
  const results = await publish(ports, project('api'), other);
  expect(results.map(({ error }) => error?.code)).toEqual(['TAG_CONFLICT', 'TAG_CONFLICT']);
  expect(results[0]?.error?.found).toMatch(/^api:docker-build: .*\napi:docker-build-web: /);
  expect([...opened.memory.store.at('acme/api').tags.keys()]).toEqual([]);
});

it('gives no tag at all where an immutable one of any project holds another image', async () => {
  const { repository, client } = opened;
  const next = await pushImage(client, repository, SHORT, 'next');
  const web = repository.replace(/api$/, 'web');
  const old = await pushImage(client, web, '4.5.6', 'old');
  const made = await pushImage(client, web, SHORT, 'made');
  const { ports } = worldOf({
    files: {
      ...receiptOf('api', repository, next.digest),
      ...receiptOf('web', web, made.digest),
      'apps/web/package.json': '{"version":"4.5.6"}',
    },
  });
  const results = await publish(ports, project('api'), project('web', { tags: ['type=package'] }));
  expect(results.map(({ ok, error }) => [ok, error?.code])).toEqual([
    [false, 'TAG_IMMUTABLE'],
    [false, 'TAG_IMMUTABLE'],
  ]);
  expect([...opened.memory.store.at('acme/api').tags.keys()]).toEqual([SHORT]);
  expect(opened.memory.store.at('acme/web').tags.get('4.5.6')).toBe(old.digest);
});

describe('an image of changes that are not committed', () => {
  const Dockerfile = { 'apps/api/Dockerfile': 'FROM scratch\nCOPY src /\n' };
  const laptop = { ci: false, ciName: undefined };
  const world = async (more: World) => {
    const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
    const files = { ...Dockerfile, ...receiptOf('api', opened.repository, digest), ...more.files };
    return worldOf({ source: laptop, ...more, files });
  };
  const held = (): string[] => [...opened.memory.store.at('acme/api').tags.keys()].sort();

  it('is refused, and changes that it does not read are no matter', async () => {
    const dirty = await world({ changed: ['apps/api/src/a.js', 'README.md'] });
    const [result] = await publish(dirty.ports, project('api'));
    expect(result).toMatchObject({
      error: { code: 'UNCOMMITTED', found: 'uncommitted changes in apps/api/src/a.js' },
    });
    expect(result?.error?.hint).toMatch(/^Commit, and build again.*--allow-dirty/);
    expect(held()).toEqual([SHORT]);
    const clean = await world({ changed: ['apps/api/README.md', 'apps/web/src/a.js'] });
    expect(await publish(clean.ports, project('api'))).toMatchObject([{ ok: true }]);
    expect(held()).toEqual([SHORT, 'latest', 'main']);
  });

  it('is published where that is asked for, and told in CI', async () => {
    const changed = ['apps/api/src/a.js'];
    const { ports, asked } = await world({ changed });
    expect(await publish(ports, project('api', { allowDirty: true }))).toMatchObject([{ ok: true }]);
    expect(asked).not.toContain('uncommitted');
    const ci = await world({ changed, source: {} });
    expect(await publish(ci.ports, project('api'))).toMatchObject([{ ok: true }]);
    expect(ci.logger.warnings.join()).toMatch(/uncommitted changes in apps\/api\/src\/a\.js/);
  });

  it('is refused where the changes were put aside since', async () => {
    const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
    const path = '.nx-docker-cache/api/receipt.json';
    const receipt = JSON.parse(receiptOf('api', opened.repository, digest)[path]!) as object;
    const inputs = [{ text: 'COPY src /', digest: 'of other files' }];
    const { ports } = await world({ files: { [path]: JSON.stringify({ ...receipt, inputs }) } });
    const entry = { path: 'src', kind: 'file' as const, mode: 0o644, content: 'c0ffee', size: 1, changed: 0 };
    const snapshot = { entries: [entry], aliases: new Map(), problems: [], changed: 0 };
    const content = { ...ports.content, snapshot: () => Promise.resolve(snapshot) };
    expect(await publish({ ...ports, content }, project('api'))).toMatchObject([
      { error: { code: 'UNCOMMITTED', hint: expect.stringMatching(/^Build again/) } },
    ]);
  });
});

describe('stage tasks', () => {
  const files = { 'apps/api/Dockerfile': 'FROM scratch AS builder\nENV A=b\nFROM builder\n' };
  const tasks = { test: { stage: 'builder', command: 'npm test' } };
  const api = (more: object = {}): PublishedProject => ({
    ...{ ...project('api'), tasks: { ...tasks, ...more } },
    build: { target: 'docker-build', options: { image: opened.repository } },
  });
  const world = async (): Promise<ReturnType<typeof worldOf>> => {
    const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
    return worldOf({ files: { ...files, ...receiptOf('api', opened.repository, digest) } });
  };
  /** The tags of records that were looked for. */
  const asked = (): string[] =>
    opened.memory.lines(/^HEAD .*\/manifests\/task-/).map((line) => line.replace(/.*manifests\//, ''));

  it('have to have passed, as their records say', async () => {
    const { ports } = await world();
    expect(await publish(ports, api())).toMatchObject([
      {
        error: {
          ...{ code: 'TASK_UNPROVEN', message: 'test of api is not known to have passed' },
          hint: expect.stringMatching(/nx-docker-cache run api test\. .*--no-tasks/),
        },
      },
    ]);
    expect([...opened.memory.store.at('acme/api').tags.keys()]).toEqual([SHORT]);
    const [record] = asked();
    expect(record).toMatch(/^task-t-[0-9a-f]{64}$/);
    await pushImage(opened.client, opened.repository, record, 'the record');
    expect(await publish(ports, api())).toMatchObject([{ ok: true }]);
    // Of one task that passed and one that did not, the other one is named.
    const lint = { lint: { stage: 'builder', command: 'npm run lint' } };
    expect(await publish(ports, api(lint))).toMatchObject([
      { error: { message: 'lint of api is not known to have passed' } },
    ]);
  });

  it.each([
    [{ volumes: ['data:/data'] }, 'it reads a volume (data)'],
    [{ network: 'shop' }, 'it talks to the network shop'],
    [{ record: false }, 'it has `record: false`'],
  ])('that leave no record have not passed as far as anybody knows: %j', async (more, reason) => {
    const { ports } = await world();
    const test = { test: { ...tasks.test, ...more } };
    expect(await publish(ports, api(test))).toMatchObject([
      {
        error: {
          ...{ code: 'TASK_UNPROVEN', found: `test: its runs leave no record: ${reason}` },
          hint: expect.stringMatching(/^No run of test can be found again: .* depend on it\. .*--no-tasks/),
        },
      },
    ]);
    expect([...opened.memory.store.at('acme/api').tags.keys()]).toEqual([SHORT]);
  });

  it('whose key the build disproved are told with that reason', async () => {
    const found = async (doubt?: string): Promise<string | undefined> => {
      const { ports, files: texts } = await world();
      const { name, root, build } = api();
      const stage = await identifyBuild(asStage({ name, root, ...build }, 'builder'), ports);
      const { skip } = await withContent(stage, ports, { beside: false, builds: false });
      const obstacles = doubt === undefined ? [] : [{ reason: doubt }];
      const own = { version: 1, contentKey: skip.key, obstacles: [], inputs: [], pushed: true };
      const stages = [{ stage: 'builder', contentKey: skip.key, obstacles }];
      texts.set('.nx-docker-cache/api/receipt.docker-build.builder.json', JSON.stringify({ ...own, stages }));
      return (await publish(ports, api()))[0]?.error?.found;
    };
    expect(await found()).toBe('test: no record of it');
    expect(await found('a base has ONBUILD')).toBe(
      'test: no record of it: the last build says that a base has ONBUILD',
    );
  });

  it('have to have passed for the git tag itself, or on a trusted branch', async () => {
    const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
    const receipt = receiptOf('api', opened.repository, digest);
    const branch = worldOf({ files: { ...files, ...receipt }, source: { branch: 'topic' } });
    await publish(branch.ports, api());
    // Trusted, then its own: a branch's record is there.
    const [, ofBranch] = asked();
    await pushImage(opened.client, opened.repository, ofBranch, 'the record');
    expect(await publish(branch.ports, api())).toMatchObject([{ ok: true }]);
    opened.memory.forget();
    const tag = worldOf({ files: { ...files, ...receipt }, source: { branch: undefined, gitTag: 'v1.2.3' } });
    const [result] = await publish(tag.ports, api());
    expect(result?.error?.code).toBe('TASK_UNPROVEN');
    const [trusted, own] = asked();
    expect(trusted).toMatch(/^task-t-/);
    expect(own).toMatch(/^task-i[0-9a-f]{8}-/);
    await pushImage(opened.client, opened.repository, own, 'the record');
    expect(await publish(tag.ports, api())).toMatchObject([
      { ok: true, plan: { trust: { tier: 'trusted' } } },
    ]);
  });

  it('are not asked for where the options say so', async () => {
    const { ports } = await world();
    const [result] = await publish(ports, { ...api(), options: { tasks: false } });
    expect(result?.error).toBeUndefined();
    expect(asked()).toEqual([]);
  });

  it('leave their records on agents that push; others are told how to', async () => {
    const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
    const { ports } = worldOf({
      ...{ files: { ...files, ...receiptOf('api', opened.repository, digest) } },
      source: { ci: false, ciName: undefined },
    });
    const [result] = await publish(ports, api());
    expect(result?.error?.hint).toMatch(/nx-docker-cache run api test --push\./);
    await pushImage(opened.client, opened.repository, asked()[0], 'the record');
    expect(await publish(ports, api())).toMatchObject([{ ok: true }]);
  });
});

it('does nothing in a dry run of nx release', async () => {
  const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
  const { ports, logger, files } = worldOf({
    ...{ files: receiptOf('api', opened.repository, digest), environment: { NX_DRY_RUN: 'true' } },
  });
  await publish(ports, project('api'));
  expect(logger.lines.join('\n')).toMatch(/2 to publish · 1 unchanged \(dry run\)/);
  expect([...opened.memory.store.at('acme/api').tags.keys()]).toEqual([SHORT]);
  expect(files.has('.nx-docker-cache/api/publication.json')).toBe(false);
});

it('fails where a tag could not be given, and names it', async () => {
  const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
  opened.memory.fault({ on: /^PUT .*\/manifests\/latest/, status: 403 });
  const { ports, logger } = worldOf({ files: receiptOf('api', opened.repository, digest) });
  const [result] = await publish(ports, project('api'));
  expect(result).toMatchObject({
    ok: false,
    error: { code: 'PUBLISH_FAILED', found: expect.stringContaining(':latest: ') },
  });
  expect(logger.lines.join('\n')).toMatch(/✘ api {2}1 published · 1 unchanged · 1 failed/);
});

it('tells what is refused, what is idle and what is given twice', async () => {
  const { digest } = await pushImage(opened.client, opened.repository, SHORT, 'one');
  const { ports, logger } = worldOf({
    ...{ files: receiptOf('api', opened.repository, digest), source: { branch: 'topic' } },
  });
  await publish(ports, project('api', { tags: ['latest', 'type=ref,event=pr', 'type=sha', '{shortSha}'] }));
  const text = logger.lines.join('\n');
  expect(text).toMatch(/tag +refused +latest +\(tags\.0 \(raw latest\): only the default branch/);
  expect(text).toMatch(/rule +idle +tags\.1 \(ref pr\): this is no build of a pull request/);
  expect(text).toMatch(/warning TAG_TWICE: 2 rules give the tag/);
});
