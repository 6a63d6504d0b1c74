import { Draft } from './draft';
import { withStateFolder } from './gitignore';
import {
  BUILD_TASK,
  CONFIG_FILE,
  PACKAGE,
  PUBLISH_TASK,
  taskScript,
  type Setup,
  type SetupFacts,
  type SetupPackage,
} from './model';
import { command, isInstalled, manifestOf } from './scripts';
import { addTurbo } from './turbo';

/**
 * What makes a workspace without Nx ready: configuration, scripts, tasks. Pure; a second run has nothing to add.
 * @throws DockerCacheError INVALID_CONFIG for a file that is no JSON
 */
export function planSetup(facts: SetupFacts): Setup {
  const draft = new Draft(facts.texts);
  addConfigFile(draft, facts.registry);
  for (const pack of facts.packages) addScripts(draft, pack, facts.manager);
  if (facts.tools.includes('turborepo')) addTurbo(draft, facts);
  const ignored = withStateFolder(draft.text('.gitignore') ?? '');
  if (ignored !== undefined) draft.write('.gitignore', ignored, 'the folder of receipts and local caches');
  addNotes(draft, facts);
  return draft.result();
}

function addConfigFile(draft: Draft, registry: string | undefined): void {
  draft.add(CONFIG_FILE, ['$schema'], `./node_modules/${PACKAGE}/schema.json`);
  if (registry !== undefined) draft.add(CONFIG_FILE, ['defaults', 'registry'], registry);
  else if (draft.at(CONFIG_FILE, ['defaults', 'registry']) === undefined)
    draft.note(`no registry is set, so layers stay on this machine: ${PACKAGE} init --registry ghcr.io/acme`);
}

function addScripts(
  draft: Draft,
  { root, tasks, dockerfile }: SetupPackage,
  manager: SetupFacts['manager'],
): void {
  const manifest = manifestOf(root);
  const add = (script: string, words: string): void =>
    draft.add(manifest, ['scripts', script], command(draft, manager, root, words));
  add(BUILD_TASK, 'build .');
  for (const task of tasks) add(taskScript(task), `run . ${task}`);
  add(PUBLISH_TASK, 'publish .');
  const stage = dockerfile.stages.find(({ name }) => /^(builder|build|test)$/.test(name ?? ''))?.name;
  if (!tasks.includes('test') && stage !== undefined && draft.at(manifest, ['scripts', 'test']) !== undefined)
    draft.note(
      `${root}: to run its tests in the stage ${stage}, write {"stage": "${stage}", "tasks": {"test": "<command>"}} ` +
        `for it in ${CONFIG_FILE} and run this again`,
    );
}

const INSTALL: Readonly<Record<string, string>> = {
  pnpm: 'pnpm add --save-dev --workspace-root',
  yarn: 'yarn add --dev',
  bun: 'bun add --dev',
};

function addNotes(draft: Draft, { packages, bare, tools }: SetupFacts): void {
  if (tools.includes('turborepo') && bare.length > 0)
    draft.note(
      `Turborepo builds nothing in ${bare.map(({ root }) => root).join(', ')}: make it a package, with a package.json that the workspace's ` +
        `patterns name, then run this again; without Turborepo, \`${PACKAGE} build\` takes it as it is`,
    );
  if (packages.length + bare.length === 0)
    draft.note('no package of the workspace has a Dockerfile: add one, then run this again');
  for (const { dockerfile } of packages)
    if (dockerfile.problem !== undefined) draft.note(`${dockerfile.path}: ${dockerfile.problem.message}`);
  const install =
    Object.entries(INSTALL).find(([tool]) => tools.includes(tool))?.[1] ?? 'npm install --save-dev';
  if (draft.text('package.json') !== undefined && !isInstalled(draft, 'package.json'))
    draft.note(`install the command: ${install} ${PACKAGE}`);
}
