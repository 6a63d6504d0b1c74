/**
 * The contexts that an engine keeps between builds, from which it is sent what differs. It misses that a folder's mode
 * differs (moby/buildkit#7176), also where the next context is another workspace's; what misses a change is no judge.
 * So it is made to forget them where a folder comes with another mode.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EngineLost } from './engine-loss.mjs';

const run = promisify(execFile);
const KEPT = ['--filter', 'type=source.local'];

export class Contexts {
  #forget;
  /** Modes of folders by path, since contexts were forgotten. @type {Map<string, number>} */
  #seen = new Map();
  /** Builds under way. @type {Set<Promise<unknown>>} */
  #active = new Set();
  #turn = Promise.resolve();

  /** @param {() => Promise<void>} forget */
  constructor(forget = forgetContexts) {
    this.#forget = forget;
  }

  /**
   * Waits where the engine has to forget, which it does not do while another build uses a context.
   * @template T
   * @param {readonly {path: string, mode: number}[]} folders of the context
   * @param {() => Promise<T>} build
   * @returns {Promise<T>}
   */
  async send(folders, build) {
    const begun = this.#turn.then(async () => {
      if (folders.some(({ path, mode }) => (this.#seen.get(path) ?? mode) !== mode)) {
        await Promise.allSettled(this.#active);
        await this.#forget();
        this.#seen.clear();
      }
      for (const { path, mode } of folders) this.#seen.set(path, mode);
      const running = build();
      const ended = () => this.#active.delete(running);
      this.#active.add(running);
      running.then(ended, ended);
      return { running };
    });
    this.#turn = begun.catch(() => {});
    return (await begun).running;
  }
}

async function forgetContexts() {
  for (let left = 20; left > 0; left--) {
    await run('docker', ['buildx', 'prune', '--all', '--force', ...KEPT]);
    const { stdout } = await run('docker', ['buildx', 'du', ...KEPT]);
    if (!/^[a-z0-9]{25}/m.test(stdout)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new EngineLost('the engine does not let go of the contexts that it keeps');
}
