import type { SkipPlan } from '../model/plan';
import { parseTaskOptions } from '../options/task';
import { planTask } from './task';

const SKIP: SkipPlan = {
  key: 'c'.repeat(64),
  obstacles: [],
  enabled: true,
  read: [`r.test/api:key-t-${'c'.repeat(64)}`, `r.test/api:key-i-${'c'.repeat(64)}`],
  write: `r.test/api:key-i-${'c'.repeat(64)}`,
};

const SERVICE = { serviceImages: new Map([['db', 'x@sha256:1']]) };

function plan(raw: Record<string, unknown> = {}, more: Partial<Parameters<typeof planTask>[0]> = {}) {
  return planTask({
    options: parseTaskOptions({ stage: 'builder', command: 'npm test', ...raw }, 'a spec'),
    project: { name: 'api', root: 'apps/api' },
    stage: 'builder',
    skip: SKIP,
    workspaceRoot: '/repo',
    host: (name) => ({ TOKEN: 'hush' })[name],
    envFiles: [],
    ...more,
  });
}

describe('the container', () => {
  it('passes the image’s ENTRYPOINT by, and a text through sh', () => {
    expect(plan()).toMatchObject({
      settings: { entrypoint: 'sh' },
      command: ['-c', 'npm test'],
      shown: 'npm test',
    });
    expect(plan({ command: ['npm', 'test'] })).toMatchObject({
      settings: { entrypoint: 'npm' },
      command: ['test'],
      shown: 'npm test',
    });
  });

  it('goes through it where the option says so', () => {
    expect(plan({ entrypoint: true })).toMatchObject({
      settings: { entrypoint: undefined },
      command: ['sh', '-c', 'npm test'],
    });
  });

  it('has docker’s settings, with relative mounts made absolute', () => {
    const options = {
      ...{ workdir: '/w', user: 1000, network: 'none', memory: '1g', cpus: 1.5, tmpfs: '/tmp:size=1m' },
      volumes: ['./fixtures:/data:ro', 'named:/x', '/abs:/y', './{projectRoot}/z:/z'],
    };
    expect(plan(options).settings).toEqual({
      ...{ entrypoint: 'sh', workdir: '/w', user: '1000', network: 'none', memory: '1g', cpus: '1.5' },
      volumes: ['/repo/fixtures:/data:ro', 'named:/x', '/abs:/y', '/repo/apps/api/z:/z'],
      tmpfs: ['/tmp:size=1m'],
    });
  });

  it('has the variables of files, over which those of the options win', () => {
    const envFiles = [
      { path: 'a', text: 'A=1\nB=1\nTOKEN\nC', tracked: true },
      { path: 'b', text: 'B=2\nC=2', tracked: true },
    ];
    const { env, secrets } = plan({ env: { C: '3' } }, { envFiles });
    expect(Object.fromEntries(env)).toEqual({ A: '1', B: '2', TOKEN: 'hush', C: '3' });
    expect(secrets).toEqual(['hush']);
  });

  it('has secrets in files that git does not have, and under names that say so in others', () => {
    const own = { path: 'a', text: 'A=of-own\nB=of-own-too\nMODE=own', tracked: false };
    const shared = {
      ...{ path: 'b', tracked: true },
      text: `B=shared\nDB_PASSWORD=postgres\nTOKEN_URL=https://x\nX=ghp_${'a'.repeat(36)}`,
    };
    const { secrets } = plan({ env: { MODE: 'test' } }, { envFiles: [own, shared] });
    expect(secrets).toEqual(['of-own', 'postgres', `ghp_${'a'.repeat(36)}`]);
  });

  it('has secrets in what was written out, and in services, where names or forms say so', () => {
    const env = ['NPM_TOKEN=expanded-by-a-shell', 'MODE=test', 'AT=amqp://bot:correct-horse@mq.shop.test'];
    const services = { db: { image: 'x:1', env: { POSTGRES_PASSWORD: 'of-the-service', LANG: 'C.UTF-8' } } };
    expect(plan({ env, services }, SERVICE).secrets).toEqual([
      'expanded-by-a-shell',
      'amqp://bot:correct-horse@mq.shop.test',
      'correct-horse',
      'of-the-service',
    ]);
  });

  it('has no value of a variable in its settings', () => {
    const made = plan({ env: { TOKEN: null, MODE: 'value-of-mode', ABSENT: null } });
    expect([...made.env]).toEqual([
      ['TOKEN', 'hush'],
      ['MODE', 'value-of-mode'],
    ]);
    expect(made.secrets).toEqual(['hush']);
    expect(JSON.stringify([made.settings, made.command, made.shown])).not.toMatch(/hush|value-of-mode/);
  });
});

