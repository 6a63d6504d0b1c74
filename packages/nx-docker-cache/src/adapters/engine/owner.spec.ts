import { spawnSync } from 'node:child_process';
import { isOrphaned, ownerOf } from './owner';

it('this process has its containers', () => {
  expect(isOrphaned(ownerOf())).toBe(false);
});

it('a process that is gone has none', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  expect(isOrphaned(ownerOf(pid))).toBe(true);
});

it('a process that has the number of one that is gone has not its containers', () => {
  const [machine, pid, start] = ownerOf().split(' ');
  expect(isOrphaned(`${machine!} ${pid!} ${Number(start) - 1}`)).toBe(true);
});

it.each(['other-machine/1 1 1', '', 'nonsense', 'a b c', `${ownerOf().split(' ')[0]!} abc 1`])(
  'what %j left is not ours to remove',
  (owner) => {
    expect(isOrphaned(owner)).toBe(false);
  },
);
