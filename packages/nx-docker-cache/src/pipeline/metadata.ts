import { posix } from 'node:path';
import { parseJsonObject } from '../layout/json';
import type { BuildOptions } from '../model/options';
import { ociLabels, type ProjectManifest } from '../plan';
import type { FilesPort } from '../ports/files';
import type { WorkspaceProject } from '../ports/workspace';

/** The options with labels and annotations of the project's manifest, as far as asked for; what is set wins. */
export async function withMetadata(
  options: BuildOptions,
  { name, root }: Pick<WorkspaceProject, 'name' | 'root'>,
  files: Pick<FilesPort, 'readText'>,
): Promise<BuildOptions> {
  if (options.metadata === undefined) return options;
  const folders = [...new Set([root, '.'])];
  const manifests = await Promise.all(folders.map((folder) => readManifest(folder, files)));
  const { labels, annotations, volatile } = options.metadata;
  const made = ociLabels(name, manifests, volatile);
  return {
    ...options,
    labels: { ...(labels ? made : {}), ...options.labels },
    annotations: { ...(annotations ? made : {}), ...options.annotations },
  };
}

/** What is not a text there is nothing that an image could show. */
async function readManifest(folder: string, files: Pick<FilesPort, 'readText'>): Promise<ProjectManifest> {
  const json = parseJsonObject((await files.readText(posix.join(folder, 'package.json'))) ?? '') ?? {};
  const { description, version, license, homepage, repository, author } = json;
  return {
    ...{ description: text(description), version: text(version), license: text(license) },
    ...{ homepage: text(homepage), repository: text(repository) ?? text(record(repository)['url']) },
    author: text(author) ?? text(record(author)['name']),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
