import { FakeClock } from '../../../test/fakes/clock';
import { portsOf, SOURCE, world, type World } from '../../../test/fakes/ports';
import type { StoredTask } from '../../ports/task-records';
import type { BuildEvent } from '../../model/events';
import type { TaskRecord } from '../../model/task';
import { prepare } from '../prepare';
import { runTask, type TaskPorts } from '.';
import { forPlatform } from './own-platform';
import { asStage } from './stage-build';

const IMAGE = 'registry.test/api';
const FILES = {
  Dockerfile: 'FROM node:20 AS builder\nCOPY src /src\n\nFROM scratch\nCOPY --from=builder /src /\n',
  'src/a.js': 'a',
};
const IMAGES = { 'node:20': { digest: `sha256:${'a'.repeat(64)}` } };
const BUILD = { name: 'api', root: '.', target: 'docker-build', options: { registry: 'registry.test' } };
const DIGEST = `sha256:${'d'.repeat(64)}`;
const FORK = { ...SOURCE, branch: 'fix', pullRequest: '7', baseBranch: 'main', fork: true };
const BRANCH = { ...SOURCE, branch: 'feature' };

const BASE = `[builder 1/2] FROM docker.io/library/node:20@${IMAGES['node:20'].digest}`;

function stepsOf(names: readonly string[]): BuildEvent {
  const times = { started: 1, completed: 1, cached: false, error: undefined };
  const vertexes = names.map((name) => ({ digest: name, name, ...times }));
  return { vertexes, statuses: [], logs: [], warnings: [] };
}

interface Scene {
  readonly state?: Partial<World>;
  /** Tags that the registry has; KEY and TASK stand for the keys. */
  readonly tags?: Readonly<Record<string, string>>;
  /** References that the engine has. */
  readonly here?: readonly string[];
  readonly exitCode?: number;
  readonly stored?: Partial<StoredTask> | Error;
  readonly unpullable?: readonly string[];
  /** The receipt of the last build; KEY stands for the content key. */
  readonly receipt?: Readonly<Record<string, unknown>>;
  /** What git has; undefined where it does not answer. */
  readonly tracked?: readonly string[];
  /** true where Nx has just run the build. */
  readonly built?: boolean;
  /** Runs while the stage is built. */
  readonly meanwhile?: (state: World) => void;
  readonly onPull?: (state: World) => void;
  readonly buildContexts?: Readonly<Record<string, string>>;
  /** Steps of the build beside its FROM. */
  readonly steps?: readonly string[];
  /** Of the build. */
  readonly platforms?: readonly string[];
}

