/** BuildKit on a warm engine, asked through the product's own build, and asked again where its answer is in doubt. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isTrouble, persistently } from './engine-loss.mjs';
import { imageContent } from './image-content.mjs';

const run = promisify(execFile);

/**
 * @typedef {import('./product.mjs').Product} Product
 * @typedef {{ok: boolean, digest?: string, executed: string[], unproven?: string, error?: string}} Built
 */

export class Oracle {
  #product;
  #host;
  #repository;

  /** @param {Product} product @param {string} host of the registry @param {string} repository where it pushes to */
  constructor(product, host, repository) {
    this.#product = product;
    this.#host = host;
    this.#repository = repository;
  }

  /**
   * Builds. A refusal counts where BuildKit repeats it.
   * @returns {Promise<Built>}
   * @throws EngineLost
   */
  async build(state) {
    const ask = () => this.#product.build(state);
    const trouble = ({ ok, error }) => (!ok && isTrouble(error) ? error : undefined);
    const answers = await persistently(ask, trouble);
    if (!answers.at(-1).ok) answers.push(...(await persistently(ask, trouble)));
    // What an attempt has executed before it died, the next one finds cached.
    return { ...answers.at(-1), executed: answers.flatMap(({ executed }) => executed) };
  }

  /**
   * Builds with a context that is sent as a whole: of one that it has already, BuildKit misses that permissions of
   * folders changed (moby/buildkit#7176).
   * @returns {Promise<Built>}
   */
  async readAnew(state) {
    await run('docker', ['buildx', 'prune', '--all', '--force', '--filter', 'type=source.local']);
    return this.build(state);
  }

  /** Builds every step. @param {object} written options, as a user writes them @returns {Promise<Built>} */
  async makeAnew(written) {
    await this.readAnew(await this.#product.prepare(written));
    return this.build(await this.#product.prepare({ ...written, noCache: true }));
  }

  /** true where BuildKit builds what the product does not even parse */
  async takes({ dockerfile, context, options }) {
    const args = Object.entries(options.buildArgs).flatMap(([name, value]) => [
      '--build-arg',
      `${name}=${value}`,
    ]);
    const target = options.target === undefined ? [] : ['--target', options.target];
    const contexts = Object.entries(options.buildContexts).flatMap((pair) => [
      '--build-context',
      pair.join('='),
    ]);
    const ask = () =>
      run('docker', [
        ...['buildx', 'build', '--output=type=cacheonly', '--file', dockerfile],
        ...[...args, ...target, ...contexts, context],
      ]).then(
        () => '',
        (error) => error.stderr,
      );
    const answers = await persistently(ask, (error) => (isTrouble(error) ? error : undefined));
    return answers.at(-1) === '';
  }

  /** true for images that differ in times only */
  async same(left, right) {
    if (left === right) return true;
    const contents = await Promise.all(
      [left, right].map((digest) => imageContent(this.#host, this.#repository, digest)),
    );
    return contents[0] === contents[1];
  }
}
