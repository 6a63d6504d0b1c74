/** A history, commit by commit: the product on a fresh agent, a full rebuild, and image against image. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as engine from '../engine.d/index.mjs';
import { Bases, pushBases } from '../soundness.d/bases.mjs';
import { imageContent } from '../soundness.d/image-content.mjs';
import { Random } from '../soundness.d/random.mjs';
import { edit } from './edits.mjs';
import { buildAll, fullRepository } from './full.mjs';
import { Monorepo } from './monorepo.mjs';
import { affectedBy, buildOurs, ourRepository } from './ours.mjs';

const run = promisify(execFile);

/**
 * @typedef {object} Commit
 * @property {string[]} edits
 * @property {{project: string, shape: string, result: string, equal: boolean, changed: boolean, missed: boolean}[]} projects
 *   result: `built`, `skipped` or what went wrong; equal: to what the full rebuild made; changed: since the commit before;
 *   missed: changed by the commit, and `affected` does not say so
 * @property {number | undefined} affected how many `affected` names
 * @property {number} seconds ours
 * @property {number} fullSeconds of the full rebuild, on an engine that has built the commits before
 */

export class Replay {
  #agents;
  #random;
  #folder = mkdtempSync(join(tmpdir(), 'replay-'));
  #origin = join(this.#folder, 'origin');
  #host;
  #bases;
  #repo;
  /** What a full rebuild made of each project last. @type {Map<string, string>} */
  #contents = new Map();
  #earlier;
  /** Did a tag move in the registry, which no comparison of commits can tell? */
  #moved = false;

  /** @param {{seed: number, projects: number, name: string}} options name: of agents and registry */
  constructor({ seed, projects, name }) {
    this.#agents = { ours: `${name}-ours`, full: `${name}-full`, registry: name };
    this.#random = new Random(seed);
    this.projects = projects;
  }

  async start() {
    const { full, registry } = this.#agents;
    await engine.agent(full, { fresh: true });
    this.#host = (await engine.registry(registry, { fresh: true })).host;
    const manifests = await pushBases(this.#host, await this.#env(full));
    this.#bases = new Bases(this.#host, manifests, 0);
    await this.#bases.moveTo('one');
    const at = { host: this.#host, external: this.#bases.moving };
    this.#repo = new Monorepo(at, this.#random, this.projects);
    mkdirSync(this.#origin);
    await this.#git('init', '--quiet', '--initial-branch=main');
  }

  /** @param {boolean} first the first commit, which no edit makes @returns {Promise<Commit>} */
  async step(first) {
    const edits = first ? ['the first commit'] : await this.#change();
    this.#repo.writeTo(this.#origin);
    await this.#git('add', '--all');
    const author = [
      '-c',
      'user.name=Replay',
      '-c',
      'user.email=replay@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    // Where only a tag in the registry has moved there is nothing to commit, and CI builds all the same.
    await this.#git(...author, 'commit', '--quiet', '--allow-empty', '--message', edits.join('; '));
    const { seconds, results, affected } = await this.#ours(first);
    const fullSeconds = await buildAll(this.#repo, {
      ...{ folder: this.#origin, host: this.#host, state: this.#folder },
      env: await this.#env(this.#agents.full),
    });
    const projects = [];
    for (const { name, shape } of this.#repo.projects) {
      const compared = await this.#compare(name);
      const missed = compared.changed && affected !== undefined && !affected.has(name);
      projects.push({ project: name, shape, result: results.get(name) ?? 'no result', ...compared, missed });
    }
    if (this.#random.chance(0.2)) this.#earlier = this.#repo.save();
    return { edits, projects, seconds, fullSeconds, affected: affected?.size };
  }

  async end() {
    rmSync(this.#folder, { recursive: true, force: true });
    await Promise.allSettled([engine.stopAgent(this.#agents.ours), engine.stopAgent(this.#agents.full)]);
    await engine.stopRegistry(this.#agents.registry);
  }

  async #change() {
    this.#moved = false;
    if (this.#earlier !== undefined && this.#random.chance(0.08)) {
      this.#repo.restore(this.#earlier);
      return ['back to an earlier commit'];
    }
    this.#moved = this.#random.chance(0.05);
    if (this.#moved) return [`the outer base image moved: ${await this.#bases.move(this.#random)}`];
    return edit(this.#repo, this.#random);
  }

  /** @param {boolean} first there is no commit to compare with */
  async #ours(first) {
    const clone = join(this.#folder, 'clone');
    await run('git', ['clone', '--quiet', this.#origin, clone]);
    try {
      await engine.agent(this.#agents.ours, { fresh: true });
      const at = { folder: clone, env: await this.#env(this.#agents.ours) };
      const affected = first || this.#moved ? undefined : await affectedBy('HEAD~1', at);
      return { ...(await buildOurs(at)), affected };
    } finally {
      rmSync(clone, { recursive: true });
    }
  }

  async #compare(name) {
    const full = await imageContent(this.#host, fullRepository(name), 'latest');
    // Whatever the product said: this is what people would pull.
    const ours = await imageContent(this.#host, ourRepository(name), 'latest').catch(
      (error) => error.message,
    );
    const before = this.#contents.get(name);
    this.#contents.set(name, full);
    return { equal: ours === full, changed: before !== full };
  }

  async #env(agent) {
    // Inside a CI job, nothing of that job: this history has a branch and commits of its own.
    const kept = /^(PATH|HOME|TMPDIR|LANG|NDC_ENGINE_HOME)$/;
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name)));
    return { ...own, ...(await engine.env(agent)) };
  }

  #git(...args) {
    return run('git', args, { cwd: this.#origin });
  }
}
