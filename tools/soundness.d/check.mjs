/** One workspace, edit by edit: what BuildKit does against what the product decides. */
import { DOCKERFILE_EDITS } from './dockerfile-edits.mjs';
import { FILE_EDITS } from './file-edits.mjs';
import { IGNORE_EDITS } from './ignore-edits.mjs';
import { imageContent } from './image-content.mjs';
import { OPTION_EDITS } from './option-edits.mjs';
import { Product } from './product.mjs';
import { NothingToPick, Random } from './random.mjs';
import { Workspace } from './workspace.mjs';

const GROUPS = [
  [60, FILE_EDITS, (workspace) => workspace.context],
  [9, IGNORE_EDITS, (workspace) => workspace],
  [20, DOCKERFILE_EDITS, (workspace) => workspace],
  [8, OPTION_EDITS, (workspace) => workspace],
].map(([weight, edits, subject]) => [
  weight,
  { edits: Object.entries(edits).map(([name, [share, run]]) => [share, { name, run }]), subject },
]);

/**
 * @typedef {'skipped' | 'built' | 'false skip' | 'false build' | 'refused' | 'false refusal' | 'unproven'} Verdict
 * @typedef {{workspace: number, edit: number, name: string, detail: string, verdict: Verdict, reason?: string, case?: string}} Result
 */

export class WorkspaceCheck {
  #workspace;
  #product;
  #random;
  /** What was built, by key. @type {Map<string, {digest: string, edit: number, text: string}>} */
  #byKey = new Map();
  /** @type {Map<string, number>} edits by digest */
  #digests = new Map();
  #last;
  #edit = 0;
  #earlier;

  constructor({ seed, number, bases }) {
    this.#random = new Random((seed * 1_000_003 + number * 7919) >>> 0);
    this.#workspace = new Workspace(this.#random, bases, number);
    this.#product = new Product(this.#workspace.root, this.#workspace.folder);
  }

  /** The first build. @returns false where BuildKit refuses the workspace: another one is tried */
  async start() {
    await this.#workspace.registry.moveTo('one');
    const state = await this.#product.prepare(this.#workspace.written).catch(() => undefined);
    if (state === undefined) return false;
    const built = await this.#product.build(state);
    if (built.ok) this.#remember(state.content, built);
    return built.ok && built.unproven === undefined;
  }

  /** One edit, one decision, one build. @returns {Promise<Result>} */
  async step() {
    const workspace = this.#workspace;
    const saved = workspace.save('before');
    const before = workspace.describe();
    const { name, detail } = await this.#change(saved);
    workspace.writeDockerfile();
    this.#edit++;
    const at = { workspace: workspace.number, edit: this.#edit, name, detail: String(detail) };
    const failure = { value: undefined };
    const state = await this.#product
      .prepare(workspace.written)
      .catch((error) => ((failure.value = error), undefined));
    if (state === undefined) {
      const result = await this.#refusedByUs(at, failure.value, before);
      await workspace.restore(saved);
      return result;
    }
    const built = await this.#product.build(state);
    const verdict = await this.#judge(state, built);
    const shown = /^(false|unproven)/.test(verdict.verdict)
      ? { case: this.#case(at, before, verdict, state) }
      : {};
    if (built.ok) {
      this.#remember(state.content, built);
      if (this.#random.chance(0.15)) this.#earlier = workspace.save('earlier');
    } else await workspace.restore(saved);
    return { ...at, ...verdict, ...shown };
  }

  end() {
    this.#workspace.remove();
  }

  async #change(saved) {
    if (this.#earlier !== undefined && this.#random.chance(0.05)) {
      await this.#workspace.restore(this.#earlier);
      return { name: 'back to an earlier state', detail: '' };
    }
    for (;;) {
      const { edits, subject } = this.#random.weighted(GROUPS);
      const { name, run } = this.#random.weighted(edits);
      try {
        return { name, detail: await run(subject(this.#workspace), this.#random) };
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
    if (skips) {
      if (known.digest === built.digest || (await this.#same(known.digest, built.digest)))
        return { verdict: 'skipped' };
      return {
        verdict: 'false skip',
        reason: `edit ${known.edit} made ${known.digest}, now it is ${built.digest}; executed: ${built.executed.join(' | ')}`,
        other: known.text,
      };
    }
    if (built.executed.length > 0 || !this.#digests.has(built.digest)) return { verdict: 'built' };
    const why = skip.enabled
      ? `another key than ${this.#differs(content)}`
      : content.obstacles.map(({ reason }) => reason.replace(/^.*: /, '')).join('; ');
    return { verdict: 'false build', reason: why };
  }

  /** Which instruction made the key another one. */
  #differs(content) {
    const before = this.#last?.inputs ?? [];
    const at = content.inputs.findIndex(({ digest }, index) => digest !== before[index]?.digest);
    return at < 0 ? 'before' : `before from: ${content.inputs[at].text}`;
  }

  async #same(left, right) {
    const { registry, number } = this.#workspace;
    const contents = await Promise.all(
      [left, right].map((digest) => imageContent(registry.host, `w${number}`, digest)),
    );
    return contents[0] === contents[1];
  }

  #remember(content, built) {
    const text = this.#workspace.describe();
    this.#byKey.set(content.key, { digest: built.digest, edit: this.#edit, text });
    if (!this.#digests.has(built.digest)) this.#digests.set(built.digest, this.#edit);
    this.#last = content;
  }

  /** We refuse to parse: BuildKit has to refuse as well. */
  async #refusedByUs(at, error, before) {
    const { execFileSync } = await import('node:child_process');
    const { dockerfile, context } = this.#workspace;
    try {
      execFileSync('docker', ['buildx', 'build', '--output=type=cacheonly', '--file', dockerfile, context], {
        stdio: 'ignore',
      });
    } catch {
      return { ...at, verdict: 'refused', reason: error.message };
    }
    return {
      ...at,
      verdict: 'false refusal',
      reason: String(error.message),
      case: this.#case(at, before, { reason: error.stack }),
    };
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
