import type { Tree } from '../layout/git-sources';
import type { FileFacts } from '../model/facts';
import type { InspectedProblem } from '../model/inspection';
import type { WorkspaceSurvey } from '../model/survey';

/** All that an inspection is made of. */
export interface InspectFacts {
  /** Absolute path. */
  readonly root: string;
  readonly survey: WorkspaceSurvey;
  readonly builds: readonly BuildFacts[];
  readonly tree: Tree;
  /** Names in a folder of the workspace, for patterns; empty where it is not known. */
  readonly list: (folder: string) => readonly string[];
}

/** One way to build one Dockerfile. */
export interface BuildFacts {
  /** Relative to the workspace root. */
  readonly dockerfile: string;
  /** undefined where the Dockerfile belongs to no project. */
  readonly project: { readonly name: string; readonly root: string } | undefined;
  /** The target that builds it; undefined where the Dockerfile only lies there. */
  readonly target: string | undefined;
  /** Image name without registry and tag, as far as it is known before a run; undefined where nothing builds it. */
  readonly image: string | undefined;
  readonly options: BuildSelection;
  /** What is built together: the target, and the stages beside it. */
  readonly targets: readonly (string | undefined)[];
  /** undefined where there is a problem. */
  readonly files: FileFacts | undefined;
  readonly problem: InspectedProblem | undefined;
}

/** Options that decide which part of a Dockerfile is built, and under which names its image is known. */
export interface BuildSelection {
  readonly target: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly buildContexts: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  readonly registry: string | undefined;
  readonly tags: readonly string[];
}
