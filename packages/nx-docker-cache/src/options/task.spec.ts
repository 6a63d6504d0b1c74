import { parseTaskOptions } from './task';

const parse = (raw: Record<string, unknown>) =>
  parseTaskOptions({ stage: 'builder', command: 'npm test', ...raw }, 'api:docker-test');

describe('the options of a task', () => {
  it('have defaults', () => {
    expect(parse({})).toEqual({
      ...{
        stage: 'builder',
        command: ['sh', '-c', 'npm test'],
        entrypoint: false,
        env: new Map(),
        envFile: [],
      },
      ...{
        workdir: undefined,
        user: undefined,
        network: undefined,
        services: [],
        volumes: [],
        tmpfs: [],
        memory: undefined,
      },
      ...{
        cpus: undefined,
        timeout: undefined,
        outputs: [],
        skip: true,
        record: undefined,
        buildTarget: undefined,
      },
    });
  });

  it('take variables in both of docker’s forms', () => {
    const entries = [
      ['A', '1'],
      ['B', 'x=y'],
      ['EMPTY', ''],
      ['TOKEN', undefined],
    ];
    expect([...parse({ env: { A: 1, B: 'x=y', EMPTY: '', TOKEN: null } }).env]).toEqual(entries);
    expect([...parse({ env: ['A=1', 'B=x=y', 'EMPTY=', 'TOKEN'] }).env]).toEqual(entries);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ command: '' }, /command/],
    [{ command: '   ' }, /command/],
    [{ command: [] }, /command/],
    [{ command: [''] }, /command: expected a program/],
    [{ command: undefined }, /command/],
    [{ stage: '' }, /stage/],
    [{ stage: undefined }, /stage/],
    [{ timeout: 0 }, /timeout/],
    [{ timeout: Number.NaN }, /timeout/],
    [{ timeout: 2_073_601 }, /timeout/],
    [{ workdir: 'app' }, /workdir: expected an absolute path/],
    [{ memory: 'lots' }, /memory: expected a size/],
    [{ cpus: 'two' }, /cpus: expected a number/],
    [{ cpus: 'Infinity' }, /cpus: expected a number/],
    [{ cpus: '0x2' }, /cpus: expected a number/],
    [{ cpus: '0.0' }, /cpus: expected a number/],
    [{ tmpfs: 'tmp' }, /tmpfs: expected \/path/],
    [{ env: ['=x'] }, /env: expected NAME/],
    [{ outputs: ['reports/*.xml'] }, /outputs: expected a path, not a pattern/],
    [{ outputs: ['/tmp/out'] }, /"from": "\/tmp\/out"/],
    [{ outputz: 'x' }, /did you mean outputs/],
    [{ volume: 'x' }, /did you mean volumes/],
  ])('refuse %j', (raw, found) => {
    expect(() => parse(raw)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', found: expect.stringMatching(found) }),
    );
  });

  it('tell all problems at once, and no value of a variable', () => {
    expect(() => parse({ env: ['se cret=hunter2'], workdir: 'x', cpus: '-1' })).toThrow(
      expect.objectContaining({
        found: expect.not.stringContaining('hunter2'),
        message: '3 options are wrong in api:docker-test',
      }),
    );
  });
});
