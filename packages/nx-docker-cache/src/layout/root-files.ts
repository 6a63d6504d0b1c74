import type { Source } from '../model/dockerfile';

/** Files of the workspace's root that decide what a package manager or a build tool installs. */
export const ROOT_FILES: readonly string[] = [
  ...[
    'package.json',
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'bun.lockb',
  ],
  ...[
    'pnpm-workspace.yaml',
    '.npmrc',
    '.yarnrc.yml',
    '.pnpmfile.cjs',
    'bunfig.toml',
    'nx.json',
    'lerna.json',
  ],
  ...['tsconfig.json', 'tsconfig.base.json', 'babel.config.json', 'babel.config.js', '.swcrc'],
  ...['go.mod', 'go.sum', 'go.work', 'go.work.sum', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml'],
  ...['pyproject.toml', 'poetry.lock', 'uv.lock', 'requirements.txt', 'Pipfile', 'Pipfile.lock'],
  ...[
    'pom.xml',
    'build.gradle',
    'build.gradle.kts',
    'settings.gradle',
    'settings.gradle.kts',
    'gradle.properties',
  ],
  ...['Gemfile', 'Gemfile.lock', 'composer.json', 'composer.lock', 'global.json', 'Directory.Build.props'],
  ...['Directory.Packages.props', 'NuGet.config', 'Makefile'],
];
export const ROOT_FOLDERS: readonly string[] = ['patches', '.yarn/patches', '.yarn/releases', 'gradle'];

/**
 * `COPY . .` of the workspace, or a path of it that cannot be known: it reads everything, but what it needs is the
 * project and what that depends on.
 */
export function isWholeWorkspace({ kind, path }: Pick<Source, 'kind' | 'path'>, context: string): boolean {
  return context === '.' && (kind === 'unresolved' || (kind === 'path' && path === '.'));
}
