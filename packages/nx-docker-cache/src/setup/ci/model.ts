export const CI_SERVICES = ['github', 'gitlab'] as const;
export type CiService = (typeof CI_SERVICES)[number];
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'yarn-classic' | 'bun';

/** What a pipeline is made of. */
export interface CiFacts {
  readonly service: CiService;
  /** What runs the tasks; `none`: nx-docker-cache itself. */
  readonly runner: 'nx' | 'turborepo' | 'none';
  readonly manager: PackageManager;
  /** Version of pnpm, where it is used and `packageManager` in package.json does not name it; else undefined. */
  readonly pnpmVersion: string | undefined;
  /** Host and path prefix. */
  readonly registry: string;
  readonly defaultBranch: string;
  /** How many agents build at once, at most. */
  readonly shards: number;
  /** File that names the version of Node.js, `.nvmrc` for instance; undefined: the version below is used. */
  readonly nodeVersionFile: string | undefined;
  readonly targets: CiTargets;
}

export interface CiTargets {
  readonly build: string;
  /** Of each image one. */
  readonly publish: readonly string[];
  /** Of stage tasks, in Nx; elsewhere `matrix` names them. */
  readonly tasks: readonly string[];
}

export interface CiFile {
  /** Relative to the workspace root. */
  readonly path: string;
  readonly text: string;
}

export interface CiPlan {
  readonly files: readonly CiFile[];
  /** What is left to do, for people. */
  readonly notes: readonly string[];
}

export const NODE_VERSION = '22';
