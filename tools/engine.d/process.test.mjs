import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from './lock.mjs';
import { findMarked, identify, isAlive, killAll, startDaemon } from './process.mjs';
import { writeHtpasswd } from './registry-secrets.mjs';

const linux = { skip: process.platform === 'linux' ? false : 'reads /proc' };
const dir = mkdtempSync(join(tmpdir(), 'engine-test-'));
after(() => rmSync(dir, { recursive: true, force: true }));

test('a recycled pid is another process', linux, () => {
  const self = identify(process.pid);
  assert.equal(isAlive(self), true);
  assert.equal(isAlive({ ...self, start: '1' }), false);
  assert.equal(isAlive({ ...self, boot: 'before' }), false);
  assert.equal(isAlive(undefined), false);
});

test('a mark finds what a daemon started, and nothing else', linux, async () => {
  const mark = `test-${process.pid}/agent/a`;
  const other = spawn('sleep', ['30']);
  const daemon = startDaemon('sh', ['-c', 'sleep 30 & wait'], {
    env: process.env,
    log: join(dir, 'log'),
    mark,
  });
  try {
    while (findMarked(mark).length < 2) await sleep(10);
    assert.equal(findMarked(`test-${process.pid}`).length, 2);
    assert.equal(findMarked(`test-${process.pid}/agent/ab`).length, 0);
    await killAll(() => findMarked(mark));
    assert.equal(isAlive(daemon), false);
    assert.equal(isAlive(identify(other.pid)), true);
  } finally {
    other.kill();
    await killAll(() => findMarked(mark));
  }
});

test('a program that is not there does not start', linux, () => {
  assert.throws(() =>
    startDaemon('no-such-program', [], { env: process.env, log: join(dir, 'log'), mark: 'x' }),
  );
});

test('one at a time holds a lock, and a failure lets it go', linux, async () => {
  let inside = 0;
  const enter = () =>
    withLock(dir, 'l', async () => {
      assert.equal(++inside, 1);
      await sleep(5);
      inside--;
    });
  await assert.rejects(
    withLock(dir, 'l', () => Promise.reject(new Error('no'))),
    /no/,
  );
  await Promise.all([enter(), enter(), enter()]);
});

test('htpasswd holds bcrypt and not the password', linux, async () => {
  const path = join(dir, 'htpasswd');
  await writeHtpasswd(path, 'user:pa:ss');
  assert.match(readFileSync(path, 'utf8'), /^user:\$2y\$05\$.{53}\n$/);
  for (const wrong of ['user', 'user:', ':pass']) {
    await assert.rejects(writeHtpasswd(path, wrong), { code: 'ENGINE_OPTION' });
  }
});
