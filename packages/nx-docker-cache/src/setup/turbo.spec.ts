import { copies, dockerfileOf, factsOf, json, packageOf, again } from '../../test/fakes/setup';
import { planSetup, type Setup, type SetupFacts } from './index';

const OWN = ['apps/api/turbo.json', 'tasks', 'docker-build'] as const;
const ownTask = (setup: Setup): unknown =>
  (json(setup, OWN[0]) as { tasks?: Record<string, unknown> } | null)?.tasks?.[OWN[2]];

/** It reads a file at the root, a variable and a secret, and takes what its own task makes. */
const API = packageOf('apps/api', {
  dockerfile: dockerfileOf('apps/api/Dockerfile', {
    instructions: copies('tsconfig.json'),
    outputs: [{ path: 'apps/api/dist', project: '@acme/api', target: 'build', line: 3 }],
  }),
  variables: { args: ['VERSION'], others: ['NPM_TOKEN'], tasks: {} },
});
const INPUTS = ['$TURBO_DEFAULT$', '$TURBO_ROOT$/tsconfig.json'];
const GATE = { dependsOn: ['test'], inputs: ['src/**'], env: ['FOO'], passThroughEnv: ['CI'], cache: false };
const gated = (more: Partial<SetupFacts> = {}, tasks: object = { 'docker-build': GATE }): SetupFacts =>
  factsOf({ packages: [API], ...more, texts: { 'turbo.json': JSON.stringify({ tasks }), ...more.texts } });

describe('lists of a package', () => {
  it('take over what the root has there: a gate of tests stays', () => {
    expect(ownTask(planSetup(gated()))).toEqual({
      dependsOn: ['$TURBO_EXTENDS$', 'build'],
      inputs: ['$TURBO_EXTENDS$', ...INPUTS],
      env: ['$TURBO_EXTENDS$', 'VERSION'],
      passThroughEnv: ['$TURBO_EXTENDS$', 'NPM_TOKEN'],
    });
    expect(again(gated())).toMatchObject({ edits: [] });
  });

  it('hold all of it for versions that know no word for that', () => {
    const facts = gated({ turbo: '2.6.3' });
    expect(ownTask(planSetup(facts))).toEqual({
      dependsOn: ['test', 'build'],
      inputs: ['src/**', ...INPUTS],
      env: ['FOO', 'VERSION'],
      passThroughEnv: ['CI', 'NPM_TOKEN'],
    });
    // What was written then is right for a later version too.
    expect(again(facts).kept).toEqual(again({ ...facts, turbo: '2.11.11' }).kept);
    expect(again(facts)).toMatchObject({ edits: [] });
  });

  it('let through for stage tasks and publishing what the build needs too, or they would look for another one', () => {
    const tasks = { 'docker-test': ['WORD'], 'docker-publish': ['STAGE'] };
    const tested = { ...API, tasks: ['test'], variables: { ...API.variables, tasks } };
    const facts = (turbo?: string): SetupFacts => factsOf({ packages: [tested], ...(turbo && { turbo }) });
    const own = json(planSetup(facts()), OWN[0]) as { tasks: object };
    expect(own.tasks).toMatchObject({
      'docker-build': { env: ['VERSION'], passThroughEnv: ['$TURBO_EXTENDS$', 'NPM_TOKEN'] },
      'docker-test': { passThroughEnv: ['$TURBO_EXTENDS$', 'NPM_TOKEN', 'VERSION', 'WORD'] },
      'docker-publish': { passThroughEnv: ['$TURBO_EXTENDS$', 'NPM_TOKEN', 'VERSION', 'WORD', 'STAGE'] },
    });
    expect(again(facts())).toMatchObject({ edits: [], kept: [] });
    const older = json(planSetup(facts('2.6.3')), OWN[0]) as { tasks: object };
    expect(older.tasks).toMatchObject({
      'docker-test': { passThroughEnv: expect.arrayContaining(['CI', 'VERSION', 'WORD']) as unknown },
    });
    const root = packageOf('.', { tasks: ['test'], variables: { ...API.variables, tasks } });
    expect(json(planSetup(factsOf({ packages: [root, API] })), 'turbo.json')).toMatchObject({
      tasks: {
        '//#docker-test': { passThroughEnv: expect.arrayContaining(['NPM_TOKEN', 'WORD']) as unknown },
      },
    });
  });

  it('go by the task that the root has for this package alone', () => {
    const tasks = { 'docker-build': GATE, '@acme/api#docker-build': { dependsOn: ['lint'], cache: false } };
    expect(ownTask(planSetup(gated({}, tasks)))).toMatchObject({
      ...{ dependsOn: ['$TURBO_EXTENDS$', 'build'], inputs: INPUTS, env: ['VERSION'] },
      passThroughEnv: ['NPM_TOKEN'],
    });
    expect(ownTask(planSetup(gated({ turbo: '2.6.3' }, tasks)))).toMatchObject({
      dependsOn: ['lint', 'build'],
    });
  });

  it('take over what another package has, whose file this one goes on from', () => {
    const texts = { [OWN[0]]: '{ "extends": ["//", "@acme/cfg"] }' };
    expect(ownTask(planSetup(gated({ texts }, {})))).toMatchObject({
      dependsOn: ['$TURBO_EXTENDS$', 'build'],
      inputs: ['$TURBO_EXTENDS$', ...INPUTS],
    });
  });

  it('that a user wrote and that replace the root’s are kept, with what they lack', () => {
    const texts = {
      [OWN[0]]: JSON.stringify({ extends: ['//'], tasks: { 'docker-build': { dependsOn: ['build'] } } }),
    };
    expect(planSetup(gated({ texts })).kept).toContain(
      'apps/api/turbo.json: tasks.docker-build.dependsOn stays as it is; it lacks test',
    );
  });
});

