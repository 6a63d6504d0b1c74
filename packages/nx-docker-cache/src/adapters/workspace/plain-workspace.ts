import { existsSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { WorkspaceFacts } from '../../model/facts';
import type { ProjectNode } from '../../model/prune';
import type { SurveyedBuild, WorkspaceSurvey } from '../../model/survey';
import { effectiveOptions, type ConfigFile } from '../../options';
import { namedTasks } from '../../options/named-tasks';
import type { BuiltProject, PublishedProject, WorkspacePort, WorkspaceProject } from '../../ports/workspace';
import { atInstall } from './at-install';
import { readConfigFile } from './config-file';
import { noTarget, unknownProject } from './errors';
import { readManifest, type Manifest } from './manifest';
import { linkedFolders, packageLinks } from './package-links';
import { linkRules, packageFolders } from './packages';
import { plainProjects, type PlainProject } from './plain-projects';
import { workspaceTools } from './tools';
import { TurboTasks } from './turbo';

const TARGET = 'docker-build';

interface Known {
  readonly config: ConfigFile;
  readonly projects: readonly PlainProject[];
}

/**
 * A workspace without Nx: packages of npm, yarn, pnpm or bun workspaces, the projects that the configuration
 * file names, and any folder with a Dockerfile that is named by its path.
 */
export class PlainWorkspace implements WorkspacePort {
  readonly #root: string;
  readonly #cwd: string;
  /** Read once: a run asks for each of its projects. */
  #known: Known | undefined;
  #nodes: Promise<readonly ProjectNode[]> | undefined;
  readonly #manifests = new Map<string, Manifest>();

  constructor(root: string, cwd: string) {
    this.#root = root;
    this.#cwd = cwd;
  }

  facts(): WorkspaceFacts {
    return { root: this.#root, kind: 'plain' };
  }

  async project(name: string, target: string = TARGET): Promise<WorkspaceProject> {
    const { config, projects } = this.#read();
    // The root comes first among them, and a package of its name is meant before it.
    const found = projects.findLast((project) => project.name === name) ?? this.#byPath(name, projects);
    if (found === undefined) throw unknownProject(name, projects.map((project) => project.name).sort());
    if (target !== TARGET) throw noTarget(found.name, target, [TARGET]);
    return { ...found, target, options: effectiveOptions(found.name, config) };
  }

  async publication(name: string, wanted?: string): Promise<PublishedProject> {
    const { name: found, root, target, options } = await this.project(name, wanted);
    const { defaults, projects } = this.#read().config;
    const publish = { ...defaults?.publish, ...projects?.[found]?.publish };
    const tasks = namedTasks(options);
    return { name: found, root, build: { target, options }, options: publish, tasks, release: false };
  }

  async survey(): Promise<WorkspaceSurvey> {
    const { config, projects } = this.#read();
    const turbo = new TurboTasks(this.#root);
    const packages = projects.map(({ name, root }) => ({
      project: name,
      root,
      manifest: this.#manifest(root),
    }));
    const links = packageLinks(packages, linkRules(this.#root));
    return {
      tools: workspaceTools(this.#root),
      projects: packages.map(({ project: name, root, manifest }) => ({
        ...{ name, root, packageName: turbo.nameOf(manifest) },
        targets: turbo.targetsOf(manifest),
        builds: this.#builds({ name, root }, config),
        dependencies: links.get(name) ?? [],
        dependenciesKnown: manifest.exists,
      })),
    };
  }

  async builds(): Promise<readonly BuiltProject[]> {
    const { config, projects } = this.#read();
    return projects.map((project) => ({ ...project, builds: this.#builds(project, config) }));
  }

  projectNodes(): Promise<readonly ProjectNode[]> {
    this.#nodes ??= this.#readNodes();
    return this.#nodes;
  }

  async #readNodes(): Promise<readonly ProjectNode[]> {
    const { projects } = await this.survey();
    const packages = [...projects, { name: '', root: '.' }].map(({ name, root }) => ({
      ...{ project: name, root },
      manifest: this.#manifest(root),
    }));
    const links = packageLinks(packages, linkRules(this.#root));
    // What the root's own scripts need is needed by all.
    const ofRoot = links.get('') ?? [];
    return packages
      .filter(({ project, manifest }) => project !== '' && manifest.exists)
      .map(({ project: name, root, manifest }) => ({
        ...{ name, root: root.replace(/(?<=.)\/$/, '') },
        dependencies: [...(links.get(name) ?? []), ...ofRoot].map(({ to }) => to),
        ...atInstall(manifest),
      }));
  }

  /** The root is a project where it is the only one, or builds an image itself. */
  #surveyed(config: ConfigFile): PlainProject[] {
    const projects = this.#projects(config);
    if (projects.some(({ root }) => root === '.')) return projects;
    const root = { name: this.#nameOf('.'), root: '.' };
    const alone = projects.length === 0 && existsSync(join(this.#root, 'package.json'));
    return alone || this.#hasDockerfile('.') ? [root, ...projects] : projects;
  }

  #builds(project: PlainProject, config: ConfigFile): SurveyedBuild[] {
    if (!this.#hasBuild(project, config)) return [];
    return [{ target: TARGET, options: effectiveOptions(project.name, config) }];
  }

  #hasBuild({ name, root }: PlainProject, { projects }: ConfigFile): boolean {
    return Object.hasOwn(projects ?? {}, name) || this.#hasDockerfile(root);
  }

  #hasDockerfile(folder: string): boolean {
    return ['Dockerfile', 'Containerfile'].some((name) => existsSync(join(this.#root, folder, name)));
  }

  #read(): Known {
    if (this.#known === undefined) {
      const config = readConfigFile(this.#root);
      this.#known = { config, projects: this.#surveyed(config) };
    }
    return this.#known;
  }

  #projects(config: ConfigFile): PlainProject[] {
    const roots = packageFolders(this.#root);
    return plainProjects(config, {
      folders: roots.map((root) => {
        return { name: this.#nameOf(root), root, named: this.#manifest(root).name !== undefined };
      }),
      rootName: this.#nameOf('.'),
      linked: linkedFolders(['.', ...roots].map((root) => this.#manifest(root))),
      isFolder: (path) => this.#isFolder(path),
      hasBuild: (project) => this.#hasBuild(project, config),
    });
  }

  #isFolder(path: string): boolean {
    return statSync(join(this.#root, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  }

  #byPath(name: string, projects: readonly PlainProject[]): PlainProject | undefined {
    const folder = resolve(this.#cwd, name);
    const root = relative(this.#root, folder).split('\\').join('/') || '.';
    if (root.startsWith('..') || !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      return undefined;
    return projects.find((project) => project.root === root) ?? { name: this.#nameOf(root), root };
  }

  /** The `name` of the folder's package.json, else the folder's own name. */
  #nameOf(root: string): string {
    return this.#manifest(root).name ?? basename(join(this.#root, root));
  }

  #manifest(root: string): Manifest {
    const manifest = this.#manifests.get(root) ?? readManifest(this.#root, root);
    this.#manifests.set(root, manifest);
    return manifest;
  }
}
