import { capabilities } from './capabilities';
import { builderSchema, infoSchema, type DockerInfo } from './schemas';

const info = (more: object = {}): DockerInfo =>
  infoSchema.parse({
    ServerVersion: '28.5.2',
    OSType: 'linux',
    Architecture: 'x86_64',
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    ClientInfo: { Plugins: [{ Name: 'buildx', Version: 'v0.29.1' }] },
    ...more,
  });
const builder = (more: object = {}) =>
  builderSchema.parse({
    Name: 'b',
    Driver: 'docker-container',
    Nodes: [{ Name: 'b0', Version: 'v0.25.1' }],
    ...more,
  });

describe('what an engine can do', () => {
  it('with the containerd store', () => {
    expect(capabilities(info(), undefined)).toMatchObject({
      server: '28.5.2',
      builder: 'default',
      driver: 'docker',
      containerdStore: true,
      platform: 'linux/amd64',
      cacheExporters: ['registry', 'local', 'inline', 'gha'],
    });
  });

  it('without it', () => {
    const lesser = info({ DriverStatus: [['Backing Filesystem', 'extfs']] });
    expect(capabilities(lesser, undefined)).toMatchObject({
      containerdStore: false,
      cacheExporters: ['inline'],
    });
    expect(capabilities(info({ DriverStatus: null }), undefined).containerdStore).toBe(false);
  });

  it('with a builder of its own', () => {
    const facts = capabilities(info({ DriverStatus: null }), builder());
    expect(facts).toMatchObject({ builder: 'b', driver: 'docker-container' });
    expect(facts.cacheExporters).toEqual(expect.arrayContaining(['registry', 's3', 'azblob']));
  });

  it('with a builder elsewhere and no engine here', () => {
    const none = info({ ServerVersion: '', ServerErrors: ['Cannot connect'] });
    expect(capabilities(none, builder({ Driver: 'remote' }))).toMatchObject({ driver: 'remote' });
  });

  it.each([
    ['aarch64', 'linux/arm64'],
    ['armv7l', 'linux/arm/v7'],
    ['s390x', 'linux/s390x'],
  ])('on %s', (Architecture, platform) => {
    expect(capabilities(info({ Architecture }), undefined).platform).toBe(platform);
  });

  it('is an error without a daemon', () => {
    const none = info({ ServerVersion: '', ServerErrors: ['Cannot connect to the Docker daemon'] });
    expect(() => capabilities(none, undefined)).toThrow(
      expect.objectContaining({ code: 'NO_DAEMON', found: 'Cannot connect to the Docker daemon' }),
    );
  });

  it('is an error without buildx', () => {
    for (const ClientInfo of [undefined, { Plugins: null }, { Plugins: [{ Name: 'compose' }] }]) {
      expect(() => capabilities(info({ ClientInfo }), undefined)).toThrow(
        expect.objectContaining({ code: 'NO_BUILDX', hint: expect.stringContaining('docker-buildx') }),
      );
    }
  });
});
