import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextOf, findBuildx, localSocket, readDockerConfig } from './plugin';

describe("docker's configuration", () => {
  let folder: string;
  const env = (more: object = {}) => ({ DOCKER_CONFIG: folder, ...more });
  const config = (value: unknown): void => writeFileSync(join(folder, 'config.json'), JSON.stringify(value));
  const plugin = (below: string): string => {
    const path = join(folder, below, 'docker-buildx');
    mkdirSync(join(folder, below), { recursive: true });
    writeFileSync(path, '');
    chmodSync(path, 0o755);
    return path;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plugin-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('need not be there', () => {
    expect(readDockerConfig(env())).toMatchObject({ folder, context: undefined });
    writeFileSync(join(folder, 'config.json'), '{ no json');
    expect(readDockerConfig(env()).context).toBeUndefined();
  });

  it('names the folders of plugins, the extra ones first as docker does', () => {
    config({ cliPluginsExtraDirs: [join(folder, 'extra')] });
    const own = plugin('cli-plugins');
    expect(findBuildx(readDockerConfig(env()))).toBe(own);
    const extra = plugin('extra');
    expect(findBuildx(readDockerConfig(env()))).toBe(extra);
  });

  it('takes no file that cannot be run', () => {
    const own = plugin('cli-plugins');
    chmodSync(own, 0o644);
    expect(
      findBuildx({ ...readDockerConfig(env()), pluginFolders: [join(folder, 'cli-plugins')] }),
    ).toBeUndefined();
  });

  it.each([
    ['nothing', {}, {}, '/var/run/docker.sock', 'default'],
    ['a socket', {}, { DOCKER_HOST: 'unix:///x.sock' }, '/x.sock', 'default'],
    ['a host elsewhere', {}, { DOCKER_HOST: 'tcp://h:2375' }, undefined, 'default'],
    ['a context', { currentContext: 'colima' }, {}, undefined, 'colima'],
    ['the default context', { currentContext: 'default' }, {}, '/var/run/docker.sock', 'default'],
    ['a context in the environment', {}, { DOCKER_CONTEXT: 'x' }, undefined, 'x'],
    ['an empty context', { currentContext: 'x' }, { DOCKER_CONTEXT: '' }, undefined, 'x'],
    ['a host and a context', { currentContext: 'x' }, { DOCKER_HOST: 'ssh://h' }, undefined, 'default'],
    ['an empty host', {}, { DOCKER_HOST: '' }, '/var/run/docker.sock', 'default'],
  ])('with %s', (_, value, more, socket, context) => {
    config(value);
    expect(localSocket(env(more), readDockerConfig(env(more)))).toBe(socket);
    expect(contextOf(env(more), readDockerConfig(env(more)))).toBe(context);
  });

  it.each([
    ['a socket', 'unix:///home/user/.colima/docker.sock', '/home/user/.colima/docker.sock'],
    ['a host elsewhere', 'ssh://me@far', undefined],
    ['nothing', undefined, undefined],
  ])('with a context of %s', (_, Host, socket) => {
    // sha256 of the name, as the docker client has it.
    const id = 'f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16';
    const at = join(folder, 'contexts/meta', id);
    mkdirSync(at, { recursive: true });
    const meta = { Name: 'colima', Metadata: {}, Endpoints: { docker: { Host, SkipTLSVerify: false } } };
    writeFileSync(join(at, 'meta.json'), JSON.stringify(meta));
    const config = readDockerConfig(env({ DOCKER_CONTEXT: 'colima' }));
    expect(localSocket({ DOCKER_CONTEXT: 'colima' }, config)).toBe(socket);
    expect(localSocket({ DOCKER_HOST: 'tcp://h:1', DOCKER_CONTEXT: 'colima' }, config)).toBeUndefined();
  });
});
