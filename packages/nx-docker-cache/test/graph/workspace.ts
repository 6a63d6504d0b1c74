import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import type {
  CreateNodesResultArray,
  NxJsonConfiguration,
  ProjectConfiguration,
  RawProjectGraphDependency,
  TargetConfiguration,
} from '@nx/devkit';
import { createDependencies, createNodes } from '../../src/graph';

export type Files = Readonly<Record<string, string>>;

/** A workspace on disk, and what the plugin says of it. */
export class GraphWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), 'graph-'));
  readonly #files = new Set<string>();
  nxJson: NxJsonConfiguration = {};

  constructor(files: Files = {}) {
    this.write(files);
  }

  write(files: Files): this {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
      this.#files.add(path);
    }
    return this;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** What one graph leaves for the next: `files`, `targets` or `edges`. */
  dataFile(name: string): string {
    const folder = join(this.root, '.nx/workspace-data');
    return join(
      folder,
      readdirSync(folder).find((file) => file.endsWith(`-${name}.json`))!,
    );
  }

  async nodes(options: unknown = {}): Promise<CreateNodesResultArray> {
    const watched = [...this.#files].filter((file) =>
      /dockerfile|containerfile|^(project|package)\.json$/i.test(posix.basename(file)),
    );
    return createNodes[1](watched.sort(), options, {
      workspaceRoot: this.root,
      nxJsonConfiguration: this.nxJson,
      configFiles: watched,
    } as never);
  }

  /** Targets by `<project folder>:<name>`. */
  async targets(options: unknown = {}): Promise<Record<string, TargetConfiguration>> {
    const found: Record<string, TargetConfiguration> = {};
    for (const [, { projects }] of await this.nodes(options)) {
      for (const [root, { targets }] of Object.entries(projects ?? {})) {
        for (const [name, target] of Object.entries(targets ?? {})) found[`${root}:${name}`] = target;
      }
    }
    return found;
  }

  /** What a project.json says goes over what is inferred, with Nx's own tokens filled in. */
  #options(root: string, name: string, key: string, { options }: TargetConfiguration): unknown {
    const path = join(this.root, root, 'project.json');
    const text = this.#files.has(`${root}/project.json`) ? readFileSync(path, 'utf8') : '{}';
    const filled = text.replaceAll('{projectName}', name).replaceAll('{projectRoot}', root);
    const { targets } = JSON.parse(filled) as ProjectConfiguration;
    return { ...(options as object), ...(targets?.[key]?.options as object | undefined) };
  }

  /** The edges, with the projects as Nx would have merged them: `name` by folder, and what is inferred. */
  async edges(
    names: Readonly<Record<string, string>>,
    options: unknown = {},
  ): Promise<RawProjectGraphDependency[]> {
    const targets = await this.targets(options);
    const projects: Record<string, ProjectConfiguration> = {};
    for (const [root, name] of Object.entries(names)) {
      const own = Object.entries(targets).filter(([key]) => key.startsWith(`${root}:`));
      projects[name] = {
        root,
        targets: Object.fromEntries(
          own
            .map(([key, target]) => [key.slice(root.length + 1), target] as const)
            .map(([key, target]) => [key, { ...target, options: this.#options(root, name, key, target) }]),
        ),
      };
    }
    const inside = (root: string): { file: string; hash: string }[] =>
      [...this.#files].filter((file) => file.startsWith(`${root}/`)).map((file) => ({ file, hash: '' }));
    const projectFileMap = Object.fromEntries(
      Object.entries(names).map(([root, name]) => [name, inside(root)]),
    );
    return createDependencies(
      {},
      {
        projects,
        workspaceRoot: this.root,
        nxJsonConfiguration: this.nxJson,
        externalNodes: {},
        fileMap: { projectFileMap, nonProjectFiles: [] },
        filesToProcess: { projectFileMap, nonProjectFiles: [] },
      },
    );
  }
}

/** A project.json that only names the project. */
export function project(name: string, targets?: unknown): string {
  return JSON.stringify({ name, ...(targets === undefined ? {} : { targets }) });
}