describe('what older versions do not know is left out, with a word', () => {
  const notesOf = (turbo: string | undefined): string =>
    planSetup(gated({ turbo }, { 'docker-build': { cache: false } })).notes.join('\n');

  it.each<[string | undefined, boolean, RegExp]>([
    ['2.4.4', false, /no inputs are written for apps\/api: [^]*turbo 2\.4\.4; update it to 2\.5 or later/],
    ['2.0', false, /update it to 2\.5[^]*\n.*turbo 2\.9 can do better/],
    [
      '2.5.0',
      true,
      /^`turbo run docker-build --affected` looks at packages only[^]*turbo 2\.9 can do better$/,
    ],
    ['2.8.21', true, /turbo 2\.9 can do better$/],
    ['2.9.0', true, /set "futureFlags": \{ "affectedUsingTaskInputs": true \}/],
    ['3.0.0', true, /set "futureFlags"/],
    [undefined, true, /set "futureFlags"/],
  ])('turbo %s', (turbo, hasInputs, notes) => {
    expect(notesOf(turbo)).toMatch(notes);
    expect(/futureFlags/.test(notesOf(turbo))).not.toBe(/can do better/.test(notesOf(turbo)));
    const { inputs } = ownTask(planSetup(gated({ turbo }, {}))) as { inputs?: string[] };
    expect(inputs).toEqual(hasInputs ? INPUTS : undefined);
  });
});

describe('tasks of other packages that a build waits for', () => {
  const from = (project: string) => ({
    ...{ image: 'acme/base', digest: undefined, text: 'acme/base', line: 1, via: 'FROM' as const },
    builtBy: { project, target: 'docker-build' },
  });
  const waiting = (more: Partial<SetupFacts>, project = 'base'): unknown => {
    const dockerfile = dockerfileOf('apps/api/Dockerfile', {
      externalImages: [from(project)],
      outputs: [{ path: 'libs/b/dist', project: 'b', target: 'build', line: 3 }],
    });
    const api = packageOf('apps/api', { dockerfile });
    return ownTask(planSetup(factsOf({ ...more, packages: [api, ...(more.packages ?? [])] })));
  };

  it('go by what package.json calls those, and are left out where it calls them nothing', () => {
    const packageNames = new Map([
      ['base', '@acme/base'],
      ['b', '@acme/b'],
    ]);
    expect(waiting({ packageNames })).toEqual({ dependsOn: ['@acme/b#build', '@acme/base#docker-build'] });
    expect(waiting({ packageNames: new Map([['b', '@acme/b']]) })).toEqual({ dependsOn: ['@acme/b#build'] });
  });

  it('are the root’s under the name that those have, as far as there is such a task', () => {
    const root = packageOf('.', { name: 'acme', dockerfile: dockerfileOf('Dockerfile') });
    const packageNames = new Map([['acme', 'acme']]);
    const known = { packages: [root], packageNames };
    expect(waiting(known, 'acme')).toEqual({ dependsOn: ['//#docker-build'] });
    const texts = {
      'package.json': '{ "workspaces": ["apps/*"], "scripts": { "docker-build": "turbo run docker-build" } }',
    };
    expect(waiting({ ...known, texts }, 'acme')).toBeUndefined();
  });
});

describe('a root whose scripts are its own', () => {
  const root = packageOf('.', { name: 'acme', dockerfile: dockerfileOf('Dockerfile'), tasks: ['test'] });
  const setupOf = (
    scripts: Readonly<Record<string, string>>,
  ): { tasks: string[]; notes: readonly string[] } => {
    const texts = { 'package.json': JSON.stringify({ workspaces: ['apps/*'], scripts }) };
    const setup = planSetup(factsOf({ packages: [root, packageOf('apps/api')], texts }));
    const { tasks } = json(setup, 'turbo.json') as { tasks: object };
    return {
      tasks: Object.keys(tasks).filter((task) => task.startsWith('//#')),
      notes: setup.notes.filter((note) => /^package\.json: /.test(note)),
    };
  };

  it('gets no task where its script runs Turborepo, which would go in circles', () => {
    const script = 'turbo run docker-build';
    expect(setupOf({ 'docker-build': script })).toEqual({
      tasks: [],
      notes: [
        `package.json: the script docker-build is "${script}", so it is no task for the root's image: call that one otherwise and run this again`,
      ],
    });
  });

  it('gets those whose script is ours, however it is called', () => {
    const build = 'yarn run -T nx-docker-cache build . --push';
    const { tasks, notes } = setupOf({
      ...{ 'docker-build': build, 'docker-publish': 'turbo run docker-publish' },
      'docker-test': 'make nx-docker-cache-test',
    });
    expect(tasks).toEqual(['//#docker-build']);
    expect(notes.map((note) => /the script (\S+)/.exec(note)?.[1])).toEqual([
      'docker-test',
      'docker-publish',
    ]);
  });
});

it('tells of packages that Turborepo does not know', () => {
  const packages = [packageOf('apps/api'), packageOf('tools/x')];
  const texts = { 'apps/api/package.json': '{}', 'tools/x/package.json': '{ "name": "x" }' };
  const facts = { packages, texts, packageNames: new Map<string, string>() };
  expect(planSetup(factsOf(facts)).notes).toEqual([
    'apps/api/package.json: give it a name, or Turborepo leaves it out; then run this again',
    "tools/x: have the workspace's patterns name it, or Turborepo leaves it out; then run this again",
  ]);
  expect(planSetup(factsOf({ ...facts, tools: ['npm'] })).notes).toEqual([]);
});
