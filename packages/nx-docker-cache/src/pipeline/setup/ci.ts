import { posix } from 'node:path';
import { DockerCacheError } from '../../errors';
import type { Setup, SetupFacts, SetupPackage } from '../../setup';
import { newFiles, planCi, refuseInnerWorkspace, TOOL_FILES, toolsOf } from '../../setup/ci';
import { CONFIG_FILE, BUILD_TASK, PUBLISH_TASK } from '../../setup/model';
import type { InspectPorts } from '../inspect';
import type { SetupRequest } from './index';
import { defaultBranchInFile, registryInFile } from './config-file';

/** The set-up, and the files of a pipeline where one is asked for. @throws DockerCacheError NO_REGISTRY, USAGE */
export async function withPipeline(
  setup: Setup,
  facts: SetupFacts,
  { ci, shards }: SetupRequest,
  { files, source, workspace }: InspectPorts,
): Promise<Setup> {
  if (ci === undefined) return setup;
  refuseInnerWorkspace(workspace.facts().root, (path) => files.kind(path) !== undefined);
  const known = registryInFile(setup, facts);
  if (known === undefined) throw noRegistry();
  // Turborepo runs scripts, and folders without a package.json have none.
  const runner = facts.tools.includes('turborepo') && !allBare(facts) ? 'turborepo' : 'none';
  const built = runner === 'none' ? [...facts.packages, ...facts.bare] : facts.packages;
  const tools = new Map<string, string | undefined>();
  for (const path of TOOL_FILES) tools.set(path, await files.readText(path));
  const plan = planCi({
    ...{ ...toolsOf(facts.rootNames, (path) => tools.get(path)), service: ci, shards, registry: known },
    runner,
    defaultBranch: defaultBranchInFile(facts) ?? (await source.facts()).defaultBranch ?? 'main',
    targets: { build: BUILD_TASK, publish: [PUBLISH_TASK], tasks: [] },
  });
  const texts = new Map<string, string | undefined>();
  for (const { path } of plan.files) texts.set(path, await files.readText(posix.normalize(path)));
  const changes = newFiles(plan, (path) => texts.get(path));
  const made = changes.files.map(({ path, text }) => {
    return { path, before: undefined, after: text, added: [`the pipeline for ${ci}`] };
  });
  return {
    edits: [...setup.edits, ...made],
    kept: [...setup.kept, ...changes.kept.map((path) => `${path} is there already and stays as it is`)],
    notes: [
      ...setup.notes,
      ...changes.notes,
      ...(ci === 'github' ? unknownToJobs(built) : []),
      ...built.flatMap(madeByNobody),
    ],
  };
}

/** GitLab gives its jobs all variables; a job of GitHub has those that its workflow names, and what GitHub sets itself. */
function unknownToJobs(built: readonly SetupPackage[]): string[] {
  const names = built.flatMap(({ variables: { args, others, tasks } }) => [
    ...args,
    ...others,
    ...Object.values(tasks).flat(),
  ]);
  const missing = [...new Set(names)].filter((name) => !/^(?:CI$|GITHUB_|RUNNER_)/.test(name)).sort();
  if (missing.length === 0) return [];
  return [
    `options read ${missing.join(', ')}: give the jobs plan, images and publish of the pipeline these in \`env\`, from \`secrets\` or \`vars\` of the repository`,
  ];
}

/** In a fresh clone such a build fails, and no pipeline can know what to do about it. */
function madeByNobody({ root, dockerfile }: SetupPackage): string[] {
  return dockerfile.synthetic.map(
    ({ path, line }) =>
      `${root}: its image copies ${path} (line ${line}), which is not in the checkout and no script is known to make: add what makes it to the pipeline, before the build`,
  );
}

function allBare({ packages, bare }: SetupFacts): boolean {
  return packages.length === 0 && bare.length > 0;
}

function noRegistry(): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_REGISTRY',
    message: 'no registry is known that a pipeline could push to',
    expected: `--registry, or defaults.registry in ${CONFIG_FILE}`,
    found: 'neither',
    hint: 'nx-docker-cache init --ci github --registry ghcr.io/acme',
  });
}
