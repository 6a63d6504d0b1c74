import { again, copies, dockerfileOf, factsOf, json, packageOf } from '../../test/fakes/setup';
import { planSetup, type SetupFacts } from './index';

describe('init', () => {
  it('writes configuration, scripts, tasks and the line of .gitignore', () => {
    const setup = planSetup(factsOf());
    expect(json(setup, 'nx-docker-cache.json')).toEqual({
      $schema: './node_modules/nx-docker-cache/schema.json',
      defaults: { registry: 'ghcr.io/acme' },
    });
    expect(json(setup, 'apps/api/package.json')).toEqual({
      name: 'x',
      scripts: { 'docker-build': 'nx-docker-cache build .', 'docker-publish': 'nx-docker-cache publish .' },
    });
    expect(json(setup, 'turbo.json')).toMatchObject({
      tasks: {
        'docker-build': { cache: false },
        'docker-publish': { cache: false, dependsOn: ['docker-build'] },
      },
    });
    expect(setup.edits.find(({ path }) => path === '.gitignore')?.after).toBe('.nx-docker-cache\n');
    expect(setup).toMatchObject({ kept: [], notes: [] });
    expect(setup.edits.map(({ path }) => path)).not.toContain('apps/api/turbo.json');
  });

  it('has nothing to add the second time', () => {
    const facts = factsOf({
      packages: [
        packageOf('apps/api', {
          dockerfile: dockerfileOf('apps/api/Dockerfile', {
            instructions: copies('pnpm-lock.yaml', 'libs/a'),
          }),
          tasks: ['lint', 'test'],
          variables: { args: ['VERSION'], others: ['NPM_TOKEN'], tasks: {} },
        }),
      ],
    });
    expect(planSetup(facts).edits).toHaveLength(5);
    expect(again(facts)).toMatchObject({ edits: [], kept: [] });
  });

  it('writes what yarn needs from 2 on, whose packages see no command of the root', () => {
    const scriptsIn = (more: Partial<SetupFacts>, path = 'apps/api/package.json'): unknown =>
      (json(planSetup(factsOf({ manager: 'yarn', ...more })), path) as { scripts: unknown }).scripts;
    const packages = [packageOf('apps/api', { tasks: ['test'] })];
    expect(scriptsIn({ packages })).toEqual({
      'docker-build': 'run -T nx-docker-cache build .',
      'docker-test': 'run -T nx-docker-cache run . test',
      'docker-publish': 'run -T nx-docker-cache publish .',
    });
    expect(again(factsOf({ manager: 'yarn', packages }))).toMatchObject({ edits: [], kept: [] });
    const plain = {
      'docker-build': 'nx-docker-cache build .',
      'docker-publish': 'nx-docker-cache publish .',
    };
    const own = { 'apps/api/package.json': '{ "devDependencies": { "nx-docker-cache": "1" } }' };
    expect(scriptsIn({ texts: own })).toEqual(plain);
    const root = packageOf('.', { dockerfile: dockerfileOf('Dockerfile') });
    expect(scriptsIn({ packages: [root] }, 'package.json')).toEqual(plain);
    expect(scriptsIn({ manager: 'yarn-classic' })).toEqual(plain);
  });

  it('without Turborepo writes no task', () => {
    const paths = planSetup(factsOf({ tools: ['npm'] })).edits.map(({ path }) => path);
    expect(paths).toEqual(['nx-docker-cache.json', 'apps/api/package.json', '.gitignore']);
  });

  it('gives stage tasks a script and a place before publishing', () => {
    const setup = planSetup(factsOf({ packages: [packageOf('apps/api', { tasks: ['test'] })] }));
    expect(json(setup, 'apps/api/package.json')).toMatchObject({
      scripts: { 'docker-test': 'nx-docker-cache run . test' },
    });
    expect(json(setup, 'turbo.json')).toMatchObject({
      tasks: {
        'docker-test': { dependsOn: ['docker-build'], cache: false },
        'docker-publish': { dependsOn: ['docker-build', 'docker-test'] },
      },
    });
  });

  it('asks for the command of a builder stage that could run tests', () => {
    const stage = { ...{ index: 0, name: 'builder', line: 1, base: 'node', reached: true } };
    const dockerfile = dockerfileOf('apps/api/Dockerfile', { stages: [stage] });
    const texts = { 'apps/api/package.json': '{"scripts":{"test":"jest"}}' };
    const { notes } = planSetup(factsOf({ packages: [packageOf('apps/api', { dockerfile })], texts }));
    expect(notes).toEqual([expect.stringMatching(/^apps\/api: to run its tests in the stage builder/)]);
  });

  it('names the folders that are named build contexts, as far as they are in the workspace and not the package', () => {
    const contexts = ['apps/api/conf', 'conf', '../outside'];
    const setup = planSetup(factsOf({ packages: [packageOf('apps/api', { contexts })] }));
    expect(json(setup, 'apps/api/turbo.json')).toMatchObject({
      tasks: {
        'docker-build': {
          inputs: [
            ...['$TURBO_DEFAULT$', '$TURBO_ROOT$/conf/**'],
            ...['!$TURBO_ROOT$/conf/**/node_modules/**', '!$TURBO_ROOT$/conf/**/.turbo/**'],
          ],
        },
      },
    });
  });

  it('names what an image reads outside of its package, and leaves out what is generated', () => {
    const dockerfile = dockerfileOf('apps/api/Dockerfile', {
      instructions: copies(
        'package.json',
        'apps/api',
        'libs/a',
        'libs/a/package.json',
        'libs/b/dist',
        'cfg/*.json',
      ),
      rootInputs: [{ path: '.dockerignore', line: undefined }],
      outputs: [{ path: 'libs/b/dist', project: '@acme/b', target: 'build', line: 3 }],
    });
    const generated = ['libs/a/dist', 'libs/b/dist'];
    const setup = planSetup(factsOf({ packages: [packageOf('apps/api', { dockerfile })], generated }));
    expect(json(setup, 'apps/api/turbo.json')).toEqual({
      extends: ['//'],
      tasks: {
        'docker-build': {
          dependsOn: ['@acme/b#build'],
          inputs: [
            '$TURBO_DEFAULT$',
            '$TURBO_ROOT$/.dockerignore',
            '$TURBO_ROOT$/cfg/*.json',
            '$TURBO_ROOT$/libs/a/**',
            '$TURBO_ROOT$/package.json',
            '!$TURBO_ROOT$/libs/a/**/node_modules/**',
            '!$TURBO_ROOT$/libs/a/**/.turbo/**',
            '!$TURBO_ROOT$/libs/a/dist/**',
          ],
        },
      },
    });
    expect(setup.notes).toEqual([expect.stringContaining('affectedUsingTaskInputs')]);
  });

  it.each([['.', 'path'] as const, ['$FROM', 'unresolved'] as const])(
    'takes the whole workspace where that is copied and `--affected` asks for it: %s',
    (path, kind) => {
      const [copy] = copies('libs/a');
      const instructions = [{ ...copy!, sources: [...copy!.sources, { path, kind }] }];
      const dockerfile = dockerfileOf('apps/api/Dockerfile', { instructions });
      const facts = (turboJson: object): SetupFacts =>
        factsOf({
          packages: [packageOf('apps/api', { dockerfile })],
          generated: ['libs/a/dist'],
          texts: { 'turbo.json': JSON.stringify(turboJson) },
        });
      const without = planSetup(facts({}));
      expect(JSON.stringify(json(without, 'apps/api/turbo.json'))).not.toContain('$TURBO_ROOT$/**');
      expect(without.notes).toContainEqual(
        expect.stringMatching(/affectedUsingTaskInputs.* and run this again/),
      );
      const flag = { futureFlags: { affectedUsingTaskInputs: true } };
      expect(json(planSetup(facts(flag)), 'apps/api/turbo.json')).toMatchObject({
        tasks: {
          'docker-build': {
            inputs: [
              ...['$TURBO_DEFAULT$', '$TURBO_ROOT$/**'],
              ...['!$TURBO_ROOT$/**/node_modules/**', '!$TURBO_ROOT$/**/.turbo/**', '!$TURBO_ROOT$/.git/**'],
              ...['!$TURBO_ROOT$/.nx-docker-cache/**', '!$TURBO_ROOT$/libs/a/dist/**'],
            ],
          },
        },
      });
    },
  );

  it('waits for its own files and for the images that it starts from', () => {
    const dockerfile = dockerfileOf('apps/api/Dockerfile', {
      instructions: copies('apps/api/dist'),
      outputs: [{ path: 'apps/api/dist', project: '@acme/api', target: 'build', line: 2 }],
      externalImages: [
        {
          ...{ image: 'acme/base', digest: undefined, text: 'acme/base', line: 1, via: 'FROM' as const },
          builtBy: { project: '@acme/base', target: 'docker-build' },
        },
      ],
    });
    const setup = planSetup(factsOf({ packages: [packageOf('apps/api', { dockerfile })] }));
    expect(json(setup, 'apps/api/turbo.json')).toEqual({
      extends: ['//'],
      tasks: { 'docker-build': { dependsOn: ['@acme/base#docker-build', 'build'] } },
    });
  });

  const ROOT = packageOf('.', {
    ...{ dockerfile: dockerfileOf('Dockerfile'), tasks: ['test'] },
    variables: { args: ['VERSION'], others: ['NPM_TOKEN'], tasks: {} },
  });

  it('gives the root tasks of its own, which take nothing over from those of the packages', () => {
    const setup = planSetup(factsOf({ packages: [ROOT, packageOf('apps/api')] }));
    const { tasks } = json(setup, 'turbo.json') as { tasks: Record<string, Record<string, unknown>> };
    expect(Object.keys(tasks)).toEqual([
      ...['docker-build', 'docker-publish', '//#docker-build', '//#docker-test', '//#docker-publish'],
    ]);
    expect(tasks['docker-build']).not.toHaveProperty('env');
    expect(tasks['//#docker-build']).toMatchObject({
      ...{ cache: false, env: ['VERSION'] },
      passThroughEnv: [...(tasks['docker-build']!['passThroughEnv'] as string[]), 'NPM_TOKEN'],
    });
    expect(tasks['//#docker-publish']).toMatchObject({ dependsOn: ['docker-build', 'docker-test'] });
    expect(json(setup, 'package.json')).toMatchObject({
      scripts: { 'docker-build': 'nx-docker-cache build .' },
    });
    const facts = factsOf({ packages: [ROOT] });
    expect(again(facts)).toMatchObject({ edits: [], kept: [] });
    const ofPnpm = { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n  - apps/*\n' };
    expect(json(planSetup(factsOf({ packages: [ROOT], texts: ofPnpm })), 'turbo.json')).toHaveProperty([
      ...['tasks', '//#docker-build'],
    ]);
  });

  it('gives the only package tasks by their plain names, as Turborepo has no others there', () => {
    const texts = { 'package.json': '{}', 'pnpm-workspace.yaml': 'onlyBuiltDependencies: []\n' };
    const facts = factsOf({ packages: [ROOT], texts });
    const { tasks } = json(planSetup(facts), 'turbo.json') as { tasks: Record<string, object> };
    expect(Object.keys(tasks)).toEqual(['docker-build', 'docker-test', 'docker-publish']);
    expect(tasks['docker-build']).toMatchObject({ env: ['VERSION'] });
    expect(tasks['docker-build']).toHaveProperty('passThroughEnv', expect.arrayContaining(['NPM_TOKEN']));
    expect(again(facts)).toMatchObject({ edits: [], kept: [] });
  });

  it('says that Turborepo does not see a folder without a package.json', () => {
    const bare = [packageOf('tools/x')];
    expect(planSetup(factsOf({ bare })).notes).toEqual([
      expect.stringMatching(/^Turborepo builds nothing in tools\/x: make it a package/),
    ]);
    expect(planSetup(factsOf({ tools: ['npm'], bare })).notes).toEqual([]);
  });

  it('keeps what a user wrote, says so, and keeps comments', () => {
    const texts = {
      'nx-docker-cache.json': '{ "defaults": { "registry": "r.test/mine" } }',
      'apps/api/package.json': '{ "scripts": { "docker-build": "make image" } }',
      'turbo.json': '{\n  // ours\n  "tasks": {\n    "docker-build": { "cache": true } // hm\n  }\n}\n',
    };
    const setup = planSetup(factsOf({ texts }));
    expect(setup.kept).toEqual([
      'nx-docker-cache.json: defaults.registry stays as it is, not "ghcr.io/acme"',
      'apps/api/package.json: scripts.docker-build stays as it is, not "nx-docker-cache build ."',
      'turbo.json: tasks.docker-build.cache stays as it is, not false',
    ]);
    expect(setup.notes).toEqual([expect.stringContaining('docker-build should have "cache": false')]);
    const turbo = setup.edits.find(({ path }) => path === 'turbo.json')!.after;
    expect(turbo).toMatch(/^\{\n {2}\/\/ ours\n {2}"tasks": \{\n {4}"docker-build": \{ "cache": true, /);
    expect(turbo).toContain('// hm');
  });

  it('says what a list of inputs lacks by now, and lets it hold more', () => {
    const dockerfile = dockerfileOf('apps/api/Dockerfile', { instructions: copies('a.txt', 'b.txt') });
    const inputs = ['$TURBO_DEFAULT$', '$TURBO_ROOT$/a.txt', 'more/**'];
    const own = JSON.stringify({ extends: ['//'], tasks: { 'docker-build': { inputs } } });
    const facts = factsOf({
      packages: [packageOf('apps/api', { dockerfile })],
      texts: { 'apps/api/turbo.json': own },
    });
    expect(planSetup(facts).kept).toEqual([
      'apps/api/turbo.json: tasks.docker-build.inputs stays as it is; it lacks $TURBO_ROOT$/b.txt',
    ]);
  });

  it('finds turbo.jsonc, and leaves Turborepo 1 alone', () => {
    const texts = { 'turbo.jsonc': '{ "pipeline": {} /* old */ }' };
    const { 'turbo.json': _, ...others } = factsOf().texts;
    const old = planSetup({ ...factsOf(), texts: { ...others, ...texts } });
    expect(old.edits.map(({ path }) => path)).not.toContain('turbo.jsonc');
    expect(old.notes).toEqual([expect.stringContaining('turbo.jsonc is of Turborepo 1')]);
    const next = planSetup({ ...factsOf(), texts: { ...others, 'turbo.jsonc': '{ "tasks": {} }' } });
    expect(next.edits.map(({ path }) => path)).toContain('turbo.jsonc');
  });

  it.each([
    ['turbo.json', '{ "tasks": '],
    ['apps/api/package.json', '[]'],
    ['nx-docker-cache.json', 'no'],
  ])('refuses a broken %s with the file and the line', (path, text) => {
    expect(() => planSetup(factsOf({ texts: { [path]: text } }))).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG', message: `${path} is no JSON object` }),
    );
  });

  it('says what is missing: a registry, the package, a Dockerfile', () => {
    const texts = { 'package.json': '{}' };
    const { notes } = planSetup(factsOf({ registry: undefined, packages: [], texts }));
    expect(notes.map((note) => note.split(':')[0])).toEqual([
      'no registry is set, so layers stay on this machine',
      'no package of the workspace has a Dockerfile',
      'install the command',
    ]);
  });

  it('lets through what tells the branch, by the service in use, and what logs in to a cloud', () => {
    const variables = (facts: Partial<SetupFacts>): string[] =>
      (
        json(planSetup(factsOf(facts)), 'turbo.json') as {
          tasks: Record<string, { passThroughEnv: string[] }>;
        }
      ).tasks['docker-build']!.passThroughEnv;
    expect(variables({})).toEqual(expect.arrayContaining(['CI', 'GITHUB_*', 'CI_*', 'NX_DOCKER_CACHE_*']));
    const circle = variables({ rootNames: ['.circleci'], registry: '1.dkr.ecr.eu-west-1.amazonaws.com' });
    expect(circle).toEqual(expect.arrayContaining(['CIRCLE_*', 'AWS_*']));
    expect(circle).not.toContain('GITHUB_*');
  });
});
