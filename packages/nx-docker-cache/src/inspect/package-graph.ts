import type { SurveyedProject } from '../model/survey';

/** What the projects of a workspace need of each other. */
export class PackageGraph {
  readonly #byName: ReadonlyMap<string, SurveyedProject>;

  constructor(projects: readonly SurveyedProject[]) {
    this.#byName = new Map(projects.map((project) => [project.name, project]));
  }

  /** Does the graph say anything about what a project needs? */
  knows(name: string): boolean {
    return this.#byName.get(name)?.dependenciesKnown === true;
  }

  rootOf(name: string): string {
    return this.#byName.get(name)?.root ?? name;
  }

  /**
   * All that a project needs, through others too, nearest first.
   *
   * @param development take what only builds and tests need it for as well
   * @returns by name the way there: the project itself, what it needs, and so on to the one
   */
  closure(name: string, development: boolean): ReadonlyMap<string, readonly string[]> {
    const chains = new Map<string, readonly string[]>([[name, [name]]]);
    for (const [from, chain] of chains) {
      for (const { to, kind } of this.#byName.get(from)?.dependencies ?? []) {
        // What a dependency is built and tested with is no concern of those who use it.
        const counts = kind === 'runtime' || development;
        if (counts && !chains.has(to) && this.#byName.has(to)) chains.set(to, [...chain, to]);
      }
    }
    chains.delete(name);
    return chains;
  }
  /** A project after all that it needs, for building and testing too: an order to make them in. A circle has no first. */
  inOrder(name: string): string[] {
    const found = new Set<string>();
    const seen = new Set<string>();
    const visit = (one: string): void => {
      if (seen.has(one)) return;
      seen.add(one);
      const needs = this.#byName.get(one)?.dependencies ?? [];
      for (const { to } of needs) if (this.#byName.has(to)) visit(to);
      found.add(one);
    };
    visit(name);
    return [...found];
  }
}
