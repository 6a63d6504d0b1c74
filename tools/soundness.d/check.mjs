/** One workspace, edit by edit: what BuildKit does against what the product decides. */
import { DOCKERFILE_EDITS } from './dockerfile-edits.mjs';
import { isTrouble, persistently } from './engine-loss.mjs';
import { FILE_EDITS } from './file-edits.mjs';
import { IGNORE_EDITS } from './ignore-edits.mjs';
import { LINK_EDITS } from './link-edits.mjs';
import { OPTION_EDITS } from './option-edits.mjs';
import { Oracle } from './oracle.mjs';
import { Product } from './product.mjs';
import { NothingToPick, Random } from './random.mjs';
import { Lineup } from './suspects.mjs';
import { Workspace } from './workspace.mjs';

/** Shares of groups, in a plain run and in a rich one. */
const GROUPS = [
  [50, 30, FILE_EDITS, ({ context }, random, run) => run(context, random)],
  [14, 30, LINK_EDITS, ({ context, text }, random, run) => run(context, random, text)],
  [9, 9, IGNORE_EDITS, (workspace, random, run) => run(workspace, random)],
  [20, 45, DOCKERFILE_EDITS, (workspace, random, run) => run(workspace, random)],
  [9, 25, OPTION_EDITS, (workspace, random, run) => run(workspace, random)],
];

/** Groups and their edits, with their weights. An edit may have another one in a rich run. */
const weigh = (rich) =>
  GROUPS.map(([plainShare, richShare, edits, apply]) => [
    rich ? richShare : plainShare,
    {
      apply,
      edits: Object.entries(edits).map(([name, [share, run, other = share]]) => [
        rich ? other : share,
        { name, run },
      ]),
    },
  ]);

/**
 * @typedef {'skipped' | 'built' | 'false skip' | 'false build' | 'refused' | 'false refusal' | 'unproven'} Verdict
 * @typedef {{workspace: number, edit: number, name: string, detail: string, verdict: Verdict, reason?: string, case?: string}} Result
 */

export class WorkspaceCheck {
  #workspace;
  #product;
  #oracle;
  #lineup;
  #groups;
  #random;
  /** What was built, by key. @type {Map<string, {digest: string, edit: number, text: string}>} */
  #byKey = new Map();
  /** @type {Set<string>} */
  #digests = new Set();
  #last;
  #edit = 0;
  #earlier;

