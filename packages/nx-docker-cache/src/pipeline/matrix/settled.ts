import type { JudgedBuild } from '../../affected';
import { familiar } from '../../dockerfile';
import { askAll } from '../affected/ask-all';
import type { AskedBuild } from '../affected/known';
import { projectOf } from '../affected/project-of';
import type { Ports } from '../ports';
import { wouldMake } from '../would-make';
import type { Need, Needs } from './needs';

/** What the registry says of builds that others need, and whether they have to be on one agent with them. */
export class Settled {
  readonly #asked: ReadonlyMap<JudgedBuild, AskedBuild>;
  readonly #settled: ReadonlySet<JudgedBuild>;
  readonly #ports: Ports;
  readonly #there = new Map<string, Promise<boolean>>();

  private constructor(asked: ReadonlyMap<JudgedBuild, AskedBuild>, needs: Needs, ports: Ports) {
    const source = ports.source.facts();
    this.#ports = { ...ports, source: { facts: () => source } };
    this.#asked = asked;
    const settled = new Set([...asked.keys()].filter((build) => this.isHeld(build)));
    for (let before = -1; before !== settled.size;) {
      before = settled.size;
      for (const build of settled)
        if (needs.of(build).some(({ on, waited }) => waited && !settled.has(on))) settled.delete(build);
    }
    this.#settled = settled;
  }

  /** @param builds that others need; none where nobody may be asked, since agents would get different answers */
  static async of(builds: readonly JudgedBuild[], needs: Needs, ports: Ports): Promise<Settled> {
    const answers = await askAll(builds, ports);
    return new Settled(new Map(builds.map((build, at) => [build, answers[at]!])), needs, ports);
  }

  /** undefined: it was not asked about. */
  stateOf(build: JudgedBuild): AskedBuild | undefined {
    return this.#asked.get(build);
  }

  /** The registry has it, so that any agent skips it. What only this machine's engine has, no other agent finds. */
  isHeld(build: JudgedBuild): boolean {
    const asked = this.#asked.get(build);
    return asked?.state === 'known' && asked.digests.length > 0;
  }

  /**
   * Not what copies outputs of tasks: whether that is skipped shows when they ran. Nothing of it changed, so that it
   * mostly is.
   */
  mustBeBuilt(build: JudgedBuild): boolean {
    return this.#asked.has(build) && !this.isHeld(build) && !build.copiesOutputs;
  }

  /**
   * Whether who reads it needs it on the same agent, before: not where any agent skips it, with all that it waits for,
   * and the names by which it is read have its image already.
   */
  async binds({ on, refs }: Need): Promise<boolean> {
    if (!this.#settled.has(on)) return true;
    const { digests } = this.#asked.get(on)!;
    const names = await this.#namesOf(on);
    // Another name than those of this run is what the registry has, whoever builds when.
    const own = refs.flatMap((ref) => names.get(ref) ?? []);
    const there = await Promise.all(own.map((ref) => this.#holds(ref, digests)));
    return there.includes(false);
  }

  /** By their familiar form. */
  async #namesOf(build: JudgedBuild): Promise<ReadonlyMap<string, string>> {
    const project = await projectOf(build, this.#ports.workspace);
    const names = project === undefined ? [] : await wouldMake(project, this.#ports);
    return new Map(names.map((name) => [familiar(name), name]));
  }

  #holds(ref: string, digests: readonly string[]): Promise<boolean> {
    const known = this.#there.get(ref) ?? this.#ask(ref, digests);
    this.#there.set(ref, known);
    return known;
  }

  async #ask(ref: string, digests: readonly string[]): Promise<boolean> {
    const result = await this.#ports.probe.probe(ref);
    return result.state === 'present' && result.digest !== undefined && digests.includes(result.digest);
  }
}