async function play(options: Record<string, unknown>, scene: Scene = {}) {
  const state = world({ files: { ...FILES }, images: IMAGES, ...scene.state });
  const calls: string[] = [];
  const left: [string, TaskRecord, string, readonly string[]][] = [];
  const printed: string[] = [];
  const base = portsOf(state);
  const ports: TaskPorts = {
    ...base,
    clock: new FakeClock(),
    engine: {
      ...base.engine,
      imageId: async (ref) => (scene.here?.includes(ref) === true ? ref : undefined),
      build: async ({ argv, onEvent }) => {
        calls.push(`build ${argv[argv.indexOf('--target') + 1]!} ${argv[argv.indexOf('--output') + 1]!}`);
        scene.meanwhile?.(state);
        onEvent(stepsOf([BASE, ...(scene.steps ?? [])]));
        return { exitCode: 0, canceled: false, digest: 'sha256:built' };
      },
    },
    containers: {
      removeLeftovers: async () => 0,
      pull: async (ref) => {
        calls.push(`pull ${ref}`);
        scene.onPull?.(state);
        return scene.unpullable?.includes(ref) === true ? 'no such blob' : undefined;
      },
      create: async ({ image, command }) => {
        calls.push(`run ${image} ${command.join(' ')}`);
        return 'id';
      },
      start: async (_, onOutput) => onOutput('stdout', Buffer.from('hello hush-hush\n')),
      state: async () => ({
        ...{ running: false, finished: true, exitCode: scene.exitCode ?? 0, outOfMemory: false },
        ...{ error: '', workdir: '/app' },
      }),
      kill: async () => undefined,
      copyOut: async (_, __, to) => ({ paths: [`${to}/x`], bytes: 1, refused: [] }),
      remove: async () => undefined,
    },
    services: {
      createNetwork: async () => 'net',
      launch: async ({ name, reference }, network) => {
        calls.push(`launch ${name} ${reference} ${network}`);
        return name;
      },
      states: async (ids) => ids.map(() => ({ running: true, exitCode: 0, healthy: undefined })),
      logs: async () => ['ready'],
      clear: async (ids, network) => void calls.push(`clear ${ids.join(' ')} ${network}`),
    },
    results: { clear: async () => ({ kept: [], problems: [] }) },
    tracked: async (paths) =>
      scene.tracked === undefined ? undefined : paths.filter((path) => scene.tracked!.includes(path)),
    output: { write: async (_, chunk) => void printed.push(Buffer.from(chunk).toString()) },
    records: {
      restore: async (reference, key) => {
        calls.push(`restore ${reference}`);
        if (scene.stored instanceof Error) throw scene.stored;
        const record = { key, seconds: 12, finished: '2026-01-01T00:00:00.000Z' } as TaskRecord;
        return { record, log: Buffer.from('as before\n'), restored: [], kept: [], ...scene.stored };
      },
      leave: async (ref, record, log, paths) =>
        void left.push([ref, record, Buffer.from(log).toString(), paths]),
    },
  };
  const { platforms, buildContexts } = scene;
  const build = { ...BUILD, options: { ...BUILD.options, platforms, buildContexts } };
  const own = forPlatform(build, ports.environment.platform);
  const { skip } = await prepare(asStage(own, 'builder'), ports, false);
  const raw = { stage: 'builder', command: ['npm', 'test'], ...options };
  if (scene.receipt !== undefined) {
    const { pushed, obstacles = [], ...stage } = scene.receipt;
    const other = { image: IMAGE, digest: 'sha256:other', contentKey: 'other' };
    const receipt = {
      version: 1,
      contentKey: 'x',
      obstacles: [],
      inputs: [],
      pushed,
      stages: [other, { ...stage, obstacles }],
    };
    state.files['.nx-docker-cache/api/receipt.json'] = JSON.stringify(receipt).replaceAll('KEY', skip.key);
  }
  for (const [tag, digest] of Object.entries(scene.tags ?? {}))
    state.tags[tag.replace('KEY', skip.key)] = digest;
  const taskTag = Object.keys(state.tags).find((tag) => tag.includes('TASK'));
  if (taskTag !== undefined) {
    // The record's key is the planner's business: any record tag that is asked for is this one.
    const digest = state.tags[taskTag] as string;
    const probe = ports.probe.probe.bind(ports.probe);
    const letter = /task-(.)-/.exec(taskTag)![1]!;
    (ports.probe as { probe: typeof probe }).probe = (ref) =>
      ref.includes(`:task-${letter}-`) ? Promise.resolve({ state: 'present', digest }) : probe(ref);
  }
  const interrupt = { signal: new AbortController().signal, received: () => undefined };
  const result = await runTask(
    { build, name: 'docker-test', options: raw, built: scene.built ?? false },
    ports,
    interrupt,
  );
  return { result, calls, left, printed: printed.join(''), state };
}

const KEY = `${IMAGE}:key-t-KEY`;
const AT = `${IMAGE}@${DIGEST}`;
/** A registry that has the stage. */
const THERE = { [KEY]: DIGEST, [AT]: DIGEST };

