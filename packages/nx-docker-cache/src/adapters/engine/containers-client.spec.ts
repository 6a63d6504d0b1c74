import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientContainers } from './containers-client';

/** A docker client of which each test says what it does. */
describe('containers by the client', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'client-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** @param lines of a script in the place of the client */
  function docker(lines: readonly string[], stallMs?: number): ClientContainers {
    const program = join(folder, 'docker');
    writeFileSync(program, ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(program, 0o755);
    return new ClientContainers(folder, { program, stallMs });
  }
  const { signal } = new AbortController();

  it('end a pull that says nothing any more', async () => {
    const containers = docker(['echo "a: Pulling fs layer"', 'exec sleep 60'], 200);
    expect(await containers.pull('r@sha256:1', signal)).toBe('no progress within 0.2 s');
  });

  it('let a pull take its time while layers come', async () => {
    const containers = docker(['for i in 1 2 3 4 5 6; do sleep 0.2; echo "$i: Pull complete"; done'], 800);
    expect(await containers.pull('r@sha256:1', signal)).toBeUndefined();
  });

  it('say why a pull failed', async () => {
    const containers = docker(['echo "manifest unknown" >&2', 'exit 1']);
    expect(await containers.pull('r@sha256:1', signal)).toBe('manifest unknown');
  });

  it('have no result only where the engine says so', async () => {
    const missing = docker(['echo "Could not find the file /x in container c1" >&2', 'exit 1']);
    expect(await missing.copyOut('c1', '/x', 'x')).toBeUndefined();
    const silent = docker(['echo "Cannot connect to the Docker daemon" >&2', 'exit 1']);
    await expect(silent.copyOut('c1', '/x', 'x')).rejects.toMatchObject({
      ...{ code: 'CONTAINER_FAILED', found: 'Cannot connect to the Docker daemon' },
    });
  });
});
