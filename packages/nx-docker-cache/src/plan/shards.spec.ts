import fc from 'fast-check';
import { estimateSeconds, scaleOf } from './estimate';
import { planShards, type ShardWork } from './shards';
import { parseDockerfile } from '../dockerfile';

const work = (name: string, seconds: number, ...needs: string[]): ShardWork => ({
  ...{ name, project: name.split(':')[0]!, seconds, needs },
});
const split = (all: readonly ShardWork[], count: number): string[] =>
  planShards(all, count).map(({ projects, seconds }) => `${projects.join(' ')} ${seconds}`);

describe('planShards', () => {
  it('gives the longest first to who has least to do', () => {
    const all = [work('a', 3), work('b', 9), work('c', 4), work('d', 5), work('e', 1)];
    expect(split(all, 2)).toEqual(['b a 12', 'd c e 10']);
    expect(split(all, 1)).toEqual(['b d c a e 22']);
  });

  it('keeps together what stands on each other, in the order to build it in', () => {
    const all = [
      work('a', 1, 'z'),
      work('b', 1, 'a', 'z'),
      work('c', 2),
      work('z', 1),
      work('d', 2, 'elsewhere'),
    ];
    expect(split(all, 3)).toEqual(['z a b 3', 'c 2', 'd 2']);
  });

  it('leaves out shards that would be empty, and spreads work that costs nothing', () => {
    expect(split([work('a', 1), work('b', 1, 'a')], 4)).toEqual(['a b 2']);
    expect(split([], 4)).toEqual([]);
    expect(split([work('a', 0), work('b', 0), work('c', 0)], 3)).toEqual(['a 0', 'b 0', 'c 0']);
  });

  it('refuses a circle of images', () => {
    const circle = [work('a', 1, 'b'), work('b', 1, 'c'), work('c', 1, 'a')];
    expect(() => planShards(circle, 2)).toThrow(expect.objectContaining({ code: 'IMAGE_CYCLE' }));
    expect(split([work('a', 1, 'a')], 2)).toEqual(['a 1']);
  });

  it('keeps builds of a project together, and goes by builds for what comes first', () => {
    const all = [work('a', 1), work('b', 1, 'a'), work('a:debug', 1, 'b'), work('c', 1), work('c:x', 1)];
    expect(split(all, 3)).toEqual(['a b a:debug 3', 'c c:x 2']);
    const circle = [work('a', 1, 'a:debug'), work('a:debug', 1, 'a')];
    expect(() => planShards(circle, 1)).toThrow(expect.objectContaining({ code: 'IMAGE_CYCLE' }));
  });

  it('puts each project into one shard, whatever order it is told in, and is never far from even', () => {
    const names = 'a b c d e f g h i j'.split(' ');
    const anyWork = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...names),
        seconds: fc.integer({ min: 0, max: 50 }),
        needs: fc.subarray(names, { maxLength: 2 }),
      }),
      { selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(anyWork, fc.integer({ min: 1, max: 5 }), (drawn, count) => {
        // What is needed comes later in the alphabet, so there is no circle.
        const all = drawn.map((one) => ({
          ...one,
          project: one.name,
          needs: one.needs.filter((need) => need > one.name),
        }));
        const shards = planShards(all, count);
        const built = shards.flatMap(({ projects }) => projects);
        expect([...built].sort()).toEqual(all.map(({ name }) => name).sort());
        expect(planShards([...all].reverse(), count)).toEqual(shards);
        for (const { projects } of shards) {
          for (const { name, needs } of all.filter((one) => projects.includes(one.name))) {
            const before = needs.filter((need) => built.includes(need));
            for (const need of before) {
              expect(projects.indexOf(need)).toBeGreaterThanOrEqual(0);
              expect(projects.indexOf(need)).toBeLessThan(projects.indexOf(name));
            }
          }
        }
        // Without groups, the longest shard is at most 4/3 of the best there can be (Graham 1969).
        const alone = planShards(
          all.map((one) => ({ ...one, needs: [] })),
          count,
        );
        const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
        const best = Math.max(total / count, ...all.map(({ seconds }) => seconds), twoOf(all, count));
        expect(Math.max(0, ...alone.map(({ seconds }) => seconds))).toBeLessThanOrEqual(
          (4 / 3) * best + 1e-9,
        );
      }),
    );
  });
});

/** With more projects than shards, two of the longest share one. */
function twoOf(all: readonly ShardWork[], count: number): number {
  const sorted = all.map(({ seconds }) => seconds).sort((left, right) => right - left);
  return (sorted[count - 1] ?? 0) + (sorted[count] ?? 0);
}

describe('an estimate', () => {
  const of = (text: string, target?: string): number => estimateSeconds(parseDockerfile(text, {}), target);

  it('counts what runs in the stages that are built', () => {
    const text = 'FROM a AS x\nRUN 1\nRUN 2\nFROM b AS test\nRUN 3\nFROM c\nCOPY --from=x a b\nENV A=b\n';
    expect([of(text), of(text, 'test'), of('FROM scratch\n')]).toEqual([21.5, 11, 1]);
  });

  it('is scaled by the middle one of those that were measured', () => {
    const timed = [
      { estimate: 10, measured: 40 },
      { estimate: 10, measured: 20 },
      { estimate: 1, measured: 900 },
      { estimate: 5, measured: undefined },
    ];
    expect(scaleOf(timed)).toBe(4);
    expect(scaleOf([{ estimate: 1, measured: undefined }])).toBe(1);
  });
});