describe('the image of a stage', () => {
  it('is what the last build left, without asking the registry', async () => {
    const receipt = { contentKey: 'KEY', image: IMAGE, digest: DIGEST, pushed: true };
    const { calls, result } = await play({}, { receipt, here: [AT] });
    expect(calls).toEqual([`run ${AT} test`]);
    expect(result).toEqual({ status: 'passed', exitCode: 0, error: undefined });
  });

  it('is the loaded image by its id', async () => {
    const receipt = { contentKey: 'KEY', image: IMAGE, digest: DIGEST, pushed: false, imageId: 'sha256:id' };
    const { calls } = await play({}, { receipt, here: ['sha256:id'] });
    expect(calls).toEqual(['run sha256:id test']);
  });

  it('is not what another content left', async () => {
    const receipt = { contentKey: 'other', image: IMAGE, digest: DIGEST, pushed: true };
    const { calls } = await play({}, { receipt, here: [AT, `${IMAGE}@sha256:built`] });
    expect(calls[0]).toMatch(/^build builder /);
  });

  it('is that of this machine where the build is for several platforms', async () => {
    const platforms = ['linux/arm64', 'linux/amd64'];
    const part = { platform: 'linux/amd64', contentKey: 'KEY', digest: DIGEST };
    const whole = { contentKey: 'both', image: IMAGE, digest: 'sha256:index', pushed: true, parts: [part] };
    const left = await play({}, { platforms, receipt: whole, here: [AT] });
    expect(left.calls).toEqual([`run ${AT} test`]);
    const built = await play({}, { platforms, here: [`${IMAGE}@sha256:built`] });
    expect(built.calls).toEqual([
      expect.stringMatching(/^build builder type=image,name=registry\.test\/api:part-t-[^,]*-linux-amd64,/),
      `run ${IMAGE}@sha256:built test`,
    ]);
  });

  describe('whose key proves nothing', () => {
    const obstacles = [{ reason: 'the base image has instructions of its own (ONBUILD COPY . /app)' }];
    const receipt = { contentKey: 'KEY', image: IMAGE, digest: DIGEST, pushed: true };
    const rebuilt = [`run ${IMAGE}@sha256:built test`];
    const here = [AT, `${IMAGE}@sha256:built`];

    it('as its build found out is built again, since no key tells whether its files are the same', async () => {
      const { calls, left } = await play({}, { receipt: { ...receipt, obstacles }, here });
      expect(calls).toEqual([expect.stringMatching(/^build builder /), ...rebuilt]);
      expect(left).toHaveLength(1);
    });

    it('leaves no record where the new build finds that out as well', async () => {
      const scene = {
        receipt: { ...receipt, obstacles },
        here,
        steps: ['[builder 2/2] ONBUILD COPY . /app'],
      };
      const { calls, left, state } = await play({}, scene);
      expect(calls.slice(1)).toEqual(rebuilt);
      expect(left).toEqual([]);
      expect(state.lines.join('\n')).toMatch(
        /no record +the base image of builder has instructions of its own/,
      );
    });

    it('is that of the build that Nx has just run, without a record', async () => {
      const scene = { receipt: { ...receipt, obstacles }, here, built: true };
      const { calls, left } = await play({}, scene);
      expect(calls).toEqual([`run ${AT} test`]);
      expect(left).toEqual([]);
    });

    it('has no record that would be believed', async () => {
      const tags = { ...THERE, [`${IMAGE}:task-t-TASK`]: 'sha256:record' };
      for (const built of [false, true]) {
        const { result } = await play({}, { receipt: { ...receipt, obstacles }, here, tags, built });
        expect(result.status).toBe('passed');
      }
    });

    it('as the options say is built again, and was not by another build of that key', async () => {
      const buildContexts = { fixtures: '../fixtures' };
      const tags = { ...THERE, [`${IMAGE}:task-t-TASK`]: 'sha256:record' };
      const scene = { receipt, here, tags, buildContexts };
      const { calls, left } = await play({}, scene);
      expect(calls).toEqual([expect.stringMatching(/^build builder /), ...rebuilt]);
      expect(left).toEqual([]);
      expect((await play({}, { ...scene, built: true })).calls).toEqual([`run ${AT} test`]);
    });

    it('counts where another build has proven it', async () => {
      const { calls, left } = await play({}, { receipt: { ...receipt, obstacles }, tags: THERE });
      expect(calls).toEqual([`pull ${AT}`, `run ${AT} test`]);
      expect(left).toHaveLength(1);
    });
  });

  it('leaves no record under the key of files that were not built', async () => {
    const meanwhile = ({ files }: World): void => void (files['src/a.js'] = 'b');
    const edited = await play({}, { here: [`${IMAGE}@sha256:built`], meanwhile });
    expect(edited.calls.at(-1)).toMatch(/^run /);
    expect(edited.left).toEqual([]);
    expect((await play({}, { here: [`${IMAGE}@sha256:built`] })).left).toHaveLength(1);
  });

  it('that was changed between two looks leaves no record', async () => {
    // Another process saves a file while the pull of what was found goes wrong.
    const scene = { tags: THERE, unpullable: [AT], here: [`${IMAGE}@sha256:built`] };
    const onPull = ({ files }: World): void => void (files['src/a.js'] = 'b');
    const { calls, left } = await play({}, { ...scene, onPull });
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['pull', 'build', 'run']);
    expect(left).toEqual([]);
    expect((await play({}, scene)).left).toHaveLength(1);
  });

  it('is pulled by digest where the registry has its key', async () => {
    expect((await play({}, { tags: THERE })).calls).toEqual([`pull ${AT}`, `run ${AT} test`]);
  });

  it('is built where it is nowhere, with tags of its own, and the project’s receipt stays', async () => {
    const receipt = { contentKey: 'other', image: IMAGE, digest: DIGEST, pushed: true };
    const { calls, state } = await play({}, { receipt, here: [`${IMAGE}@sha256:built`] });
    const output = `type=image,name=${IMAGE}:builder-c0ffee0,push=true,store=false,unpack=false`;
    expect(calls).toEqual([`build builder ${output}`, `run ${IMAGE}@sha256:built test`]);
    expect(state.files['.nx-docker-cache/api/receipt.json']).toContain('other');
    expect(state.files['.nx-docker-cache/api/receipt.docker-build.builder.json']).toContain('sha256:built');
  });

  it('is built again where its digest is gone from the registry, and that is said', async () => {
    const { calls, state } = await play({}, { tags: { [KEY]: DIGEST }, here: [`${IMAGE}@sha256:built`] });
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['build', 'run']);
    expect(state.warnings).toContain(`${AT} is gone from the registry; the stage is built again`);
  });

  it('is built again where it cannot be pulled', async () => {
    const scene = { tags: THERE, unpullable: [AT], here: [`${IMAGE}@sha256:built`] };
    const { calls, state } = await play({}, scene);
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['pull', 'build', 'run']);
    expect(state.warnings[0]).toMatch(/cannot be pulled: no such blob; the stage is built again$/);
  });

  it('is built into the engine on a fork’s agent, which may push nothing', async () => {
    const { calls } = await play({}, { here: [`${IMAGE}:builder-dev`], state: { source: FORK } });
    expect(calls[0]).toMatch(/^build builder type=docker,name="?registry\.test\/api:builder-dev/);
    expect(calls[1]).toBe(`run ${IMAGE}:builder-dev test`);
  });

  it('is told of where a build gives none', async () => {
    await expect(play({}, { state: { source: FORK } })).rejects.toMatchObject({ code: 'NO_IMAGE' });
  });

  it('cannot be of a stage that is not there', async () => {
    await expect(play({ stage: 'biulder' })).rejects.toMatchObject({
      code: 'UNKNOWN_STAGE',
      hint: 'Did you mean builder?',
    });
  });
});

