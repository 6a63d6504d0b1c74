import { ENGINE, portsOf, SOURCE, world, type World } from '../../test/fakes/ports';
import type { BuildOutcome } from '../model/outcome';
import { prepare } from './prepare';
import { keyBuild } from './prove';

const BASE = `sha256:${'a'.repeat(64)}`;
const SINCE = 500;
const OUTCOME: BuildOutcome = {
  ...{
    ok: true,
    digest: 'sha256:1',
    steps: [],
    caches: [],
    seconds: 1,
    retried: false,
    warnings: [],
    triggers: [],
  },
  baseImages: [{ name: 'docker.io/library/node:20', digest: BASE }],
};

function fresh(more: Partial<World> = {}): World {
  return world({
    files: { Dockerfile: 'FROM node:20 AS app\nCOPY src /src', 'src/a.js': 'a', '.dockerignore': 'docs' },
    images: { 'node:20': { digest: BASE } },
    ...more,
  });
}

interface Case {
  readonly options?: Record<string, unknown>;
  readonly outcome?: Partial<BuildOutcome>;
  /** What happens while the builder runs. */
  readonly meanwhile?: (state: World) => void;
}

async function keyOf(state: World, { options = {}, outcome = {}, meanwhile }: Case = {}) {
  const ports = portsOf(state);
  const project = {
    name: 'api',
    root: '.',
    target: 'docker-build',
    options: { registry: 'registry.test', tags: 't', ...options },
  };
  const prepared = await prepare(project, ports, true);
  meanwhile?.(state);
  const problem = await keyBuild(
    prepared,
    { outcome: { ...OUTCOME, ...outcome }, engine: state.engine, since: SINCE },
    ports,
  );
  return { problem, key: prepared.skip.key };
}

it('the key of a pushed build is left on its digest', async () => {
  const state = fresh();
  const { problem, key } = await keyOf(state);
  expect(problem).toBeUndefined();
  expect(state.promoted).toEqual([['registry.test/api@sha256:1', [`registry.test/api:key-t-${key}`]]]);
  expect(state.warnings).toEqual([]);
});

it.each<[string, (state: World) => void]>([
  ['a tag was moved', (state) => (state.images['node:20'] = { digest: `sha256:${'b'.repeat(64)}` })],
  ['a registry stopped answering', (state) => (state.images = {})],
])('the key holds where %s meanwhile: the builder said which image it used', async (_, meanwhile) => {
  expect((await keyOf(fresh(), { meanwhile })).problem).toBeUndefined();
});

it.each<[string, (state: World) => void]>([
  ['a file was changed', (state) => (state.files['src/a.js'] = 'b')],
  ['a file was added', (state) => (state.files['src/b.js'] = '')],
  ['a file was changed and changed back', (state) => (state.changed = SINCE + 1)],
  ['the Dockerfile was changed', (state) => (state.files['Dockerfile'] = 'FROM node:20\nCOPY src /other')],
  ['the Dockerfile was broken', (state) => (state.files['Dockerfile'] = 'FRM x')],
  ['the ignore file was changed', (state) => (state.files['.dockerignore'] = 'docs\nsrc/a.js')],
])('no key is left where %s meanwhile', async (what, meanwhile) => {
  const state = fresh();
  const broken = what.includes('ignore file')
    ? (w: World) => {
        meanwhile(w);
        delete w.files['src/a.js'];
      }
    : meanwhile;
  expect((await keyOf(state, { meanwhile: broken })).problem).toBe('what it reads changed while it ran');
  expect(state.promoted).toEqual([]);
  expect(state.warnings).toEqual(['no key is left for this build: what it reads changed while it ran']);
});

it('what the build does not read may change meanwhile', async () => {
  const state = fresh();
  await keyOf(state, { meanwhile: ({ files }) => (files['README.md'] = 'new') });
  expect(state.promoted).toHaveLength(1);
});

