import type { ContainerSpec } from '../../ports/container';
import { containerBody } from './container-body';
import { containerFlags } from './container-flags';

const NOTHING: ContainerSpec['settings'] = {
  ...{ entrypoint: undefined, workdir: undefined, user: undefined, network: undefined },
  ...{ volumes: [], tmpfs: [], memory: undefined, cpus: undefined },
};
const ALL: ContainerSpec['settings'] = {
  ...{ entrypoint: 'sh', workdir: '/w', user: '1:1', network: 'shop', memory: '1.5g', cpus: '0.5' },
  ...{ volumes: ['/repo/x:/x:ro', 'named:/y', '/scratch'], tmpfs: ['/t', '/u:size=1m,mode=1777'] },
};

function body(settings: Partial<ContainerSpec['settings']>) {
  const spec = { image: 'r@sha256:1', command: ['-c', 'x'], env: new Map([['A', 'b=c\nd']]), lifetime: 1 };
  return containerBody({ ...spec, settings: { ...NOTHING, ...settings } }, { owner: 'me' });
}

it('means what the client’s flags mean', () => {
  expect(containerFlags(ALL)).toEqual([
    ...['--entrypoint', 'sh', '--workdir', '/w', '--user', '1:1', '--network', 'shop'],
    ...['--volume', '/repo/x:/x:ro', '--volume', 'named:/y', '--volume', '/scratch'],
    ...['--tmpfs', '/t', '--tmpfs', '/u:size=1m,mode=1777', '--memory', '1.5g', '--cpus', '0.5'],
  ]);
  expect(body(ALL)).toEqual({
    ...{ Image: 'r@sha256:1', Cmd: ['-c', 'x'], Env: ['A=b=c\nd'], Labels: { owner: 'me' } },
    ...{ AttachStdout: true, AttachStderr: true, Entrypoint: ['sh'], WorkingDir: '/w', User: '1:1' },
    Volumes: { '/scratch': {} },
    HostConfig: {
      ...{ Init: true, NetworkMode: 'shop', Binds: ['/repo/x:/x:ro', 'named:/y'] },
      ...{ Tmpfs: { '/t': '', '/u': 'size=1m,mode=1777' }, Memory: 1.5 * 1024 ** 3, NanoCpus: 5e8 },
    },
  });
});

it('leaves to the engine what nobody has set', () => {
  expect(containerFlags(NOTHING)).toEqual([]);
  expect(Object.keys(body({})!)).toEqual([
    ...['Image', 'Cmd', 'Env', 'Labels', 'AttachStdout', 'AttachStderr', 'HostConfig'],
  ]);
  expect(body({})!['HostConfig']).toEqual({ Init: true });
});

it.each([
  ['512', 512],
  ['64m', 64 * 1024 ** 2],
  ['2gb', 2 * 1024 ** 3],
  ['2GiB', 2 * 1024 ** 3],
  ['10 k', 10_240],
])('memory of %s', (memory, Memory) => {
  expect(body({ memory })).toMatchObject({ HostConfig: { Memory } });
});

it('knows what only the client can read', () => {
  expect(body({ network: 'name=shop,alias=api' })).toBeUndefined();
  expect(body({ memory: 'much' })).toBeUndefined();
});
