import type { JudgedBuild } from '../../affected';
import type { RunnerOrder, RunnerTask } from '../../ports/changes';

/** A build that another one comes after. */
export interface Need {
  readonly on: JudgedBuild;
  /** References by which it is read, in their familiar form; empty where it is only waited for, or pinned by digest. */
  readonly refs: readonly string[];
  /** The task runner makes it before the other one, on whatever agent that is. */
  readonly waited: boolean;
}

/** Who needs whom in a workspace, through images and through the task runner. */
export class Needs {
  readonly #needs = new Map<JudgedBuild, Map<JudgedBuild, Need>>();

  constructor(all: readonly JudgedBuild[], order: readonly RunnerOrder[]) {
    const byKey = new Map(
      all.map((build) => [keyOf({ project: build.project.name, target: build.target }), build]),
    );
    const add = (build: JudgedBuild | undefined, task: RunnerTask, more: Omit<Need, 'on'>): void => {
      const on = byKey.get(keyOf(task));
      if (build === undefined || on === undefined || on === build) return;
      const needs = this.#needs.get(build) ?? new Map<JudgedBuild, Need>();
      const known = needs.get(on) ?? { refs: [], waited: false };
      needs.set(on, { on, refs: [...known.refs, ...more.refs], waited: known.waited || more.waited });
      this.#needs.set(build, needs);
    };
    for (const build of all)
      for (const base of build.bases)
        add(build, base, { refs: base.ref === undefined ? [] : [base.ref], waited: false });
    for (const { build, needs } of order) add(byKey.get(keyOf(build)), needs, { refs: [], waited: true });
  }

  of(build: JudgedBuild): readonly Need[] {
    return [...(this.#needs.get(build)?.values() ?? [])];
  }

  /** What the task runner makes for these and is none of them. */
  besides(builds: readonly JudgedBuild[]): JudgedBuild[] {
    const seen = new Set(builds);
    for (const build of seen) this.of(build).forEach(({ on, waited }) => waited && seen.add(on));
    return [...seen].slice(builds.length);
  }

  /** What a build of a plan needs of it. Where its task runner makes something else for it, what that needs, too. */
  within(plan: ReadonlySet<JudgedBuild>, build: JudgedBuild): Need[] {
    const found: Need[] = [];
    const ways = new Set([build]);
    for (const way of ways) {
      for (const need of this.of(way)) {
        if (plan.has(need.on)) found.push(way === build ? need : { ...need, refs: [] });
        else if (need.waited) ways.add(need.on);
      }
    }
    return found.filter(({ on }) => on !== build);
  }
}

function keyOf({ project, target }: RunnerTask): string {
  return `${project}\0${target}`;
}
