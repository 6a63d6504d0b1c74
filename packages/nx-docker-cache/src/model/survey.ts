/** What a workspace says of its projects, gathered once. */
export interface WorkspaceSurvey {
  /** What runs and installs the workspace: `nx`, `turborepo`, `pnpm`, `npm`, `yarn`, `bun`; empty for a plain folder. */
  readonly tools: readonly string[];
  readonly projects: readonly SurveyedProject[];
}

export interface SurveyedProject {
  readonly name: string;
  /** Folder relative to the workspace root, `.` for the root itself. */
  readonly root: string;
  /** What the package manager calls it, and Turborepo with it; undefined where it is no package of theirs, or has no name. */
  readonly packageName?: string;
  /** What tasks of the project write, by the task's name; as `outputs` of Nx spells it. */
  readonly targets: Readonly<Record<string, SurveyedTarget>>;
  /** The targets that build an image with this plugin. */
  readonly builds: readonly SurveyedBuild[];
  readonly dependencies: readonly ProjectDependency[];
  /** false where nothing but Dockerfiles tells what the project depends on: no manifest, no analysed source. */
  readonly dependenciesKnown: boolean;
}

export interface SurveyedTarget {
  /** Text of the script of package.json that it is. */
  readonly script?: string;
  readonly executor?: unknown;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly outputs?: unknown;
}

export interface SurveyedBuild {
  readonly target: string;
  /** Raw build options, not validated yet. */
  readonly options: unknown;
}

/** That a project needs another one of the workspace. What only a Dockerfile says is not among these. */
export interface ProjectDependency {
  /** Name of the project. */
  readonly to: string;
  /** development: only to build or test the project (`devDependencies`). */
  readonly kind: 'runtime' | 'development';
}
