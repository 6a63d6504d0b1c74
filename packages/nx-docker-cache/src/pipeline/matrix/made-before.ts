import type { JudgedBuild } from '../../affected';
import { PackageGraph } from '../../inspect';
import type { ShardScript } from '../../model/matrix';
import type { SurveyedProject } from '../../model/survey';

/** What packages call the script that makes them, where they have none of the name that is asked for. */
const BUILD = 'build';
/** Both are one word of a shell, with a colon between them. */
const FOLDER = /^[\p{L}\p{N}@._~/+-]+$/u;
const SCRIPT = /^[\p{L}\p{N}_][\p{L}\p{N}@._~/:+-]*$/u;

/** Without a task runner nobody makes what an image copies of a package's `dist`, in a fresh clone. */
export class MadeBefore {
  readonly #graph: PackageGraph;
  readonly #byName: ReadonlyMap<string, SurveyedProject>;

  constructor(projects: readonly SurveyedProject[]) {
    this.#graph = new PackageGraph(projects);
    this.#byName = new Map(projects.map((project) => [project.name, project]));
  }

  /** The scripts that make what builds copy, after those of the packages that they need, each once. */
  scriptsOf(builds: readonly Pick<JudgedBuild, 'makers'>[]): ShardScript[] {
    return this.#all(builds).filter(isWord);
  }

  /** Scripts that no pipeline can be told of, for people. */
  notesOf(builds: readonly Pick<JudgedBuild, 'makers'>[]): string[] {
    return this.#all(builds)
      .filter((one) => !isWord(one))
      .map(
        ({ root, script }) =>
          `the script ${JSON.stringify(script)} in ${JSON.stringify(root)} makes what an image copies, and a shell would not take that as one word: run it before nx-docker-cache build, or rename it`,
      );
  }

  #all(builds: readonly Pick<JudgedBuild, 'makers'>[]): ShardScript[] {
    const found = new Map<string, ShardScript>();
    for (const { project: maker, target } of builds.flatMap(({ makers }) => makers)) {
      for (const name of this.#graph.inOrder(maker)) {
        const { root, targets } = this.#byName.get(name)!;
        const script = [target, BUILD].find((one) => Object.hasOwn(targets, one));
        if (script !== undefined) found.set(wordOf({ root, script }), { root, script });
      }
    }
    return [...found.values()];
  }
}

function isWord({ root, script }: ShardScript): boolean {
  return FOLDER.test(root) && SCRIPT.test(script);
}

/** As `matrix` prints it. */
export function wordOf({ root, script }: ShardScript): string {
  return `${root}:${script}`;
}
