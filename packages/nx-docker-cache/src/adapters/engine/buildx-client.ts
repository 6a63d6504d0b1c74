import { exec } from '../exec';

/** How buildx is called: by itself where it was found, else through the docker client. */
export class BuildxClient {
  readonly #path: string | undefined;

  /** @param path of the plugin's program */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  get isFound(): boolean {
    return this.#path !== undefined;
  }

  /** Program and arguments. `args` without the word buildx. */
  command(args: readonly string[]): [string, readonly string[]] {
    return this.#path === undefined ? ['docker', ['buildx', ...args]] : [this.#path, args];
  }

  /** @param timeout milliseconds */
  run(args: readonly string[], timeout: number): ReturnType<typeof exec> {
    const [file, rest] = this.command(args);
    return exec(file, rest, { timeout });
  }
}
