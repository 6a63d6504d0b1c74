import type { SourceFacts, WorkspaceFacts } from '../model/facts';
import type { ProjectNode } from '../model/prune';
import type { SurveyedProject, WorkspaceSurvey } from '../model/survey';

/** A project as the workspace knows it. */
export interface WorkspaceProject {
  readonly name: string;
  /** Folder relative to the workspace root, `.` for the root. */
  readonly root: string;
  /** Name of the target that builds the image. */
  readonly target: string;
  /** Raw build options of that target, not validated yet. */
  readonly options: unknown;
  /** Raw options of its stage tasks by name, of those that do not stand in `options`. */
  readonly tasks?: Readonly<Record<string, unknown>>;
  /** The same of `platforms` alone, as configured: a flag may ask for some of them only. */
  readonly platforms?: unknown;
}

/** A project and the targets that build its images; of a survey what costs little. */
export type BuiltProject = Pick<SurveyedProject, 'name' | 'root' | 'builds'>;

/** A project whose image is published. */
export interface PublishedProject {
  readonly name: string;
  readonly root: string;
  /** The target that builds the image, and its raw options. */
  readonly build: Pick<WorkspaceProject, 'target' | 'options'>;
  /** Raw options of publishing, not validated yet. */
  readonly options: unknown;
  /** Raw options of its stage tasks by name, each once: those whose records are looked for. */
  readonly tasks: Readonly<Record<string, unknown>>;
  /** true where `nx release` runs it. */
  readonly release: boolean;
}

/** The task runner's view of the repository: Nx, or a plain workspace. */
export interface WorkspacePort {
  facts(): WorkspaceFacts;
  /** @throws DockerCacheError UNKNOWN_PROJECT, NO_TARGET */
  project(name: string, target?: string): Promise<WorkspaceProject>;
  /**
   * What is configured for publishing a project's image.
   * @param target the build of it; undefined for the one that is configured, else the project's own
   * @throws DockerCacheError UNKNOWN_PROJECT, NO_TARGET
   */
  publication(name: string, target?: string): Promise<PublishedProject>;
  /** All projects, what depends on what, and the builds. @throws DockerCacheError INVALID_CONFIG */
  survey(): Promise<WorkspaceSurvey>;
  /** All projects with their builds, those without any too. @throws as survey */
  builds(): Promise<readonly BuiltProject[]>;
  /** What a build inside a container needs of the others: all edges, those of Dockerfiles too. @throws as survey */
  projectNodes(): Promise<readonly ProjectNode[]>;
}

/** Branch, commit and pull request, from the CI service and git. */
export interface SourcePort {
  facts(): Promise<SourceFacts>;
}

/** What git knows of a commit besides its name. */
export interface HistoryPort {
  /** When HEAD was committed, in ms since 1970. */
  commitDate(): Promise<number | undefined>;
  /** Branches that HEAD is in: the remote's where there is one. */
  branches(): Promise<readonly string[]>;
  /**
   * Paths relative to the workspace root that are not as HEAD has them: changed, deleted, or unknown to git and not
   * ignored. Without git none.
   */
  uncommitted(): Promise<readonly string[]>;
}
