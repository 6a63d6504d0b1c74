import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFolder, removeTree } from './mounts.mjs';
import { findMarked, isAlive, killAll, startDaemon } from './process.mjs';
import { toolEnv, toolset } from './toolset.mjs';
import { untilAnswers } from './wait.mjs';

/** A registry as a program of its own on loopback. */

const mark = (at, name) => `ndc-${at.id}/registry/${name}`;

export const isUp = async (record) => isAlive(record.process);

/** Stop it; what it holds stays. */
export const halt = (at, name) => killAll(() => findMarked(mark(at, name)));

export async function drop(at, name, dir) {
  await halt(at, name);
  await removeTree(dir);
}

export async function place(dir) {
  const storage = join(dir, 'storage');
  if (!existsSync(storage)) await memoryFolder(storage);
  return { address: '127.0.0.1', inside: dir, storage };
}

export async function start(at, name, { dir, port, tls }) {
  const log = join(dir, 'registry.log');
  const env = toolEnv(await toolset(at));
  const process = startDaemon('docker-registry', ['serve', join(dir, 'config.json')], {
    env,
    log,
    mark: mark(at, name),
  });
  await untilAnswers(`registry ${name}`, {
    request: { host: '127.0.0.1', port, path: '/v2/', tls },
    process,
    log,
  });
  return { process, facts: { pid: process.pid, storage: join(dir, 'storage'), log } };
}
