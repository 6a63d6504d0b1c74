import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isLeftover, isOrphaned, ownerOf, ownLabels } from './owner';

it('this process has its containers', () => {
  expect(isOrphaned(ownerOf())).toBe(false);
});

it('a process that is gone has none', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  expect(isOrphaned(ownerOf(pid))).toBe(true);
});

it('a process that has ended and that nobody takes notice of has none', async () => {
  // The shell becomes a program that does not wait for its children.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(line));
    const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8');
    const owner = ownerOf(pid);
    while (!stat().includes(') Z ')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isOrphaned(owner)).toBe(true);
  } finally {
    parent.kill('SIGKILL');
  }
});

it('a process that has the number of one that is gone has not its containers', () => {
  const [machine, pid, start] = ownerOf().split(' ');
  expect(isOrphaned(`${machine!} ${pid!} ${Number(start) - 1}`)).toBe(true);
});

it('a clone of this machine, with its name and its first namespace, has its own', () => {
  const [machine, , start] = ownerOf().split(' ');
  const clone = machine!.replace(/[^/]*$/, '00000000-0000-4000-8000-000000000000');
  expect(clone).not.toBe(machine);
  expect(isOrphaned(`${machine!} 4194304 ${start!}`)).toBe(true);
  expect(isOrphaned(`${clone} 4194304 ${start!}`)).toBe(false);
});

it.each(['other-machine/1 1 1', '', 'nonsense', 'a b c', `${ownerOf().split(' ')[0]!} abc 1`])(
  'what %j left is not ours to remove',
  (owner) => {
    expect(isOrphaned(owner)).toBe(false);
  },
);

describe('with a deadline', () => {
  const HOUR = 3_600;
  const owner = 'dev.nx-docker-cache.owner';
  const deadline = 'dev.nx-docker-cache.deadline';
  /** @param since seconds that have passed since it was made */
  const made = (by: string, lifetime: number | undefined, since: number): Record<string, string> => {
    jest.useFakeTimers({ now: Date.now() - since * 1_000 });
    const labels = ownLabels(lifetime);
    jest.useRealTimers();
    return { ...labels, [owner]: by };
  };

  it.each<[string, number | undefined, number, boolean]>([
    ['one that is over by far', 60, HOUR + 120, true],
    ['one that may still run', 60, 30, false],
    ['one that is over just now: clocks differ, results are copied', 60, 120, false],
    ['one without a limit', undefined, 1_000 * HOUR, false],
  ])('what another machine left is a leftover: %s', (_, lifetime, since, expected) => {
    expect(isLeftover(made('a-job-of-ci/1 7 1', lifetime, since))).toBe(expected);
  });

  it('what this machine has is none while its process lives, however long it slept', () => {
    expect(isLeftover(made(ownerOf(), 60, 24 * HOUR))).toBe(false);
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    expect(isLeftover(made(ownerOf(pid), 60, 0))).toBe(true);
  });

  it.each(['', 'soon', '-1', '1e3'])('that is none (%j) says nothing', (text) => {
    expect(isLeftover({ [owner]: 'a-job-of-ci/1 7 1', [deadline]: text })).toBe(false);
  });
});