describe('a record', () => {
  const has = (letter: string) => ({ tags: { ...THERE, [`${IMAGE}:task-${letter}-TASK`]: 'sha256:record' } });

  it('takes the place of a run', async () => {
    const { calls, result, printed } = await play({}, has('t'));
    expect(calls).toEqual([`restore ${IMAGE}@sha256:record`]);
    expect(result).toEqual({ status: 'skipped', exitCode: 0, error: undefined });
    expect(printed).toBe('as before\n');
  });

  it.each<[string, Record<string, unknown>, Scene]>([
    ['skip is false', { skip: false }, has('t')],
    ['it cannot be read', {}, { ...has('t'), stored: new Error('it has no log') }],
    ['an internal build left it, and this one is trusted', {}, has('i')],
    ['a volume is read', { volumes: './x:/x' }, has('t')],
  ])('does not where %s', async (_, options, scene) => {
    const { calls, result } = await play(options, scene);
    expect(calls.at(-1)).toBe(`run ${AT} test`);
    expect(result.status).toBe('passed');
  });

  it('of an internal build is taken by another, and by a fork', async () => {
    for (const source of [BRANCH, FORK]) {
      const { result } = await play({}, { ...has('i'), state: { source } });
      expect(result.status).toBe('skipped');
    }
  });

  it('is left by what has passed, without the secrets of this machine', async () => {
    const scene = { tags: THERE, state: { env: { TOKEN: 'hush-hush' } } };
    const command = ['npm', 'test', '--token=hush-hush'];
    const { left } = await play({ env: ['TOKEN'], outputs: 'coverage', command }, scene);
    expect(left).toHaveLength(1);
    const [ref, record, log, paths] = left[0]!;
    expect(ref).toMatch(/^registry\.test\/api:task-t-[0-9a-f]{64}$/);
    expect(record).toMatchObject({ digest: DIGEST, exitCode: 0, stage: 'builder', outputs: ['coverage/x'] });
    expect(record.command).toEqual(['npm', 'test', '--token=***']);
    expect(JSON.stringify([record, log])).not.toContain('hush-hush');
    expect(log).toBe('hello ***\n');
    expect(paths).toEqual(['coverage/x']);
  });

  it('is left without the values that a shell wrote out, nor those of a command that goes through sh', async () => {
    const env = ['NPM_TOKEN=hush-hush'];
    const { left } = await play({ env, command: 'x hush-hush' }, { tags: THERE });
    const [, record, log] = left[0]!;
    expect([record.command, log]).toEqual([['sh', '-c', 'x ***'], 'hello ***\n']);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['that git does not have', { tracked: [] }, 'hello ***\n'],
    ['of which git says nothing', {}, 'hello ***\n'],
    ['that everybody may read', { tracked: ['test.env'] }, 'hello hush-hush\n'],
  ])('masks the values of an env file %s', async (_, scene, printed) => {
    const state = { files: { ...FILES, 'test.env': 'WORD=hush-hush\n' } };
    const { left } = await play({ envFile: 'test.env' }, { tags: THERE, state, ...scene });
    expect(left[0]![2]).toBe(printed);
  });

  it.each<[string, Scene, Record<string, unknown>]>([
    ['what has failed', { exitCode: 1 }, {}],
    ['a fork', { state: { source: FORK } }, {}],
    ['a volume', {}, { volumes: './x:/x' }],
    ['record: false', {}, { record: false }],
    ['a build that may not push', { state: { source: { ...SOURCE, ci: false } } }, {}],
  ])('is not left by %s', async (_, scene, options) => {
    const { left, calls } = await play(options, { tags: THERE, ...scene });
    expect(calls.at(-1)).toMatch(/^run /);
    expect(left).toEqual([]);
  });
});

