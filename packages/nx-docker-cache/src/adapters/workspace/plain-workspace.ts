import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, posix, relative, resolve } from 'node:path';
import { DockerCacheError } from '../../errors';
import type { WorkspaceFacts } from '../../model/facts';
import { parseConfigFile, type ConfigFile } from '../../options';
import type { WorkspacePort, WorkspaceProject } from '../../ports/workspace';
import { noTarget, unknownProject } from './errors';
import { packageFolders } from './packages';
import { CONFIG_FILE } from './root';

const TARGET = 'docker-build';

interface PlainProject {
  readonly name: string;
  readonly root: string;
}

/**
 * A workspace without Nx: packages of npm, yarn, pnpm or bun workspaces, the projects that the configuration
 * file names, and any folder with a Dockerfile that is named by its path.
 */
export class PlainWorkspace implements WorkspacePort {
  readonly #root: string;
  readonly #cwd: string;

  constructor(root: string, cwd: string) {
    this.#root = root;
    this.#cwd = cwd;
  }

  facts(): WorkspaceFacts {
    return { root: this.#root, kind: 'plain' };
  }

  async project(name: string, target: string = TARGET): Promise<WorkspaceProject> {
    const config = this.#config();
    const projects = this.#projects(config);
    const found = projects.find((project) => project.name === name) ?? this.#byPath(name, projects);
    if (found === undefined) throw unknownProject(name, projects.map((project) => project.name).sort());
    if (target !== TARGET) throw noTarget(name, target);
    const own: Record<string, unknown> = { ...config.projects?.[found.name] };
    delete own['root'];
    return { ...found, target, options: { ...config.defaults, ...own } };
  }

  async projectNames(): Promise<readonly string[]> {
    const config = this.#config();
    const configured = new Set(Object.keys(config.projects ?? {}));
    return this.#projects(config)
      .filter(({ name, root }) => configured.has(name) || existsSync(join(this.#root, root, 'Dockerfile')))
      .map(({ name }) => name)
      .sort();
  }

  #projects(config: ConfigFile): PlainProject[] {
    const configured = Object.entries(config.projects ?? {}).flatMap(([name, { root }]) =>
      root === undefined ? [] : [{ name, root: posix.normalize(root) }],
    );
    const packages = packageFolders(this.#root).map((root) => ({
      name: packageName(join(this.#root, root)),
      root,
    }));
    const names = new Set(configured.map(({ name }) => name));
    return [...configured, ...packages.filter(({ name }) => !names.has(name))];
  }

  #byPath(name: string, projects: readonly PlainProject[]): PlainProject | undefined {
    const folder = resolve(this.#cwd, name);
    const root = relative(this.#root, folder).split('\\').join('/') || '.';
    if (root.startsWith('..') || !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      return undefined;
    return projects.find((project) => project.root === root) ?? { name: packageName(folder), root };
  }

  #config(): ConfigFile {
    const path = join(this.#root, CONFIG_FILE);
    if (!existsSync(path)) return {};
    let json: unknown;
    try {
      json = JSON.parse(readFileSync(path, 'utf8'));
    } catch (cause) {
      throw new DockerCacheError({
        code: 'INVALID_CONFIG',
        message: `${CONFIG_FILE} is no JSON`,
        expected: 'a JSON object with `defaults` and `projects`',
        found: (cause as Error).message,
        hint: 'Correct the file.',
        cause,
      });
    }
    return parseConfigFile(json);
  }
}

/** The `name` of the folder's package.json, else the folder's own name. */
function packageName(folder: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown };
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // No package.json, or one that cannot be read: the folder's name does.
  }
  return basename(folder);
}
