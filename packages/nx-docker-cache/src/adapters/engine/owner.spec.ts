import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isOrphaned, ownerOf } from './owner';

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
