/** The product's own code: what it decides is what is proven, not a copy of it. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

export class Product {
  #load;
  #ports;
  #abort = new AbortController().signal;

  /**
   * @param {string} root of the workspace
   * @param {string} state folder for the digests of files
   * @param {string} dist folder of its modules, as `Compiler` writes them
   */
  constructor(root, state, dist) {
    const load = (module) => require(`${dist}/${module}.js`);
    this.#load = load;
    const { composePorts, openWorkspace } = load('adapters/compose');
    const { ContentReader } = load('adapters/content/content-reader');
    this.#ports = {
      ...composePorts(openWorkspace(root)),
      content: ContentReader.at(join(state, 'digests.json')),
      // A workspace without git and without CI: nothing of the machine that runs the test gets in.
      source: { facts: () => Promise.resolve(SOURCE) },
      logger: { line: () => {}, warn: () => {}, colors: false, columns: undefined },
      // What a build would leave is remembered by the test.
      registry: { promote: () => Promise.resolve() },
    };
  }

  /** @param {object} options of the build, as a user writes them */
  prepare(options) {
    return this.#load('pipeline/prepare').prepare({ ...PROJECT, options }, this.#ports, true);
  }

  /**
   * Builds as the product does.
   * @returns {Promise<{ok: boolean, digest?: string, executed: string[], unproven?: string, error?: string}>}
   */
  async build(prepared) {
    const { assemblePlan } = this.#load('plan/index');
    const { runBuild } = this.#load('run/build');
    const { keyBuild } = this.#load('pipeline/prove');
    const { options, facts, identity, skip } = prepared;
    const engine = await this.#ports.engine.facts(undefined);
    const since = Date.now();
    const plan = assemblePlan(options, facts, identity, engine, skip);
    const { outcome, error } = await runBuild(plan, { ...this.#ports, observer: SILENT }, this.#abort);
    const executed = outcome.steps.filter(({ status }) => status !== 'cached').map(({ name }) => name);
    if (!outcome.ok) return { ok: false, executed, error: `${error?.message} ${error?.found}` };
    const unproven = await keyBuild(prepared, { outcome, engine, since }, this.#ports);
    return { ok: true, digest: outcome.digest, executed, unproven };
  }
}

const SILENT = { step: () => {}, log: () => {}, note: () => {} };
const PROJECT = { name: 'app', root: 'app', target: 'docker-build' };
const SOURCE = {
  ci: true,
  ciName: undefined,
  commit: '0123456789abcdef0123456789abcdef01234567',
  branch: 'main',
  pullRequest: undefined,
  baseBranch: undefined,
  fork: false,
  gitTag: undefined,
  defaultBranch: 'main',
  git: true,
  volatile: [],
  repository: undefined,
};
