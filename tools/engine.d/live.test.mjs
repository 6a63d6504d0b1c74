import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startAgent, stopAgent } from './agent.mjs';
import { down } from './down.mjs';
import { run } from './exec.mjs';
import { mountsBelow } from './mounts.mjs';
import { bridgesOf } from './net.mjs';
import { layout } from './paths.mjs';
import { findMarked, identify, isAlive } from './process.mjs';
import { findRegistry, startRegistry, stopRegistry } from './registry.mjs';
import { toolEnv, toolset } from './toolset.mjs';
import { up } from './up.mjs';

const debianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;

/** A home of its own, with the programs of the usual one when it has them. */
function home() {
  const usual = layout();
  const at = layout({ NDC_ENGINE_HOME: mkdtempSync(join(tmpdir(), 'engine-live-')) });
  mkdirSync(usual.sets, { recursive: true });
  symlinkSync(usual.sets, at.sets);
  return at;
}

const ask = (options) =>
  new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', agent: false, ...options }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject).end();
  });

test(
  'up, agents, registries; and down leaves nothing',
  { skip: !debianRoot && 'needs root on Debian' },
  async (t) => {
    const at = home();
    const owner = `ndc-${at.id}`;
    try {
      const [first, second] = await Promise.all(
        [0, 1].map(() => up(at, { registryOnly: true, private: true })),
      );
      assert.deepEqual(first, second);

      await t.test('a fresh agent is another engine at the same address', async () => {
        const [a, again, b] = await Promise.all(
          ['a', 'a', 'b'].map((name) => startAgent(at, first.registry, name)),
        );
        assert.deepEqual(a, again);
        assert.notEqual(a.dockerHost, b.dockerHost);
        const fresh = await startAgent(at, first.registry, 'a', { fresh: true });
        assert.equal(fresh.dockerHost, a.dockerHost);
        assert.notEqual(fresh.pid, a.pid);
        assert.deepEqual(readdirSync(join(fresh.dataRoot, 'containers')), []);
        await assert.rejects(startAgent(at, first.registry, 'a', { containerdStore: false }), {
          code: 'ENGINE_AGENT_DIFFERS',
        });
        assert.equal((await bridgesOf(owner)).length, 2);
        await stopAgent(at, 'b');
        assert.equal((await bridgesOf(owner)).length, 1);
      });

      await t.test('a registry keeps its port, and what it holds until it is fresh', async () => {
        const upload = { method: 'POST', path: '/v2/x/blobs/uploads/' };
        const open = await startRegistry(at, 'program', 'r');
        assert.equal(await ask({ port: open.port, ...upload }), 202);
        const held = join(open.storage, 'docker');
        assert.ok(existsSync(held));
        const closed = await startRegistry(at, 'program', 'r', { readonly: true, htpasswd: 'user:pass' });
        assert.equal(closed.port, open.port);
        assert.ok(existsSync(held));
        assert.equal(await ask({ port: open.port, path: '/v2/' }), 401);
        assert.equal(await ask({ port: open.port, path: '/v2/', auth: 'user:pass' }), 200);
        assert.equal(await ask({ port: open.port, auth: 'user:pass', ...upload }), 405);
        const fresh = await startRegistry(at, 'program', 'r', { fresh: true });
        assert.equal(fresh.port, open.port);
        assert.equal(existsSync(held), false);
        await stopRegistry(at, 'r');
        assert.equal(await findRegistry(at, 'r'), undefined);
      });

      await t.test('down', async () => {
        const main = identify((await findRegistry(at, 'main')).pid);
        assert.ok(isAlive(main));
        const env = toolEnv(await toolset(at));
        await down(at);
        assert.deepEqual(findMarked(owner), []);
        assert.equal(isAlive(main), false);
        assert.deepEqual(await bridgesOf(owner), []);
        assert.deepEqual(await mountsBelow(at.run), []);
        assert.equal(existsSync(at.run), false);
        assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(at.run));
        for (const table of ['nat', 'filter']) {
          const { stdout } = await run('iptables', ['-w', '-t', table, '-S'], { env });
          assert.ok(!stdout.includes(owner));
        }
      });
    } finally {
      await down(at, { purge: true });
      rmSync(at.home, { recursive: true, force: true });
    }
  },
);
