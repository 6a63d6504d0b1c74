import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { parseTaskOptions } from './task';

const parse = (services: unknown, more: object = {}) =>
  parseTaskOptions({ stage: 'builder', command: 'npm test', services, ...more }, 'a spec').services;

it('are images by name, or more than that', () => {
  const db = {
    image: 'postgres:17',
    env: { POSTGRES_PASSWORD: null, A: 1 },
    tmpfs: '/data',
    health: 'pg_isready',
  };
  expect(parse({ redis: 'redis:7', db, web: { image: 'web', command: 'serve', timeout: 5 } })).toEqual([
    {
      name: 'redis',
      image: 'redis:7',
      command: [],
      env: new Map(),
      tmpfs: [],
      health: undefined,
      timeout: 60,
    },
    {
      ...{
        name: 'db',
        image: 'postgres:17',
        command: [],
        tmpfs: ['/data'],
        health: 'pg_isready',
        timeout: 60,
      },
      env: new Map([
        ['POSTGRES_PASSWORD', undefined],
        ['A', '1'],
      ]),
    },
    {
      ...{ name: 'web', image: 'web', command: ['sh', '-c', 'serve'], env: new Map(), tmpfs: [] },
      ...{ health: undefined, timeout: 5 },
    },
  ]);
});

it.each([
  ['a name that is none', { 'My Db': 'x' }, {}, /services\.My Db/],
  ['no image', { db: {} }, {}, /services\.db/],
  ['a port that is none', { db: { image: 'x', port: 70_000 } }, {}, /services\.db/],
  [
    'port and health',
    { db: { image: 'x', port: 1, health: 'true' } },
    {},
    /services\.db: expected `port` or `health`/,
  ],
  ['a network as well', { db: 'x' }, { network: 'shop' }, /network: expected none beside `services`/],
])('%s is refused', (_, services, more, message) => {
  expect(() => parse(services, more)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', found: expect.stringMatching(message) }),
  );
});

it('a port is listened on, or not', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const [service] = parse({ db: { image: 'x', port } });
  const check = (): number | null => spawnSync('sh', ['-c', service!.health!]).status;
  expect(check()).toBe(0);
  await new Promise((resolve) => server.close(resolve));
  expect(check()).toBe(1);
});
