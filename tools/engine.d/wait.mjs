import http from 'node:http';
import https from 'node:https';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from './errors.mjs';
import { isAlive } from './process.mjs';

/** Status of one GET, or undefined when nobody answers. @param {http.RequestOptions & {tls?: boolean}} options */
export function probe({ tls = false, ...options }) {
  return new Promise((resolve) => {
    // A certificate made for this run is not what is asked about here.
    const request = (tls ? https : http).get(
      { timeout: 2000, rejectUnauthorized: false, agent: false, ...options },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

/**
 * Wait until a daemon answers; a program that ended says so with the tail of its log.
 * @param {string} what
 * @param {{request: object, process?: import('./process.mjs').ProcessId, log?: string, timeoutMs?: number}} options
 */
export async function untilAnswers(what, { request, process, log, timeoutMs = 30_000 }) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const status = await probe(request);
    if (status === 200 || status === 401) return;
    const ended = process !== undefined && !isAlive(process);
    if (ended || Date.now() > end) {
      const text = log === undefined ? '' : await readFile(log, 'utf8').catch(() => '');
      const tail = text.trim().split('\n').slice(-10).join('\n');
      throw new EngineError(
        'ENGINE_NO_ANSWER',
        `Expected ${what} to answer; it ${ended ? 'ended' : 'did not in time'}.\n${tail}`,
        {
          hint: log && `The whole log is ${log}`,
        },
      );
    }
    await sleep(15);
  }
}

/** A port of 127.0.0.1 that is free now: the wanted one if possible. */
export function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort(0))));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
