import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveOf, parseDeb822, parseOneLine, sourceLine } from './apt-sources.mjs';
import { compareDotted, newestThatRuns } from './apt.mjs';
import { environment, shellLines } from './environment.mjs';
import { judge } from './host.mjs';
import { layout } from './paths.mjs';
import { checkName, mergeOptions } from './record.mjs';
import { registryConfig } from './registry-config.mjs';

test('deb822 sources: comments, several suites, disabled stanzas, source packages', () => {
  const text = [
    'Types: deb\n# a comment\nURIs: http://mirror.test/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: /k.gpg',
    'Types: deb\nURIs: http://off.test/\nSuites: bookworm\nComponents: main\nEnabled: no',
    'Types: deb-src\nURIs: http://src.test/\nSuites: bookworm\nComponents: main',
    'Types: deb deb-src\nURIs: http://inline.test/\nSuites: bookworm-security\nComponents: main\nSigned-By:\n -----BEGIN\n .\n AAAA',
  ].join('\n\n');
  assert.deepEqual(parseDeb822(text), [
    {
      uri: 'http://mirror.test/debian',
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main'],
      options: { 'signed-by': '/k.gpg' },
    },
    { uri: 'http://inline.test/', suites: ['bookworm-security'], components: ['main'], options: {} },
  ]);
});

test('one-line sources: options, comments, the architecture is left out', () => {
  const text = [
    '# deb http://old.test bookworm main',
    'deb-src http://src.test bookworm main',
    'deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib # ours',
  ].join('\n');
  assert.deepEqual(parseOneLine(text), [
    {
      uri: 'http://mirror.test/debian',
      suites: ['bookworm'],
      components: ['main', 'contrib'],
      options: { 'signed-by': '/k.gpg' },
    },
  ]);
});

test('the archive is the source of the own release, not its security updates', () => {
  const source = (uri, ...suites) => ({ uri, suites, components: ['main'], options: {} });
  const sources = [source('http://s.test', 'bookworm-security'), source('http://m.test', 'bookworm')];
  assert.equal(archiveOf(sources, 'bookworm').uri, 'http://m.test');
  assert.equal(archiveOf(sources, 'trixie'), undefined);
  assert.equal(
    sourceLine(sources[1], 'testing', '/k.gpg'),
    'deb [signed-by=/k.gpg] http://m.test testing main',
  );
  assert.equal(sourceLine(sources[1], 'testing'), 'deb http://m.test testing main');
});

test('the newest version whose glibc is there', () => {
  const versions = [{ version: '3', libc: '2.38' }, { version: '2', libc: '2.34' }, { version: '1' }];
  assert.equal(newestThatRuns(versions, '2.36').version, '2');
  assert.equal(newestThatRuns(versions, '2.40').version, '3');
  assert.equal(newestThatRuns(versions, '2.9').version, '1');
  assert.equal(newestThatRuns(undefined, '2.36'), undefined);
  assert.deepEqual(
    [compareDotted('2.9', '2.34'), compareDotted('1.0', '1'), compareDotted('0.29.1', '0.13')],
    [-1, 0, 1],
  );
});

test('an engine that answers is judged by what is missing', () => {
  const good = {
    server: '28.5.2',
    buildx: '0.29.1',
    driverStatus: '[["driver-type","io.containerd.snapshotter.v1"]]',
  };
  assert.deepEqual(judge(good), { versions: { docker: '28.5.2', buildx: '0.29.1' } });
  assert.match(judge({ ...good, server: undefined }).missing, /no engine/);
  assert.match(judge({ ...good, buildx: undefined }).missing, /without buildx/);
  assert.match(judge({ ...good, buildx: '0.12.9' }).missing, /buildx 0\.12\.9/);
  assert.match(judge({ ...good, driverStatus: '[["Backing Filesystem","extfs"]]' }).missing, /image store/);
});

test('env lines survive a shell, and are the same when asked twice', () => {
  assert.equal(shellLines({ A: "it's", B: '$x' }), "export A='it'\\''s'\nexport B='$x'");
  const set = { bin: '/set/clients' };
  const once = environment(set, '127.0.0.1:1', '/c', undefined, { PATH: '/bin' });
  assert.deepEqual(once, { PATH: '/set/clients:/bin', DOCKER_CONFIG: '/c', NDC_REGISTRY: '127.0.0.1:1' });
  assert.deepEqual(environment(set, '127.0.0.1:1', '/c', undefined, once), once);
});

test('two homes share nothing', () => {
  const [a, b] = ['/a', '/b'].map((home) => layout({ NDC_ENGINE_HOME: home }));
  assert.notEqual(a.run, b.run);
  assert.equal(a.home, '/a');
  assert.equal(layout({ XDG_CACHE_HOME: '/c' }).home, '/c/nx-docker-cache/engine');
});

test('names that a folder, a cgroup and a label can have', () => {
  for (const name of ['a', 'agent-1', 'x.y_z']) checkName(name);
  for (const name of [undefined, '', '../x', 'A', 'a b', '-a', 'a'.repeat(33)]) {
    assert.throws(() => checkName(name), { code: 'ENGINE_NAME', exitCode: 2 });
  }
});

test('what is not said stays', () => {
  assert.deepEqual(mergeOptions({ a: 1, b: 2 }, undefined, { a: undefined, b: 3 }), { a: 1, b: 3 });
});

test('registry config: deletes are on, users and TLS only when asked for', () => {
  const plain = registryConfig({ addr: '127.0.0.1:5', storage: '/s', dir: '/d' });
  assert.equal(plain.storage.delete.enabled, true);
  assert.equal(plain.storage.maintenance.readonly.enabled, false);
  assert.equal(plain.auth, undefined);
  assert.equal(plain.http.tls, undefined);
  const full = registryConfig({
    addr: '127.0.0.1:5',
    storage: '/s',
    dir: '/d',
    htpasswd: 'u:p',
    tls: true,
    readonly: true,
  });
  assert.equal(full.auth.htpasswd.path, '/d/htpasswd');
  assert.equal(full.http.tls.certificate, '/d/server.crt');
  assert.equal(full.storage.maintenance.readonly.enabled, true);
  assert.doesNotMatch(JSON.stringify(full), /u:p/);
});