  /** @param {{seed: number, number: number, bases: object, dist: string, rich: boolean, contexts: import('./contexts.mjs').Contexts, suspects: import('./suspects.mjs').Suspect[]}} at */
  constructor({ seed, number, bases, dist, rich, contexts, suspects }) {
    this.#random = new Random((seed * 1_000_003 + number * 7919) >>> 0);
    this.#workspace = new Workspace(this.#random, bases, number, rich);
    this.#groups = weigh(rich);
    this.#product = new Product(this.#workspace.root, this.#workspace.folder, dist);
    this.#oracle = new Oracle(this.#product, {
      ...{ host: bases.host, repository: `w${number}`, context: this.#workspace.context, contexts },
    });
    this.#lineup = new Lineup(suspects, this.#workspace);
  }

  /** The first build. @returns false where BuildKit refuses the workspace: another one is tried */
  async start() {
    await this.#workspace.registry.moveTo('one');
    const { state } = await this.#prepare();
    if (state === undefined) return false;
    const built = await this.#oracle.build(state);
    if (!built.ok || built.unproven !== undefined) return false;
    this.#remember(state.content, built.digest);
    await this.#suspect(built, 0, '');
    return true;
  }

  /**
   * One edit, one decision, one build.
   * @param {number} done edits of all workspaces before this one
   * @returns {Promise<Result>}
   * @throws EngineLost
   */
  async step(done) {
    const workspace = this.#workspace;
    const saved = workspace.save('before');
    const before = workspace.describe();
    const { name, detail } = await this.#change(saved);
    workspace.writeDockerfile();
    this.#edit++;
    const at = { workspace: workspace.number, edit: this.#edit, name, detail: String(detail) };
    const { state, error } = await this.#prepare();
    if (state === undefined) {
      const result = await this.#refusedByUs(at, error, before);
      await workspace.restore(saved);
      return result;
    }
    const built = await this.#oracle.build(state);
    const verdict = await this.#judge(state, built);
    const shown = /^(false|unproven)/.test(verdict.verdict)
      ? { case: this.#case(at, before, verdict, state) }
      : {};
    // Where the product is wrong itself, nobody is found out.
    if (verdict.verdict !== 'false skip') await this.#suspect(built, done + 1, name);
    if (built.ok) {
      this.#remember(state.content, built.digest);
      if (this.#random.chance(0.15)) this.#earlier = workspace.save('earlier');
    } else await workspace.restore(saved);
    return { ...at, ...verdict, ...shown };
  }

  end() {
    this.#workspace.remove();
  }

  async #prepare() {
    const ask = () =>
      this.#product.prepare(this.#workspace.written).then(
        (state) => ({ state }),
        (error) => ({ error }),
      );
    const trouble = ({ state, error }) =>
      [String(error?.message), ...(state?.content.obstacles ?? []).map(({ reason }) => reason)].find(
        isTrouble,
      );
    return (await persistently(ask, trouble)).at(-1);
  }

  async #change(saved) {
    if (this.#earlier !== undefined && this.#random.chance(0.05)) {
      await this.#workspace.restore(this.#earlier);
      return { name: 'back to an earlier state', detail: '' };
    }
    for (;;) {
      const { edits, apply } = this.#random.weighted(this.#groups);
      const { name, run } = this.#random.weighted(edits);
      try {
        return { name, detail: await apply(this.#workspace, this.#random, run) };
      } catch (error) {
        // EEXIST and their like: two edits that do not go together.
        if (!(error instanceof NothingToPick) && error.code === undefined) throw error;
        await this.#workspace.restore(saved);
      }
    }
  }

  async #judge({ content, skip }, built) {
    const known = this.#byKey.get(content.key);
    const skips = skip.enabled && known !== undefined;
    if (!built.ok)
      return skips
        ? { verdict: 'false skip', reason: `BuildKit refuses: ${built.error}` }
        : { verdict: 'refused', reason: built.error };
    if (built.unproven !== undefined && skip.enabled) return { verdict: 'unproven', reason: built.unproven };
    if (skips) return this.#judgeSkip(known, built);
    if (built.executed.length > 0 || !this.#digests.has(built.digest)) return { verdict: 'built' };
    if (!skip.enabled) {
      const reasons = content.obstacles.map((obstacle) => obstacle.reason.replace(/^.*: /, ''));
      return { verdict: 'false build', reason: [...new Set(reasons)].join('; ') };
    }
    return { verdict: 'false build', reason: `another key than ${this.#differs(content)}` };
  }

  async #judgeSkip(known, built) {
    if (await this.#oracle.same(known.digest, built.digest)) return { verdict: 'skipped' };
    return {
      verdict: 'false skip',
      reason: `edit ${known.edit} made ${known.digest}, now it is ${built.digest}; executed: ${built.executed.join(' | ')}`,
      other: known.text,
    };
  }

  /** Which instruction made the key another one. */
  #differs(content) {
    const before = this.#last?.inputs ?? [];
    const at = content.inputs.findIndex(({ digest }, index) => digest !== before[index]?.digest);
    return at < 0 ? 'before' : `before from: ${content.inputs[at].text}`;
  }

  #remember(content, digest) {
    const text = this.#workspace.describe();
    this.#byKey.set(content.key, { digest, edit: this.#edit, text });
    this.#digests.add(digest);
    this.#last = content;
  }

  #suspect(built, after, by) {
    const same = (left, right) => this.#oracle.same(left, right);
    return this.#lineup.decide(this.#workspace.written, built, same, { after, by });
  }

  /** We refuse to parse: BuildKit has to refuse as well. */
  async #refusedByUs(at, error, before) {
    if (!(await this.#oracle.takes(this.#workspace)))
      return { ...at, verdict: 'refused', reason: error.message };
    const reason = String(error.message);
    return { ...at, verdict: 'false refusal', reason, case: this.#case(at, before, { reason: error.stack }) };
  }

  #case({ name, detail, edit, workspace }, before, { reason, other }, state) {
    return [
      `workspace ${workspace}, edit ${edit}: ${name} (${detail})`,
      `reason: ${reason}`,
      ...(state === undefined ? [] : [`obstacles: ${JSON.stringify(state.content.obstacles)}`]),
      `--- before\n${before}`,
      `--- after\n${this.#workspace.describe()}`,
      ...(other === undefined ? [] : [`--- the state whose key it has\n${other}`]),
    ].join('\n');
  }
}
