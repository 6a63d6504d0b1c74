import { recordedLines } from '../../../test/fakes/recorded';
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

  it('with a builder elsewhere, whose platform is its own where nobody named one', () => {
    const Platforms = ['linux/arm64', 'linux/amd64'];
    const nodes = (count: number) =>
      builder({ Driver: 'remote', Nodes: Array.from({ length: count }, () => ({ Name: 'n', Platforms })) });
    expect(capabilities(info(), nodes(1), 'default', false).platform).toBe('linux/arm64');
    expect(capabilities(info(), nodes(1), 'default', true).platform).toBeUndefined();
    expect(capabilities(info(), nodes(2), 'default', false).platform).toBeUndefined();
    expect(capabilities(info(), builder(), 'default', false).platform).toBeUndefined();
  });

  it('with a builder elsewhere and no engine here', () => {
    const none = info({ ServerVersion: '', ServerErrors: ['Cannot connect'] });
    expect(capabilities(none, builder({ Driver: 'remote' }))).toMatchObject({ driver: 'remote' });
  });

  it('with its processors, where it is the builder itself and says so', () => {
    const two = info({ NCPU: 2 });
    expect(capabilities(two, undefined).cpus).toBe(2);
    expect(capabilities(info({ NCPU: 0 }), undefined).cpus).toBeUndefined();
    expect(capabilities(info(), undefined).cpus).toBeUndefined();
    expect(capabilities(two, builder()).cpus).toBeUndefined();
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

describe('builders, as buildx 0.29 lists them', () => {
  const builders = recordedLines('builders').map((line) => builderSchema.parse(JSON.parse(line)));
  const named = (name: string) => builders.find(({ Name }) => Name === name);
  const of = (name: string, engine: object = {}, context?: string) =>
    capabilities(info(engine), named(name), context);
  const NO_ENGINE = { ServerVersion: '', ServerErrors: ['Cannot connect'] };
  const ALL = ['registry', 'local', 'inline', 'gha', 's3', 'azblob'];

  it.each(['boxed', 'far', 'pool'])('%s writes every cache, started or not', (name) => {
    expect(of(name)).toMatchObject({
      builder: name,
      containerdStore: true,
      cacheExporters: ALL,
      loads: true,
    });
  });

  it('of a kind that came later counts as BuildKit of its own', () => {
    const cloud = builderSchema.parse({ Name: 'cloud-acme', Driver: 'cloud', Nodes: null });
    expect(capabilities(info(), cloud)).toMatchObject({ driver: 'cloud', cacheExporters: ALL });
  });

  it('elsewhere load nothing where no engine is here', () => {
    for (const name of ['far', 'pool']) expect(of(name, NO_ENGINE)).toMatchObject({ loads: false });
  });

  it('of another docker context are refused, as buildx would', () => {
    expect(() => of('lesser')).toThrow(
      expect.objectContaining({
        code: 'NO_BUILDER',
        message: 'the builder lesser is a docker context, and not the current one',
        expected: 'the current context (default), or a builder that was made',
        hint: expect.stringContaining('DOCKER_CONTEXT=lesser'),
      }),
    );
    expect(() => of('default', NO_ENGINE, 'lesser')).toThrow(expect.objectContaining({ code: 'NO_BUILDER' }));
  });

  it('of the context that was asked do what it said itself', () => {
    expect(of('lesser', {}, 'lesser')).toMatchObject({ containerdStore: true, server: '28.5.2' });
    expect(() => of('default', NO_ENGINE)).toThrow(expect.objectContaining({ code: 'NO_DAEMON' }));
  });

  it('that do not answer are an error with their name', () => {
    expect(() => of('gone')).toThrow(
      expect.objectContaining({
        code: 'NO_DAEMON',
        message: 'the builder gone does not answer',
        found: expect.stringContaining('tcp://127.0.0.1:9'),
      }),
    );
  });
});
