import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineLost, isTrouble, persistently } from './engine-loss.mjs';

test('an engine or a registry that is gone is no refusal', () => {
  for (const text of [
    'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
    'ERROR: Cannot connect to the Docker daemon at unix:///x/docker.sock. Is the docker daemon running?',
    'failed to solve: Canceled: context canceled',
    'fetch failed Error: connect ECONNREFUSED 127.0.0.1:5000',
    'failed to do request: Head "http://a/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
    'image a: its registry did not answer',
    'image busybox: HEAD https://registry-1.docker.io/v2/library/busybox/manifests/latest failed: ENOTFOUND',
    'write /var/x: no space left on device',
    'the build was interrupted a signal',
  ])
    assert.equal(isTrouble(text), true, text);
});

test('a refusal is no trouble', () => {
  for (const text of [
    'failed to solve: failed to compute cache key: failed to calculate checksum of ref a::b: "/a.txt": not found',
    'dockerfile parse error on line 3: unknown instruction: COPI',
    'COPY <<EOF /out/n1: unterminated heredoc EOF',
    'failed to solve: target stage "x" could not be found',
    'process "/bin/sh -c exit 1" did not complete successfully: exit code: 1',
    'image 0: HEAD https://registry-1.docker.io/v2/library/0/manifests/latest failed: getaddrinfo ENOTFOUND registry-1.docker.io',
    'failed to resolve source metadata for docker.io/library/0:latest: dial tcp: connection refused',
    'circular dependency detected on stage: a',
  ])
    assert.equal(isTrouble(text), false, text);
});

test('persistently: asks until there is an answer', async () => {
  const answers = ['EOF', 'EOF', 'yes'];
  const trouble = (answer) => (answer === 'EOF' ? answer : undefined);
  assert.deepEqual(await persistently(() => Promise.resolve(answers.shift()), trouble, [0, 0]), [
    'EOF',
    'EOF',
    'yes',
  ]);
});

test('persistently: and says so where there is none', async () => {
  let asked = 0;
  const ask = () => Promise.resolve(++asked);
  await assert.rejects(
    persistently(ask, () => 'gone', [0, 0]),
    EngineLost,
  );
  assert.equal(asked, 3);
});
