import { GraphWorkspace } from '../../test/graph/workspace';

const FROM = 'FROM busybox\nCOPY a /a\n';
const REGISTRY = { registry: 'ghcr.io/acme' };
const project = (name: string, targets: object = {}): string => JSON.stringify({ name, targets });

let workspace: GraphWorkspace;
beforeEach(() => {
  workspace = new GraphWorkspace({ 'a/project.json': project('a'), 'a/Dockerfile': FROM });
});
afterEach(() => workspace.remove());

const published = async (options: unknown): Promise<string[]> =>
  Object.keys(await workspace.targets(options)).filter((name) => !name.includes('docker-build'));

it('stands beside the build, waits for it and has its inputs', async () => {
  const targets = await workspace.targets(REGISTRY);
  expect(targets['a:docker-publish']).toMatchObject({
    ...{ executor: 'nx-docker-cache:publish', cache: false, options: { build: 'docker-build' } },
    ...{ dependsOn: ['docker-build'], inputs: targets['a:docker-build']!.inputs },
  });
  expect(targets['a:docker-build']!.options).not.toHaveProperty('publish');
});

it('waits for stage tasks', async () => {
  const run = { executor: 'nx-docker-cache:run' };
  const targets = { 'docker-test': run, 'docker-lint': run, test: { executor: 'nx:run-commands' } };
  workspace.write({ 'a/project.json': project('a', targets) });
  const target = (await workspace.targets(REGISTRY))['a:docker-publish'];
  expect(target?.dependsOn).toEqual(['docker-build', 'docker-lint', 'docker-test']);
});

it('is one for each image', async () => {
  workspace.write({ 'a/Dockerfile.web': FROM });
  const target = (await workspace.targets(REGISTRY))['a:docker-publish-web'];
  expect(target).toMatchObject({ options: { build: 'docker-build-web' }, dependsOn: ['docker-build-web'] });
});

it('has the name and the rules that the plugin is told', async () => {
  const publish = { targetName: 'release', tags: ['type=sha'], immutable: false };
  const targets = await workspace.targets({ ...REGISTRY, publish });
  expect(targets['a:release']?.options).toEqual({
    build: 'docker-build',
    tags: ['type=sha'],
    immutable: false,
  });
  expect(targets['a:docker-build']?.options).not.toHaveProperty('publish');
});

it.each<[string, unknown, string[]]>([
  ['no registry', {}, []],
  ['an image with a host', { image: 'ghcr.io/acme/{projectName}' }, ['a:docker-publish']],
  ['switched off', { ...REGISTRY, publish: false }, []],
  ['switched on', { ...REGISTRY, publish: true }, ['a:docker-publish']],
])('with %s', async (_, options, names) => {
  expect(await published(options)).toEqual(names);
});

it('leaves a target of the name alone that does something else', async () => {
  workspace.write({ 'a/project.json': project('a', { 'docker-publish': { executor: 'nx:run-commands' } }) });
  expect(await published(REGISTRY)).toEqual([]);
});

it('knows a registry that only the project’s build names', async () => {
  workspace.write({ 'a/project.json': project('a', { 'docker-build': { options: REGISTRY } }) });
  expect(await published({})).toEqual(['a:docker-publish']);
});

it('refuses rules of another shape', async () => {
  await expect(workspace.targets({ publish: { tagz: [] } })).rejects.toThrow(/publish\.tagz: unknown option/);
});
