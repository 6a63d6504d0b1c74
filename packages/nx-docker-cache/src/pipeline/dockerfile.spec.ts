import { optionsOf } from '../../test/fakes/facts';
import { fakeWorld } from '../../test/fakes/world';
import { readDockerfile } from './dockerfile';

const PROJECT = { name: 'api', root: 'apps/api', target: 'docker-build', options: {} };
const read = (files: Record<string, string>, options: Record<string, unknown> = {}, root = PROJECT.root) =>
  readDockerfile(optionsOf(options), { ...PROJECT, root }, fakeWorld({ files }).ports);

describe('the Dockerfile of a project', () => {
  it('is found in its folder', async () => {
    expect((await read({ 'apps/api/Dockerfile': 'FROM a\n' })).dockerfile).toBe('apps/api/Dockerfile');
    expect((await read({ 'apps/api/Containerfile': 'FROM a\n' })).dockerfile).toBe('apps/api/Containerfile');
    expect((await read({ Dockerfile: 'FROM a\n' }, {}, '.')).dockerfile).toBe('Dockerfile');
  });

  it('is what the options name, templates of the project filled in', async () => {
    const files = { 'docker/api.Dockerfile': 'FROM a\n', 'apps/api/prod.Dockerfile': 'FROM b\n' };
    expect((await read(files, { dockerfile: 'docker/api.Dockerfile' })).dockerfile).toBe(
      'docker/api.Dockerfile',
    );
    const own = await read(files, { dockerfile: '{projectRoot}/prod.Dockerfile' });
    expect(own.dockerfile).toBe('apps/api/prod.Dockerfile');
  });

  it.each<[string, Record<string, string>, Record<string, unknown>, RegExp]>([
    ['nothing', { 'apps/api/x': '' }, {}, /^Write one in apps\/api, or name/],
    ['one of another name', { 'apps/api/Dockerfile.prod': 'FROM a' }, {}, /apps\/api\/Dockerfile\.prod/],
    [
      'a path that counts from the project',
      { 'apps/api/docker/Dockerfile': 'FROM a' },
      { dockerfile: 'docker/Dockerfile' },
      /apps\/api\/docker\/Dockerfile/,
    ],
  ])('with %s is missing, and the hint helps', async (_, files, options, hint) => {
    await expect(read(files, options)).rejects.toMatchObject({
      code: 'NO_DOCKERFILE',
      hint: expect.stringMatching(hint),
    });
  });

  it('is made by the generator where there is Nx', async () => {
    const { ports } = fakeWorld({ files: { 'apps/api/x': '' } });
    const workspace = { ...ports.workspace, facts: () => ({ root: '/repo', kind: 'nx' as const }) };
    await expect(readDockerfile(optionsOf({}), PROJECT, { ...ports, workspace })).rejects.toMatchObject({
      hint: expect.stringMatching(/^Make one: nx g nx-docker-cache:configuration api, or name/),
    });
  });

  it('says its line where it is wrong', async () => {
    await expect(read({ 'apps/api/Dockerfile': 'FROM a\nNOPE x\n' })).rejects.toMatchObject({
      code: 'DOCKERFILE_SYNTAX',
      message: expect.stringContaining('line 2'),
    });
  });
});

describe('the context', () => {
  const files = { 'apps/api/Dockerfile': 'FROM a\nCOPY libs/x /x\n', 'libs/x/y': '', 'apps/api/z': '' };

  it('is where the sources lie', async () => {
    expect(await read(files)).toMatchObject({ context: '.', contextDecided: true });
  });

  it('is what the options say', async () => {
    expect(await read(files, { context: '{projectRoot}' })).toMatchObject({
      context: 'apps/api',
      contextReason: 'set by the options',
    });
    expect(await read(files, { context: '{workspaceRoot}/libs' })).toMatchObject({ context: 'libs' });
  });

  it.each([
    ['nowhere', 'nothing at nowhere'],
    ['apps/api/z', 'the file apps/api/z'],
  ])('has to be a folder: %s', async (context, found) => {
    await expect(read(files, { context })).rejects.toMatchObject({ code: 'NO_CONTEXT', found });
  });
});

describe('the ignore rules', () => {
  const dockerfile = (copy: string): Record<string, string> => ({
    'apps/api/Dockerfile': `FROM a\n${copy}\n`,
    x: '',
  });
  const rules = async (files: Record<string, string>, options = { context: '.' }): Promise<unknown> =>
    (await read(files, options)).ignore;

  it('leave our own folder out of a context that holds it', async () => {
    expect(await rules(dockerfile('COPY . .'))).toEqual({
      file: undefined,
      added: ['/.nx-docker-cache'],
      text: '\n/.nx-docker-cache',
    });
  });

  it("follow the Dockerfile's own file before the context's", async () => {
    const files = {
      ...dockerfile('COPY . .'),
      '.dockerignore': 'a',
      'apps/api/Dockerfile.dockerignore': 'b',
    };
    expect(await rules(files)).toMatchObject({
      file: 'apps/api/Dockerfile.dockerignore',
      text: 'b\n/.nx-docker-cache',
    });
  });

  it.each<[string, Record<string, string>, Record<string, unknown>]>([
    [
      'the context does not hold it',
      { ...dockerfile('COPY x /'), 'apps/api/x': '' },
      { context: 'apps/api' },
    ],
    [
      'a rule leaves it out already',
      { ...dockerfile('COPY . .'), '.dockerignore': '.nx-docker-cache' },
      { context: '.' },
    ],
    [
      'all but a list is left out',
      { ...dockerfile('COPY . .'), '.dockerignore': '**\n!apps' },
      { context: '.' },
    ],
    ['a source names it', dockerfile('COPY .nx-docker-cache/api/receipt.json /'), { context: '.' }],
  ])('are not added to where %s', async (_, files, options) => {
    expect(await rules(files, options as { context: string })).toMatchObject({ added: [] });
  });

  it('say where they are wrong', async () => {
    await expect(rules({ ...dockerfile('COPY . .'), '.dockerignore': '[a' })).rejects.toMatchObject({
      code: 'DOCKERFILE_SYNTAX',
    });
  });
});
