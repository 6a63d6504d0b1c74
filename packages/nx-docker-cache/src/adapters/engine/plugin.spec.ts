import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBuildx, localSocket, readDockerConfig } from './plugin';

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
    ['nothing', {}, {}, '/var/run/docker.sock'],
    ['a socket', {}, { DOCKER_HOST: 'unix:///x.sock' }, '/x.sock'],
    ['a host elsewhere', {}, { DOCKER_HOST: 'tcp://h:2375' }, undefined],
    ['a context', { currentContext: 'colima' }, {}, undefined],
    ['the default context', { currentContext: 'default' }, {}, '/var/run/docker.sock'],
    ['a context in the environment', {}, { DOCKER_CONTEXT: 'x' }, undefined],
    ['an empty host', {}, { DOCKER_HOST: '' }, '/var/run/docker.sock'],
  ])('with %s', (_, value, more, socket) => {
    config(value);
    expect(localSocket(env(more), readDockerConfig(env(more)))).toBe(socket);
  });
});
