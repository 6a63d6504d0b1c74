import { existsSync, readFileSync, statSync } from 'node:fs';
import { withEnvFlags } from './env-flags';

it('puts variables into a file that only this user reads, and that is gone afterwards', async () => {
  let path = '';
  const variables = new Map([
    ['DOCKER_HOST', 'tcp://elsewhere'],
    ['EMPTY', ''],
    ['SPACES', ' #a "b" $c  '],
  ]);
  await withEnvFlags(variables, async ({ flags, env }) => {
    expect(flags).toEqual(['--env-file', expect.any(String)]);
    expect(env).toEqual({});
    path = flags[1]!;
    expect(readFileSync(path, 'utf8')).toBe('DOCKER_HOST=tcp://elsewhere\nEMPTY=\nSPACES= #a "b" $c  \n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
  expect(existsSync(path)).toBe(false);
});

it('passes what no line can hold by name', async () => {
  const variables = new Map([
    ['KEY', '-----BEGIN\nline\n'],
    ['LONG', 'x'.repeat(40_000)],
    ['PLAIN', 'y'],
  ]);
  const given = await withEnvFlags(variables, (all) => Promise.resolve(all));
  expect(given.flags.slice(2)).toEqual(['--env', 'KEY', '--env', 'LONG']);
  expect(Object.keys(given.env)).toEqual(['KEY', 'LONG']);
});

it('removes the file after a failure', async () => {
  let path = '';
  const failing = withEnvFlags(new Map([['A', '1']]), ({ flags }) => {
    path = flags[1]!;
    return Promise.reject(new Error('no engine'));
  });
  await expect(failing).rejects.toThrow('no engine');
  expect(path).not.toBe('');
  expect(existsSync(path)).toBe(false);
});

it('makes no file for nothing', async () => {
  expect(await withEnvFlags(new Map(), (all) => Promise.resolve(all))).toEqual({ flags: [], env: {} });
});