it.each<[string, Case, RegExp]>([
  [
    'the builder took another base image',
    { outcome: { baseImages: [{ name: 'node:20', digest: 'sha256:x' }] } },
    /did not use node:20@sha256:a/,
  ],
  ['the builder does not say which it took', { outcome: { baseImages: [] } }, /did not use/],
  [
    'the base image has ONBUILD',
    { outcome: { triggers: [{ stage: 'app', text: 'ONBUILD COPY . /app' }] } },
    /base image of app has instructions of its own \(ONBUILD COPY/,
  ],
])('no key is left where %s', async (_, what, reason) => {
  const state = fresh();
  expect((await keyOf(state, what)).problem).toMatch(reason);
  expect(state.promoted).toEqual([]);
});

it('no key is left where the base image of the only stage has ONBUILD', async () => {
  const triggers = [{ stage: undefined, text: 'ONBUILD RUN x' }];
  expect((await keyOf(fresh(), { outcome: { triggers } })).problem).toMatch(/^the base image has instr/);
});

it('ONBUILD of a stage of the file is known', async () => {
  const state = fresh();
  state.files['Dockerfile'] = 'FROM node:20 AS base\nONBUILD COPY src /src\nFROM base\n';
  const triggers = [{ stage: 'stage-1', text: 'ONBUILD COPY src /src' }];
  expect((await keyOf(state, { outcome: { triggers } })).problem).toBeUndefined();
  const foreign = [...triggers, { stage: 'base', text: 'ONBUILD RUN x' }];
  expect((await keyOf(state, { outcome: { triggers: foreign } })).problem).toMatch(/of base has/);
});

describe('the builder’s platform', () => {
  const other = { engine: { ...ENGINE, platform: 'linux/arm64' } };

  it('has to be this machine’s', async () => {
    expect((await keyOf(fresh(other))).problem).toMatch(
      /for linux\/arm64, and this machine is for linux\/amd64/,
    );
  });

  it('has to be known', async () => {
    expect((await keyOf(fresh({ engine: { ...ENGINE, platform: undefined } }))).problem).toMatch(
      /does not name/,
    );
  });

  it('does not matter where platforms are given and nothing names it', async () => {
    expect((await keyOf(fresh(other), { options: { platforms: 'linux/amd64' } })).problem).toBeUndefined();
  });

  it('matters where a FROM names it', async () => {
    const state = fresh(other);
    state.files['Dockerfile'] = 'FROM --platform=$BUILDPLATFORM node:20\nCOPY src /src';
    expect((await keyOf(state, { options: { platforms: 'linux/amd64' } })).problem).toMatch(/linux\/arm64/);
  });
});

it('a key that cannot be written is a warning, and the receipt’s key holds', async () => {
  const state = fresh({ refusal: 'denied' });
  expect((await keyOf(state)).problem).toBeUndefined();
  expect(state.warnings).toEqual(['no key is left for this build: denied']);
});

it('a build that is only loaded is proven for its receipt', async () => {
  const options = { load: true, push: false };
  expect(
    (await keyOf(fresh(), { options, meanwhile: (state) => (state.changed = SINCE + 1) })).problem,
  ).toBeDefined();
  const state = fresh();
  expect((await keyOf(state, { options })).problem).toBeUndefined();
  expect(state.promoted).toEqual([]);
});

it('a fork’s build is not proven, as it leaves nothing', async () => {
  const state = fresh({
    source: { ...SOURCE, branch: 'fix', pullRequest: '7', baseBranch: 'main', fork: true },
  });
  expect(
    (await keyOf(state, { meanwhile: ({ files }) => (files['src/a.js'] = 'b') })).problem,
  ).toBeUndefined();
  expect(state.warnings).toEqual([]);
});

it('what can never be skipped is not told twice', async () => {
  const state = fresh({ images: {} });
  expect((await keyOf(state)).problem).toBeUndefined();
  expect(state.warnings).toEqual([]);
});