it('gives the command’s exit code', async () => {
  const { result } = await play({}, { tags: THERE, exitCode: 3 });
  expect(result).toEqual({ status: 'failed', exitCode: 3, error: undefined });
});

describe('results that the stage reads', () => {
  const files = { ...FILES, Dockerfile: 'FROM node:20 AS builder\nCOPY . /app\n' };
  const warned = async (scene: Partial<World>, more: Scene = {}): Promise<readonly string[]> => {
    const { state } = await play({ outputs: 'coverage' }, { tags: THERE, state: scene, ...more });
    return state.warnings;
  };

  it('are told of, with the line that leaves them out', async () => {
    expect(await warned({ files })).toEqual([
      expect.stringMatching(
        /^coverage is a result .* stage builder reads it \(Dockerfile:2 COPY \.\): .* Write coverage into a \.docker/,
      ),
    ]);
  });

  it('are well where they are ignored, are sources, or the stage does not read them', async () => {
    expect(await warned({ files: { ...files, '.dockerignore': 'coverage' } })).toEqual([]);
    expect(await warned({ files }, { tracked: ['coverage'] })).toEqual([]);
    expect(await warned({})).toEqual([]);
  });
});

it('needs its env file', async () => {
  await expect(play({ envFile: '{projectRoot}/.env' })).rejects.toMatchObject({
    code: 'MISSING_SECRET',
    expected: 'a file at ./.env',
  });
});

describe('services', () => {
  const services = { db: 'redis:7' };
  const redis = { digest: `sha256:${'7'.repeat(64)}` };
  const scene = (more: Partial<World> = {}): Scene => ({
    tags: THERE,
    here: [AT],
    state: { images: { ...IMAGES, 'redis:7': redis }, ...more },
  });

  it('run beside the task, by the digest that their tag points at', async () => {
    const { calls } = await play({ services }, scene());
    const reference = `redis@${redis.digest}`;
    expect(calls).toEqual([
      ...[`pull ${reference}`, `launch db ${reference} net`, `run ${AT} test`, 'clear db net'],
    ]);
  });

  it('are not started where the task has passed before', async () => {
    const { calls, result } = await play(
      { services },
      {
        ...scene(),
        tags: { ...THERE, [`${IMAGE}:task-t-TASK`]: 'sha256:record' },
      },
    );
    expect(result.status).toBe('skipped');
    expect(calls).toEqual([`restore ${IMAGE}@sha256:record`]);
  });

  it('leave a record with them', async () => {
    const records = await Promise.all(
      ['7', '8'].map(async (digit) => {
        const images = { ...IMAGES, 'redis:7': { digest: `sha256:${digit.repeat(64)}` } };
        return (await play({ services }, scene({ images }))).left[0]?.[0];
      }),
    );
    expect(records).toEqual([expect.stringContaining(':task-t-'), expect.stringContaining(':task-t-')]);
    expect(records[0]).not.toBe(records[1]);
  });

  it('that no registry has are the engine’s own', async () => {
    const images = { ...IMAGES, 'mine:dev': { problem: 'no such registry' } };
    const own = { services: { db: 'mine:dev' } };
    const { calls } = await play(own, { ...scene({ images }), here: [AT, 'mine:dev'] });
    expect(calls).toContain('launch db mine:dev net');
    await expect(play(own, scene({ images }))).rejects.toMatchObject({
      ...{ code: 'NO_IMAGE', found: 'no such registry' },
    });
  });
});
