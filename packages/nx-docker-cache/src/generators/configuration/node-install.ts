import { jsonAt, record } from './json';
import { DockerCacheError } from '../../errors';
import { INSTALL_SCRIPTS } from '../../model/prune';
import { packageManagerOf, type PackageManager } from './package-manager';
import { asFolder, copyLine, join } from './paths';
import type { ProjectFacts } from './project-facts';

/** How an image of a Node.js project gets its packages. */
export interface Installation {
  readonly manager: PackageManager;
  /** Manifests that production needs, and all that a build needs; relative to the workspace root. */
  readonly runtimeManifests: readonly string[];
  readonly buildManifests: readonly string[];
  /** Packages that lie in the workspace as files, likewise. */
  readonly runtimeFiles: readonly string[];
  readonly buildFiles: readonly string[];
  /** Instructions that install; none where there is nothing to install. */
  readonly production: readonly string[];
  readonly everything: readonly string[];
}

/** @throws DockerCacheError UNSUPPORTED without a lockfile */
export function installationOf(facts: ProjectFacts): Installation {
  const { tree, package: own, runtimePackages, neededFolders } = facts;
  const manager = packageManagerOf(tree);
  if (manager === undefined) throw noLockfile();
  const manifestsIn = (folders: readonly string[]): string[] =>
    folders.map((folder) => join(folder, 'package.json')).filter((file) => tree.exists(file));
  const ownRoot = own === undefined ? [] : [own.root];
  const runtimeManifests = manifestsIn([...ownRoot, ...runtimePackages.map(({ root }) => root)]);
  const buildManifests = manifestsIn([...ownRoot, ...neededFolders]);
  const { production, development } = manager.localFiles;
  const copies = (manifests: readonly string[], local: readonly string[]): string[] => [
    copyLine('', manager.files, './'),
    ...manifests.map((file) => copyLine('', [file], asFolder(file.slice(0, -'/package.json'.length)))),
    ...local.map((path) => copyLine('', [path], tree.isFile(path) ? path : asFolder(path))),
  ];
  const needsNothing = ['package.json', ...runtimeManifests].every(
    (file) => Object.keys(record(jsonAt(tree, file)?.['dependencies'])).length === 0,
  );
  // npm looks at what is for development as well before it leaves it out, and these files are not copied.
  const prunes = manager.name === 'npm' && development.length > 0 ? ['devDependencies'] : [];
  const inside = (paths: readonly string[]): string[] => paths.filter((path) => tree.exists(path));
  return {
    ...{ manager, runtimeManifests, buildManifests },
    runtimeFiles: inside(production),
    buildFiles: inside([...production, ...development]),
    production: needsNothing
      ? []
      : [
          ...copies(runtimeManifests, inside(production)),
          run(manager, facts, manager.production(own), prunes),
        ],
    everything: [
      ...copies(buildManifests, inside([...production, ...development])),
      run(manager, facts, manager.everything(own), []),
    ],
  };
}

/** @param prunes parts of the root's package.json that must not be there */
function run(
  manager: PackageManager,
  { tree }: ProjectFacts,
  install: string,
  prunes: readonly string[],
): string {
  const scripts = record(jsonAt(tree, 'package.json')?.['scripts']);
  // Git hooks and the like: tools that production does not install, for work that nobody does in an image.
  const hooks = INSTALL_SCRIPTS.filter((name) => scripts[name] !== undefined).map(
    (name) => `scripts.${name}`,
  );
  const deletes = [...hooks, ...prunes];
  return runWithCaches(
    manager,
    deletes.length === 0 ? install : `npm pkg delete ${deletes.join(' ')} && ${install}`,
  );
}

export function runWithCaches({ caches, secretNpmrc }: PackageManager, line: string): string {
  const mounts = caches.map((folder) => `--mount=type=cache,target=${folder}`);
  const secret = secretNpmrc ? ['--mount=type=secret,id=npmrc,target=/app/.npmrc'] : [];
  const all = [...mounts, ...secret];
  return all.length === 1 ? `RUN ${all[0]!} ${line}` : `RUN ${all.join(' \\\n    ')} \\\n    ${line}`;
}

function noLockfile(): DockerCacheError {
  return new DockerCacheError({
    code: 'UNSUPPORTED',
    message: 'the workspace has no lockfile, so an image would not get the same packages twice',
    expected: 'package-lock.json, yarn.lock, pnpm-lock.yaml or bun.lock at the root of the workspace',
    found: 'none of them',
    hint: 'Install with your package manager once and commit the lockfile.',
  });
}
