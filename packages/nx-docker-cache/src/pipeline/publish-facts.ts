import { posix } from 'node:path';
import { DockerCacheError } from '../errors';
import { parseJsonObject } from '../layout/json';
import type { SourceFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { PublishedBuild, PublishFacts, PublishOptions } from '../model/publication';
import { parseBuildOptions, parsePublishOptions, parseReceipt } from '../options';
import { environmentNames } from '../plan';
import { expressionNames, isProtectedRef, isScheduled } from '../plan/publish';
import type { FilesPort } from '../ports/files';
import type { HistoryPort, PublishedProject } from '../ports/workspace';
import type { PublicationPorts } from '../publish/publication';
import type { Ports } from './ports';
import type { TaskPorts } from './task';

export type PublishPorts = Pick<
  Ports,
  'source' | 'engine' | 'files' | 'logger' | 'environment' | 'workspace' | 'content' | 'imageDigests'
> &
  Pick<TaskPorts, 'tracked'> &
  PublicationPorts & { readonly history: HistoryPort };

/** Options and facts of one project. Git is asked for what the rules need and no more. @throws DockerCacheError */
export async function gatherPublication(
  project: PublishedProject,
  source: SourceFacts,
  ports: PublishPorts,
): Promise<{ options: PublishOptions; facts: PublishFacts; built: BuildOptions }> {
  const { name, root, build } = project;
  const built = parseBuildOptions(build.options, `the options of ${name}:${build.target}`);
  const options = parsePublishOptions(project.options, built, `the options of publishing ${name}`);
  const templates = templatesOf(options);
  const get = (variable: string): string | undefined => ports.environment.get(variable);
  const asksDate = templates.some((template) => expressionNames(template).includes('commit_date'));
  const [commitDate, branches, packageVersion] = await Promise.all([
    asksDate ? ports.history.commitDate() : undefined,
    source.gitTag === undefined ? [] : ports.history.branches(),
    readVersion(root, ports.files),
  ]);
  const facts: PublishFacts = {
    ...{ project: { name, root, target: build.target }, source, now: ports.clock.now() },
    environment: readEnvironment(templates, get),
    ...{ commitDate, branches, packageVersion },
    ...{ scheduled: isScheduled(get), protectedRef: isProtectedRef(get) },
    release: project.release || options.releaseVersions !== undefined,
  };
  return { options: { ...options, dryRun: options.dryRun || get('NX_DRY_RUN') === 'true' }, facts, built };
}

/** @throws DockerCacheError RECEIPT_MISSING, RECEIPT_INVALID */
export async function readReceipt(
  { name, build }: PublishedProject,
  path: string,
  files: FilesPort,
): Promise<PublishedBuild> {
  const text = await files.readText(path);
  if (text !== undefined) return parseReceipt(text, path);
  throw new DockerCacheError({
    code: 'RECEIPT_MISSING',
    message: `${name} was not built here`,
    expected: `the receipt of its build at ${path}`,
    found: 'nothing',
    hint: `Build it first: nx run ${name}:${build.target}, or nx-docker-cache build ${name}. On another agent the build is skipped, and leaves its receipt.`,
  });
}

function templatesOf({ tags = [], flavor }: PublishOptions): string[] {
  return [flavor.prefix, flavor.suffix, ...tags.flatMap(ruleTemplates)].filter((text) => text !== undefined);
}

function ruleTemplates(rule: NonNullable<PublishOptions['tags']>[number]): (string | undefined)[] {
  return [rule.enable, rule.prefix, rule.suffix, rule.pattern, rule.value];
}

function readEnvironment(
  templates: readonly string[],
  get: (name: string) => string | undefined,
): Record<string, string> {
  const names = templates.flatMap(environmentNames);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Anything but a text is what Nx and npm would not take either. */
async function readVersion(root: string, files: FilesPort): Promise<string | undefined> {
  const text = await files.readText(posix.join(root, 'package.json'));
  const version = parseJsonObject(text ?? '')?.['version'];
  return typeof version === 'string' ? version : undefined;
}
