import { orderBuilds, type ImageUse } from './image-order';

const use = (id: string, reads: readonly string[] = [], more: Partial<ImageUse> = {}): ImageUse => ({
  ...{ id, makes: [`reg.test/acme/${id}:1`], reads, after: [] },
  ...more,
});
const order = (...builds: readonly ImageUse[]) =>
  orderBuilds(builds).map(({ id, bases, needs }) => [id, Object.fromEntries(bases), [...needs]]);

describe('the order of a run', () => {
  it('has what is read before what reads it', () => {
    expect(order(use('web', ['reg.test/acme/base:1']), use('api', ['node:20']), use('base'))).toEqual([
      ['base', {}, []],
      ['web', { 'reg.test/acme/base:1': 'base' }, ['base']],
      ['api', {}, []],
    ]);
  });

  it('knows an image by all of its names', () => {
    const base = use('base', [], { makes: ['docker.io/acme/base:latest', 'reg.test/base:x'] });
    expect(order(base, use('web', ['acme/base', 'reg.test/base:x']))[1]).toEqual([
      'web',
      { 'acme/base': 'base', 'reg.test/base:x': 'base' },
      ['base'],
    ]);
  });

  it('leaves another tag, and the own image of yesterday, to the registry', () => {
    expect(order(use('base'), use('web', ['reg.test/acme/base:2', 'reg.test/acme/web:1']))[1]).toEqual([
      'web',
      {},
      [],
    ]);
  });

  it('tells what is read under a tag that nobody makes now, where it can only be that image', () => {
    const node = use('node', [], { makes: ['node:dev'] });
    const web = use('web', ['reg.test/acme/base:2', 'node:20', 'reg.test/acme/web:0']);
    const [, , { strays } = { strays: [] }] = orderBuilds([use('base'), node, web]);
    expect(strays).toEqual([{ ref: 'reg.test/acme/base:2', maker: 'base' }]);
  });

  it('waits for what the task runner says, where it is in the run', () => {
    expect(order(use('web', [], { after: ['base', 'elsewhere'] }), use('base')).map(([id]) => id)).toEqual([
      'base',
      'web',
    ]);
  });

  it('refuses a circle, and names it', () => {
    const builds = [
      use('a', ['reg.test/acme/b:1']),
      use('b', [], { after: ['c'] }),
      use('c', ['reg.test/acme/a:1']),
    ];
    expect(() => order(use('d', ['reg.test/acme/a:1']), ...builds)).toThrow(
      expect.objectContaining({
        code: 'IMAGE_CYCLE',
        message: expect.stringContaining('a → b → c → a'),
        found: [
          'a reads reg.test/acme/b:1, which b makes',
          'b waits for c',
          'c reads reg.test/acme/a:1, which a makes',
        ].join('\n'),
      }),
    );
  });
});
