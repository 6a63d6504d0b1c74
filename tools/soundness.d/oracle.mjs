/** BuildKit on a warm engine, asked through the product's own build. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isTrouble, persistently } from './engine-loss.mjs';
import { imageContent } from './image-content.mjs';
import { list } from './tree.mjs';

const run = promisify(execFile);

/**
 * @typedef {import('./product.mjs').Product} Product
 * @typedef {{ok: boolean, digest?: string, executed: string[], unproven?: string, error?: string}} Built
 */

export class Oracle {
  #product;
  #host;
  #repository;
  #context;
  #contexts;

  /**
   * @param {Product} product
   * @param {{host: string, repository: string, context: string, contexts: import('./contexts.mjs').Contexts}} where the registry,
   *   where it pushes to, what it sends, what the engine keeps of that
   */
  constructor(product, { host, repository, context, contexts }) {
    this.#product = product;
    this.#host = host;
    this.#repository = repository;
    this.#context = context;
    this.#contexts = contexts;
  }

  /**
   * Builds. A refusal counts where BuildKit repeats it.
   * @returns {Promise<Built>}
   * @throws EngineLost
   */
  build(state) {
    return this.#contexts.send(this.#folders(), () => this.#build(state));
  }

  #folders() {
    return list(this.#context).filter(({ kind }) => kind === 'folder');
  }

  async #build(state) {
    const ask = () => this.#product.build(state);
    const trouble = ({ ok, error }) => (!ok && isTrouble(error) ? error : undefined);
    const answers = await persistently(ask, trouble);
    if (!answers.at(-1).ok) answers.push(...(await persistently(ask, trouble)));
    // What an attempt has executed before it died, the next one finds cached.
    return { ...answers.at(-1), executed: answers.flatMap(({ executed }) => executed) };
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
    const trouble = (error) => (isTrouble(error) ? error : undefined);
    const answers = await this.#contexts.send(this.#folders(), () => persistently(ask, trouble));
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