describe('outputs', () => {
  it.each<[unknown, { from: string; to: string }]>([
    ['coverage', { from: 'coverage', to: 'apps/api/coverage' }],
    ['reports/unit/', { from: 'reports/unit', to: 'apps/api/reports/unit' }],
    [
      { from: '/tmp/out', to: 'out' },
      { from: '/tmp/out', to: 'apps/api/out' },
    ],
    [
      { from: '../x', to: '../../dist/x' },
      { from: '../x', to: 'dist/x' },
    ],
  ])('%j has its place', (output, expected) => {
    expect(plan({ outputs: [output] }).outputs).toEqual([{ ...expected, replaced: true }]);
  });

  it.each(['.', '..', '../../apps', '../api/'])('%j has more in it than results', (output) => {
    expect(plan({ outputs: [output] }).outputs).toMatchObject([{ replaced: false }]);
  });

  it.each([
    ['../../../etc', 'leaves the workspace'],
    ['../../..', 'leaves the workspace'],
    [{ from: 'x', to: '/etc' }, 'leaves the workspace'],
    ['../..', 'is the whole workspace'],
    ['../../.git/hooks', 'is a part of git’s own folder'],
  ])('%j is refused', (output, reason) => {
    expect(() => plan({ outputs: [output] })).toThrow(
      expect.objectContaining({ code: 'OUTPUT_ESCAPES', message: `an output of the task ${reason}` }),
    );
  });
});

describe('the record', () => {
  it('is looked for and left as keys are, tier by tier', () => {
    const { key, read, write } = plan().record;
    expect(read).toEqual([`r.test/api:task-t-${key}`, `r.test/api:task-i-${key}`]);
    expect(write).toBe(`r.test/api:task-i-${key}`);
  });

  it('is left by nobody who may leave no key', () => {
    const { read, write } = plan({}, { skip: { ...SKIP, write: undefined } }).record;
    expect(read).toHaveLength(2);
    expect(write).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>, Partial<Parameters<typeof planTask>[0]>]>([
    ['the command', { command: 'npm run lint' }, {}],
    ['a list in the place of a text', { command: ['npm', 'test'] }, {}],
    ['the way of a command', { entrypoint: true }, {}],
    ['a variable', { env: { A: '1' } }, {}],
    ['a variable of this machine', { env: ['TOKEN'] }, {}],
    ['a file of variables', {}, { envFiles: [{ path: 'a', text: 'A=1', tracked: true }] }],
    ['the working directory', { workdir: '/x' }, {}],
    ['the user', { user: 'node' }, {}],
    ['no network', { network: 'none' }, {}],
    ['a folder in memory', { tmpfs: '/x' }, {}],
    ['a memory limit', { memory: '1g' }, {}],
    ['a CPU limit', { cpus: 1 }, {}],
    ['an output', { outputs: 'x' }, {}],
    ['a volume, recorded all the same', { volumes: './x:/x', record: true }, {}],
    ['a service', { services: { db: 'x:1' } }, SERVICE],
    ['the stage’s content', {}, { skip: { ...SKIP, key: 'd'.repeat(64) } }],
  ])('has another key with %s', (_, raw, more) => {
    expect(plan(raw, more).record.key).not.toBe(plan().record.key);
  });

  it('has the same key whatever the time limit, and in whatever order variables are written', () => {
    expect(plan({ timeout: 5, skip: false, record: true }).record.key).toBe(plan().record.key);
    const keys = [{ A: 1, B: 2 }, ['B=2', 'A=1']].map((env) => plan({ env }).record.key);
    expect(keys[0]).toBe(keys[1]);
  });

  it('has another key where a variable has another value', () => {
    const keys = ['one', 'two'].map((value) => plan({ env: ['TOKEN'] }, { host: () => value }).record.key);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('has the key of a service’s digest and of all that it is, not of its tag', () => {
    const key = (service: object, reference = 'x@sha256:1') =>
      plan(
        { services: { db: { image: 'x:1', ...service } } },
        { serviceImages: new Map([['db', reference]]) },
      ).record.key;
    expect(key({ image: 'x:2', timeout: 5, port: 80 })).toBe(key({}));
    const others = [
      key({}, 'x@sha256:2'),
      key({ command: 'y' }),
      key({ env: { A: 1 } }),
      key({ tmpfs: '/t' }),
    ];
    expect(new Set([key({}), ...others]).size).toBe(5);
    expect(plan({ services: { db: 'x:1' } }, SERVICE).record.obstacle).toBeUndefined();
  });

  it('is not read with skip: false, but left', () => {
    const { read, write } = plan({ skip: false }).record;
    expect(read).toEqual([]);
    expect(write).toBeDefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ['a volume', { volumes: './data:/data' }],
    ['services', { network: 'services' }],
    ['the host’s network', { network: 'host' }],
  ])('is neither read nor left with %s, unless the option says so', (_, raw) => {
    expect(plan(raw).record).toMatchObject({ read: [], write: undefined, obstacle: expect.any(String) });
    expect(plan({ ...raw, record: true }).record.write).toBeDefined();
  });

  it('is neither read nor left where the content key proves nothing, whatever the option says', () => {
    const skip = { ...SKIP, obstacles: [{ line: 3, reason: 'ADD of a URL' }] };
    expect(plan({ record: true }, { skip }).record).toMatchObject({ read: [], write: undefined });
  });

  it('is neither read nor left with record: false', () => {
    expect(plan({ record: false }).record).toMatchObject({ read: [], write: undefined, obstacle: undefined });
  });
});
