import type { SurveyedProject } from '../model/survey';

/** What changed between two states of the checkout. */
export interface ChangeRange {
  /** A commit. */
  readonly base: string;
  /** A commit; undefined: the working tree, files that git does not know yet included. */
  readonly head: string | undefined;
}

/** Questions about changes; git behind an interface. */
export interface ChangesPort {
  /** The full id of a commit that is here, undefined where there is none of that name. */
  commit(name: string): Promise<string | undefined>;
  /** The last commit that both have, undefined where none is known. */
  mergeBase(left: string, right: string): Promise<string | undefined>;
  /** true where older commits were left out when this was cloned. */
  isShallow(): Promise<boolean>;
  /**
   * Paths relative to the workspace root, those of deleted files and both names of renamed ones included; what lies
   * outside starts with `../`. @throws DockerCacheError NO_GIT
   */
  files(range: ChangeRange): Promise<readonly string[]>;
  /** A file of the workspace as a commit has it; undefined where it has none. */
  textAt(commit: string, path: string): Promise<string | undefined>;
}

/** A build that the task runner knows: a target of Nx, a script of a package. */
export interface RunnerTask {
  readonly project: string;
  readonly target: string;
}

/** A build as it is asked about: some runners know folders, and other names. */
export interface RunnerBuild extends RunnerTask {
  /** Folder relative to the workspace root. */
  readonly root: string;
}

/** That a task runner makes a build wait for another one, whatever their Dockerfiles say. */
export interface RunnerOrder {
  readonly build: RunnerTask;
  readonly needs: RunnerTask;
}

/** The task runner's own word on what a change concerns, and on what runs before what. */
export interface RunnerPort {
  /** `git` where no task runner is there to ask. */
  readonly name: 'nx' | 'turborepo' | 'git';
  /**
   * @param builds all builds of the workspace
   * @returns those that are affected; undefined where there is nobody to ask
   * @throws DockerCacheError NO_RUNNER, UNSUPPORTED, RUNNER_FAILED
   */
  affected(range: ChangeRange, builds: readonly RunnerBuild[]): Promise<readonly RunnerTask[] | undefined>;
  /**
   * Which of the builds wait for which others, through other tasks too (`dependsOn`).
   * @param projects all of the workspace
   * @throws DockerCacheError NO_RUNNER, RUNNER_FAILED
   */
  order(
    builds: readonly RunnerBuild[],
    projects: readonly SurveyedProject[],
  ): Promise<readonly RunnerOrder[]>;
}
