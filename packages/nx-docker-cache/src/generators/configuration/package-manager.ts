import type { Tree } from '@nx/devkit';
import { posix } from 'node:path';
import { jsonAt, record, text } from './json';
import type { WorkspacePackage } from './workspace-packages';

type Name = 'npm' | 'yarn' | 'berry' | 'pnpm' | 'bun';

/** How the workspace's packages are installed inside an image. */
export interface PackageManager {
  readonly name: Name;
  /** Files of the workspace root that an installation reads. */
  readonly files: readonly string[];
  /** Packages that lie in the workspace as files, `file:x.tgz`: those of production, and the root's for development. */
  readonly localFiles: { readonly production: readonly string[]; readonly development: readonly string[] };
  /** Folders that hold downloads between builds on one machine. */
  readonly caches: readonly string[];
  /** true where .npmrc holds credentials: it must not become a layer. */
  readonly secretNpmrc: boolean;
  /** Only what runs needs. `of`: one package and what it needs; undefined: what the root's package.json lists. */
  readonly production: (of: WorkspacePackage | undefined) => string;
  /** Everything that a build needs. */
  readonly everything: (of: WorkspacePackage | undefined) => string;
}

const LOCKFILES: readonly (readonly [string, Name])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** The package manager whose lockfile is there; undefined without one. */
export function packageManagerOf(tree: Tree): PackageManager | undefined {
  const found = LOCKFILES.find(([file]) => tree.exists(file));
  if (found === undefined) return undefined;
  const [lockfile, kind] = found;
  const name = kind === 'yarn' && isBerry(tree) ? 'berry' : kind;
  const npmrc = tree.read('.npmrc', 'utf8') ?? '';
  const secretNpmrc = /(_auth|_authToken|_password)\s*=/.test(npmrc);
  const settings = ['pnpm-workspace.yaml', '.yarnrc.yml', '.pnpmfile.cjs', 'bunfig.toml'];
  const files = [
    ...['package.json', lockfile, ...settings.filter((file) => tree.exists(file))],
    ...(npmrc !== '' && !secretNpmrc ? ['.npmrc'] : []),
  ];
  const localFiles = {
    production: filesIn(tree, 'dependencies'),
    development: filesIn(tree, 'devDependencies'),
  };
  return { name, files, localFiles, caches: CACHES[name], secretNpmrc, ...commands(name, tree) };
}

/** Paths of `file:` dependencies of the root, relative to the workspace root. */
function filesIn(tree: Tree, group: 'dependencies' | 'devDependencies'): string[] {
  return Object.values(record(jsonAt(tree, 'package.json')?.[group]))
    .flatMap((range) =>
      typeof range === 'string' && range.startsWith('file:') ? [range.slice('file:'.length)] : [],
    )
    .map((path) => posix.normalize(path));
}

const NPM_CACHE = '/root/.npm';
const CACHES: Readonly<Record<Name, readonly string[]>> = {
  npm: [NPM_CACHE],
  pnpm: [NPM_CACHE, '/root/.local/share/pnpm/store'],
  // Two stages install at once, and this yarn breaks its cache when two of it write there.
  yarn: [NPM_CACHE, '/root/.cache/yarn,sharing=locked'],
  berry: [NPM_CACHE, '/root/.yarn/berry/cache'],
  bun: [NPM_CACHE, '/root/.bun/install/cache'],
};

function commands(name: Name, tree: Tree): Pick<PackageManager, 'production' | 'everything'> {
  const root = jsonAt(tree, 'package.json') ?? {};
  const hasRootDependencies = Object.keys(record(root['dependencies'])).length > 0;
  const isWorkspace = root['workspaces'] !== undefined;
  switch (name) {
    case 'npm': {
      const andRoot = hasRootDependencies ? ' --include-workspace-root' : '';
      const onlyRoot = isWorkspace ? ' --workspaces=false' : '';
      return {
        production: (of) =>
          `npm ci --omit=dev${of === undefined ? onlyRoot : ` --workspace ${quoted(of.root)}${andRoot}`}`,
        everything: (of) =>
          `npm ci${of === undefined ? onlyRoot : ` --workspace ${quoted(of.root)} --include-workspace-root`}`,
      };
    }
    case 'pnpm': {
      const pnpm = `npx --yes pnpm@${versionOf(root, 'pnpm') ?? '9'} install --frozen-lockfile`;
      const filter = ({ name: of }: WorkspacePackage): string => ` --filter '${of}...'`;
      return {
        production: (of) =>
          `${pnpm} --prod${of === undefined ? '' : `${filter(of)}${hasRootDependencies ? ' --filter .' : ''}`}`,
        everything: (of) => `${pnpm}${of === undefined ? '' : `${filter(of)} --filter .`}`,
      };
    }
    case 'bun': {
      const bun = `npx --yes bun@${versionOf(root, 'bun') ?? '1'} install --frozen-lockfile`;
      return { production: () => `${bun} --production`, everything: () => bun };
    }
    case 'yarn': {
      const version = versionOf(root, 'yarn') ?? '1.22.22';
      const yarn = `YARN_CACHE_FOLDER=/root/.cache/yarn npx --yes yarn@${version} install --frozen-lockfile`;
      return { production: () => `${yarn} --production`, everything: () => yarn };
    }
    case 'berry': {
      const yarn = `YARN_NODE_LINKER=node-modules npx --yes @yarnpkg/cli-dist@${versionOf(root, 'yarn') ?? '4'}`;
      const focus = (of: WorkspacePackage | undefined): string => (of === undefined ? '' : ` ${of.name}`);
      return {
        production: (of) => `${yarn} workspaces focus --production${focus(of)}`,
        everything: (of) =>
          `${yarn} workspaces focus${focus(of)}${of === undefined ? '' : ` ${rootName(root)}`}`,
      };
    }
  }
}

/** `packageManager: pnpm@9.15.0+sha512…` → `9.15.0`. */
function versionOf(manifest: Readonly<Record<string, unknown>>, name: string): string | undefined {
  return new RegExp(`^${name}@(\\d[\\w.-]*)`).exec(text(manifest['packageManager']) ?? '')?.[1];
}

function isBerry(tree: Tree): boolean {
  return (tree.read('yarn.lock', 'utf8') ?? '').includes('__metadata:') || tree.exists('.yarnrc.yml');
}

function rootName(root: Readonly<Record<string, unknown>>): string {
  return text(root['name']) ?? '.';
}

function quoted(path: string): string {
  return /\s/.test(path) ? JSON.stringify(path) : path;
}
