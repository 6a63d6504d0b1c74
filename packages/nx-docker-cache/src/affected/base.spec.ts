import { chooseBase, type BaseQuestion, type CiBase } from './base';

const SHA = 'c'.repeat(40);
const PUSH: CiBase = { commit: SHA, from: 'the commit before the push', beforePush: true };
const PULL: CiBase = { commit: SHA, from: 'the base of the pull request', beforePush: false };
const ask = (more: Partial<BaseQuestion>): ReturnType<typeof chooseBase> =>
  chooseBase({
    ...{ asked: undefined, variable: undefined, ci: undefined, inCi: true, branch: 'main' },
    ...{ baseBranch: undefined, defaultBranch: 'main', defaultBase: undefined },
    ...more,
  });
const MAIN = ['refs/remotes/origin/main', 'refs/heads/main'];
const LAPTOP = { inCi: false, branch: 'feature' };

describe('the names of the base', () => {
  it.each<[string, Partial<BaseQuestion>, readonly string[]]>([
    ['--base before all', { asked: 'a', variable: { name: 'NX_BASE', value: 'b' }, ci: PUSH }, ['a']],
    ['a variable before CI', { variable: { name: 'NX_BASE', value: 'b' }, ci: PUSH }, ['b']],
    ['the default branch: the push', { ci: PUSH }, [SHA]],
    ['the default branch, first push', { ci: 'first-push' }, []],
    ['the default branch, where CI says nothing', {}, []],
    ['the default branch on a laptop', { inCi: false }, MAIN],
    ['a branch: where it left first', { branch: 'feature', ci: PUSH }, [...MAIN, SHA]],
    ['a new branch', { branch: 'feature', ci: 'first-push' }, MAIN],
    ['the last run that passed', { branch: 'feature', ci: PULL }, [SHA, ...MAIN]],
    ['no branch: the push first', { branch: undefined, ci: PUSH }, [SHA, ...MAIN]],
    ['a pull request', { branch: 'feature', baseBranch: 'main', ci: PULL }, [SHA, ...MAIN, ...MAIN]],
    [
      'a pull request for another branch',
      { branch: 'main', baseBranch: 'next' },
      ['refs/remotes/origin/next', 'refs/heads/next', ...MAIN],
    ],
    ['a laptop', LAPTOP, MAIN],
    ['what nx.json writes', { ...LAPTOP, defaultBase: 'origin/main' }, ['origin/main', ...MAIN]],
  ])('%s', (_, question, names) => {
    expect(ask(question).candidates.map(({ name }) => name)).toEqual(names);
  });

  it.each<[string, Partial<BaseQuestion>, string | undefined]>([
    ['a push to the default branch', { ci: PUSH }, SHA],
    ['a push to a branch', { branch: 'feature', ci: PUSH }, SHA],
    [
      'a push to a branch with a pull request',
      { branch: 'feature', baseBranch: 'main', ci: PUSH },
      undefined,
    ],
    ['a first push', { branch: 'feature', ci: 'first-push' }, undefined],
    ['a run that passed', { branch: 'feature', ci: PULL }, undefined],
    ['a base that was asked for', { asked: 'a', ci: PUSH }, undefined],
  ])('are held back by what %s came after', (_, question, name) => {
    expect(ask(question).before?.name).toBe(name);
  });

  it.each<[string, Partial<BaseQuestion>, string | undefined]>([
    [
      'a branch',
      { branch: 'production' },
      'main has all of this branch, and CI does not say what was there before',
    ],
    ['a new one', { branch: 'x', ci: 'first-push' }, 'main has all of this branch, and this is a first push'],
    [
      'one that was pushed',
      { branch: 'x', ci: PUSH },
      'main has all of this branch, and what was there before the push is gone',
    ],
    ['a pull request', { branch: 'x', baseBranch: 'main' }, undefined],
    ['a laptop', LAPTOP, undefined],
    ['a laptop on the default branch', { inCi: false }, undefined],
  ])('say why all is built where the default branch has all of %s', (_, question, text) => {
    const left = ask(question).candidates.filter(({ name }) => MAIN.includes(name));
    expect(new Set(left.map(({ holdsHead }) => holdsHead))).toEqual(new Set([text]));
  });

  it('say why there are none', () => {
    expect(ask({ ci: 'first-push' }).otherwise).toBe('this is a first push');
    expect(ask({}).otherwise).toBe('CI does not say what was there before');
  });

  it('may only be passed over where the next is as safe', () => {
    expect(ask({ ci: PUSH }).candidates.map(({ optional }) => optional)).toEqual([false]);
    expect(ask({ asked: 'a' }).candidates.map(({ optional }) => optional)).toEqual([false]);
    expect(ask({ branch: 'x', ci: PUSH }).candidates.every(({ optional }) => optional)).toBe(true);
  });
});
