import { posix } from 'node:path';
import { DockerCacheError } from '../../errors';
import { parseJsonObject } from '../../layout/json';
import type { Inspection } from '../../model/inspection';
import type { SurveyedProject, WorkspaceSurvey } from '../../model/survey';
import { namedTasks } from '../../options/named-tasks';
import {
  CONFIG_FILE,
  planSetup,
  PNPM_WORKSPACE,
  TURBO_VERSION_FILES,
  turboFiles,
  turboVersion,
  type Setup,
  type SetupFacts,
  type SetupPackage,
} from '../../setup';
import { TOOL_FILES, toolsOf, type CiService } from '../../setup/ci';
import { inspectWorkspace, unbuiltIn, type InspectPorts } from '../inspect';
import { withPipeline } from './ci';
import { publishIn } from './config-file';
import { readBy } from './variables';
import { bareRegistry } from '../../options';
import { registryToWrite } from '../../plan';

export { CI_SERVICES, type CiService } from '../../setup/ci';

export interface SetupRequest {
  readonly registry: string | undefined;
  /** The CI service to write a pipeline for. */
  readonly ci: CiService | undefined;
  readonly shards: number;
  readonly dryRun: boolean;
}

/**
 * Sets up a workspace without Nx: configuration, scripts and tasks for each package with a Dockerfile.
 * @throws DockerCacheError USAGE in an Nx workspace, INVALID_CONFIG for a file that cannot be read, INVALID_REFERENCE for what is
 *   no registry; nothing is written then
 */
export async function setUpWorkspace(request: SetupRequest, ports: InspectPorts): Promise<Setup> {
  if (ports.workspace.facts().kind === 'nx') throw isNx();
  const facts = await gather(request, ports);
  const planned = planSetup(facts);
  const unbuilt = await unbuiltIn(ports);
  const notes = unbuilt === undefined ? planned.notes : [...planned.notes, `${unbuilt}; then run this again`];
  const setup = await withPipeline({ ...planned, notes }, facts, request, ports);
  if (!request.dryRun) for (const { path, after } of setup.edits) await ports.files.writeAtomic(path, after);
  return setup;
}

/** What each service has in the root folder. */
const CI_ROOTS: Readonly<Record<CiService, string>> = { github: '.github', gitlab: '.gitlab-ci.yml' };

async function gather(request: SetupRequest, ports: InspectPorts): Promise<SetupFacts> {
  const { files, workspace } = ports;
  const registry =
    request.registry === undefined ? undefined : registryToWrite(bareRegistry(request.registry));
  const [survey, inspection] = await Promise.all([workspace.survey(), inspectWorkspace(ports)]);
  const config = parseJsonObject((await files.readText(CONFIG_FILE)) ?? '');
  const found = packagesOf(inspection, survey, (name) => publishIn(config, name));
  const isPackage = ({ root }: SetupPackage): boolean =>
    files.kind(posix.join(root, 'package.json')) === 'file';
  const packages = found.filter(isPackage);
  const paths = [
    ...[CONFIG_FILE, '.gitignore', 'package.json', PNPM_WORKSPACE, ...turboFiles('.')],
    ...packages.flatMap(({ root }) => [posix.join(root, 'package.json'), ...turboFiles(root)]),
  ];
  const texts = await textsOf(paths, files);
  const about = await textsOf([...TOOL_FILES, ...TURBO_VERSION_FILES], files);
  const names = await files.list('.');
  // The pipeline that is written in the same run tells the service as one that is there.
  const rootNames = [...new Set([...names, ...(request.ci === undefined ? [] : [CI_ROOTS[request.ci]])])];
  return {
    ...{ tools: survey.tools, registry, packages, texts, rootNames },
    manager: toolsOf(rootNames, (path) => about[path]).manager,
    turbo: turboVersion((path) => about[path]),
    packageNames: new Map(
      survey.projects.flatMap(({ name, packageName }) =>
        packageName === undefined ? [] : [[name, packageName] as const],
      ),
    ),
    bare: found.filter((one) => !isPackage(one)),
    generated: survey.projects.flatMap(generatedBy),
    kind: (path) => files.kind(path),
  };
}

/** By path; left out where there is no such file. */
async function textsOf(
  paths: readonly string[],
  files: InspectPorts['files'],
): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const path of new Set(paths)) {
    const text = await files.readText(path);
    if (text !== undefined) texts[path] = text;
  }
  return texts;
}

/** Each project that builds an image, with the Dockerfile that it builds. */
function packagesOf(
  { dockerfiles }: Inspection,
  { projects }: WorkspaceSurvey,
  publishOf: (name: string) => unknown,
): SetupPackage[] {
  const found = dockerfiles.flatMap((dockerfile) =>
    dockerfile.projects.flatMap(({ name, root, target }): SetupPackage[] => {
      if (target === undefined) return [];
      const project = projects.find((one) => one.name === name);
      const options = project?.builds.find((build) => build.target === target)?.options ?? {};
      const tasks = Object.keys(namedTasks(options));
      return [{ name, root, dockerfile, tasks, ...readBy(options, publishOf(name)) }];
    }),
  );
  return found.sort((a, b) => (a.root < b.root ? -1 : 1));
}

/** Folders that its tasks write, as far as no pattern is in the name. */
function generatedBy({ root, targets }: SurveyedProject): string[] {
  const outputs = Object.values(targets).flatMap((target): unknown[] =>
    Array.isArray(target.outputs) ? target.outputs : [],
  );
  return outputs.flatMap((output) => {
    if (typeof output !== 'string') return [];
    const path = output
      .replace('{projectRoot}', root)
      .replace('{workspaceRoot}/', '')
      .replace(/\/\*\*(\/\*)?$/, '');
    return /[*?[{]/.test(path) ? [] : [posix.normalize(path)];
  });
}

function isNx(): DockerCacheError {
  return new DockerCacheError({
    code: 'USAGE',
    message: 'init is for workspaces without Nx',
    expected: 'a workspace of Turborepo, pnpm, npm, yarn or bun',
    found: 'nx.json',
    hint: 'In an Nx workspace: nx g nx-docker-cache:init, and nx g nx-docker-cache:ci for the pipeline.',
  });
}
