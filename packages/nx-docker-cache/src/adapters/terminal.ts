import { setTimeout } from 'node:timers/promises';
import type { ClockPort, EnvironmentPort, LoggerPort } from '../ports/logger';
import { readDockerConfig } from './engine/plugin';

/** Progress and reports go to stderr, so that `--json` on stdout stays clean. */
export class TerminalLogger implements LoggerPort {
  readonly #stream: NodeJS.WriteStream;
  readonly colors: boolean;

  constructor(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>) {
    this.#stream = stream;
    const forced = env['FORCE_COLOR'];
    this.colors =
      env['NO_COLOR'] === undefined &&
      (forced === undefined ? stream.isTTY : forced !== '0' && forced !== 'false');
  }

  get columns(): number | undefined {
    return this.#stream.isTTY ? this.#stream.columns : undefined;
  }

  line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  warn(text: string): void {
    this.#stream.write(`warning: ${text}\n`);
  }
}

export const systemClock: ClockPort = {
  now: () => Date.now(),
  every: (ms, callback) => {
    const timer = setInterval(callback, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
};

/** Node's names of architectures → Go's. Containers are Linux whatever the machine runs. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

export function environmentPort(env: Readonly<Record<string, string | undefined>>): EnvironmentPort {
  return {
    get: (name) => env[name],
    platform: `linux/${ARCHITECTURES[process.arch] ?? process.arch}`,
    get clientProxies() {
      return readDockerConfig(env).hasProxies;
    },
  };
}
