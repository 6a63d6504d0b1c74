import { portsOf, SOURCE, world, type World } from '../../test/fakes/ports';
import { prepare } from './prepare';

const DOCKERFILE = 'FROM scratch\nCOPY src /src';

function contentOf(
  changes: Partial<World> = {},
  options: Record<string, unknown> = {},
  dockerfile = DOCKERFILE,
) {
  const state = world({ ...changes, files: { Dockerfile: dockerfile, 'src/a.js': 'a', ...changes.files } });
  const project = { name: 'api', root: '.', target: 'docker-build' };
  return prepare(
    { ...project, options: { image: 'registry.test/api', ...options } },
    portsOf(state),
    true,
  ).then(({ content }) => content);
}

const keyOf = async (...args: Parameters<typeof contentOf>): Promise<string> =>
  (await contentOf(...args)).key;

describe('what buildx takes from the environment by itself is a part of the key', () => {
  it.each([
    ['SOURCE_DATE_EPOCH', '1'],
    ['DOCKER_DEFAULT_PLATFORM', 'linux/arm64'],
  ])('%s', async (name, value) => {
    expect(await keyOf({ env: { [name]: value } })).not.toBe(await keyOf());
    expect(await keyOf({ env: { [name]: '' } })).toBe(await keyOf());
  });

  it('an option wins over it', async () => {
    const options = { platforms: 'linux/amd64', buildArgs: { SOURCE_DATE_EPOCH: '2' } };
    const env = { SOURCE_DATE_EPOCH: '1', DOCKER_DEFAULT_PLATFORM: 'linux/arm64' };
    expect(await keyOf({ env }, options)).toBe(await keyOf({}, options));
  });

  it('other variables are none', async () => {
    expect(await keyOf({ env: { CI: 'true', VERSION: '1' } })).toBe(await keyOf());
  });

  it.each(['BUILDX_GIT_LABELS', 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY'])(
    '%s keeps it from proving anything',
    async (name) => {
      expect((await contentOf({ env: { [name]: 'full' } })).obstacles).toEqual([
        { line: undefined, reason: expect.stringContaining(name) },
      ]);
      expect((await contentOf({ env: { [name]: '0' } })).obstacles).toEqual([]);
    },
  );
});

describe('proxies of docker’s own configuration', () => {
  const text = `${DOCKERFILE}\nARG https_proxy`;

  it('keep the key from proving anything where the Dockerfile declares one', async () => {
    expect((await contentOf({ clientProxies: true }, {}, text)).obstacles).toEqual([
      { line: undefined, reason: expect.stringContaining('https_proxy') },
    ]);
  });

  it.each([
    ['nothing declares', {}, DOCKERFILE],
    ['the options give', { buildArgs: { https_proxy: 'http://proxy' } }, text],
  ])('do not where %s it', async (_, options, dockerfile) => {
    expect((await contentOf({ clientProxies: true }, options, dockerfile)).obstacles).toEqual([]);
  });
});

describe('templates of build args', () => {
  const text = 'ARG FOLDER\nFROM scratch\nARG FOLDER\nCOPY $FOLDER /src';

  it('are expanded before the Dockerfile is read', async () => {
    const content = await contentOf(
      { env: { WHERE: 'src' } },
      { buildArgs: { FOLDER: '{env.WHERE}' } },
      text,
    );
    expect(content.obstacles).toEqual([]);
    expect(content.inputs.at(-1)).toMatchObject({ text: 'COPY $FOLDER /src', files: 1 });
  });

  it('may need git', async () => {
    const files = { 'v-c0ffee0/a.js': 'a' };
    const content = await contentOf({ files }, { buildArgs: { FOLDER: 'v-{shortSha}' } }, text);
    expect(content.inputs.at(-1)).toMatchObject({ files: 1 });
    const without = { source: { ...SOURCE, commit: undefined }, files };
    await expect(contentOf(without, { buildArgs: { FOLDER: 'v-{shortSha}' } }, text)).rejects.toMatchObject({
      code: 'NO_GIT',
    });
  });

  it('that hold a commit make every commit another key, where something declares them', async () => {
    const options = { buildArgs: { SHA: '{sha}' } };
    const next = { source: { ...SOURCE, commit: 'f'.repeat(40) } };
    expect(await keyOf(next, options)).toBe(await keyOf({}, options));
    const declared = `${DOCKERFILE}\nARG SHA`;
    expect(await keyOf(next, options, declared)).not.toBe(await keyOf({}, options, declared));
  });
});

it('each image is resolved once, pinned ones never', async () => {
  const asked: string[] = [];
  const ports = portsOf(
    world({
      files: {
        Dockerfile: `FROM node:20 AS a\nFROM node:20\nCOPY --from=nginx /a /a\nCOPY --from=x@sha256:${'a'.repeat(64)} /b /b`,
      },
    }),
  );
  const imageDigests = {
    resolve: (image: string) => Promise.resolve((asked.push(image), { digest: 'sha256:1' })),
  };
  await prepare(
    { name: 'api', root: '.', target: 'docker-build', options: {} },
    { ...ports, imageDigests },
    true,
  );
  expect(asked).toEqual(['node:20', 'nginx']);
});
