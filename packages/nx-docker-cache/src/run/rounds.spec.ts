import { Rounds, roundSize } from './rounds';

const all = () => true;

describe('the rounds of a run', () => {
  it('take what is open, in order', () => {
    const rounds = new Rounds(5, 2);
    expect(rounds.next(all)).toEqual([0, 1]);
    expect(rounds.next((place) => place !== 2)).toEqual([3, 4]);
    expect(rounds.next(all)).toEqual([]);
  });

  it('go on with what a failure left, filled up with what follows', () => {
    const rounds = new Rounds(6, 3);
    rounds.next(all);
    rounds.goOn([0, 2]);
    expect(rounds.next(all)).toEqual([0, 2, 3]);
    expect(rounds.next(all)).toEqual([4, 5]);
  });

  it('are halved down to the one that is to blame; all that follows is not', () => {
    const rounds = new Rounds(14, 8);
    const bad = 2;
    const taken: number[][] = [];
    for (let round = rounds.next(all); round.length > 0; round = rounds.next(all)) {
      taken.push(round);
      if (round.includes(bad) && round.length > 1) rounds.halve(round, round.length);
    }
    expect(taken).toEqual([
      ...[[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [0, 1], [2, 3], [2], [3], [4, 5, 6, 7]],
      [8, 9, 10, 11, 12, 13],
    ]);
  });

  it('keep a half to itself where a build of it fails', () => {
    const rounds = new Rounds(10, 8);
    expect(rounds.halve(rounds.next(all), 8)).toBe(4);
    rounds.next(all);
    rounds.goOn([0, 3]);
    expect(rounds.next(all)).toEqual([0, 3]);
    expect(rounds.next(all)).toEqual([4, 5, 6, 7]);
  });

  it('stay small where one was too many', () => {
    const rounds = new Rounds(12, 8);
    const first = rounds.next(all);
    rounds.shrink(first.length);
    rounds.goOn(first.slice(2));
    expect(rounds.next(all)).toEqual([2, 3, 4, 5]);
    rounds.shrink(4);
    expect(rounds.next(all)).toEqual([6, 7]);
    rounds.shrink(1);
    expect(rounds.next(all)).toEqual([8]);
    expect(rounds.next(all)).toEqual([9]);
  });
});

it.each([
  [1, 32],
  [2, 64],
  [96, 64],
  [undefined, 64],
])('an engine of %s processors has rounds of %i builds', (cpus, size) => {
  expect(roundSize(cpus, false)).toBe(size);
});

it('are small where layers are merged and caches written', () => {
  expect([roundSize(8, true), roundSize(undefined, true)]).toEqual([12, 12]);
});

it('are as small as was asked for, and never larger than without', () => {
  expect([roundSize(8, false, 3), roundSize(8, true, 20), roundSize(1, false, 200)]).toEqual([3, 12, 32]);
});
