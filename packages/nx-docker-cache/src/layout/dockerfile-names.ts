import { posix } from 'node:path';
import { compilePathGlob } from './glob';

/**
 * Everything that may be a Dockerfile, and the files that make a folder a project: Nx hands over only those that no
 * ignore file of the workspace hides, so the plugin sees the projects that Nx sees.
 */
export const WATCHED_GLOB =
  '**/{*Dockerfile*,*dockerfile*,*Containerfile*,*containerfile*,project.json,package.json}';

const DEFAULT_NAME = /^(?:dockerfile|containerfile)(?:\.([^.].*))?$|^(.+)\.(?:dockerfile|containerfile)$/i;
const LOOSE_NAME = /^(?:dockerfile|containerfile)[._-]+(.+)$|^(.+?)[._-]*(?:dockerfile|containerfile)$/i;

/** `Dockerfile.md` and the like: about a Dockerfile, or what one is made from. */
const NO_DOCKERFILE = new RegExp(
  `\\.(?:${[
    ...['dockerignore', 'md', 'txt', 'sh', 'json', 'ya?ml', 'toml', 'lock', 'snap', '[mc]?[jt]sx?'],
    ...['template', 'tmpl', 'tpl', 'ejs', 'hbs', 'mustache', 'j2', 'jinja2?', 'erb', 'in'],
    ...['bak', 'orig', 'old', 'rej', 'swp', 'sample', 'example', 'disabled'],
  ].join('|')})$|~$`,
  'i',
);

/** Folders whose Dockerfiles build nobody's image. */
const FOREIGN = new Set([
  ...['dist', 'tmp', 'coverage', '.git', '.nx', '.nx-docker-cache', '.devcontainer'],
  ...['fixtures', '__fixtures__', 'testdata', '__tests__', 'template', 'templates', '__templates__'],
]);

/** A quick test that lets all of them through, those that were written some other way included. */
export function mayBeDockerfile(path: string): boolean {
  return /(?:docker|container)file[^/]*$/i.test(path);
}

export interface NameRules {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * Which of the watched files are Dockerfiles of projects. `include` replaces the default names and folders,
 * `exclude` comes on top; `node_modules` is never looked at.
 *
 * @returns a test of a path and of the folder of the project that it belongs to, both relative to the workspace root
 */
export function dockerfileFilter(rules: NameRules): (path: string, projectRoot: string) => boolean {
  const include = rules.include.map(compilePathGlob);
  const exclude = rules.exclude.map(compilePathGlob);
  return (path, projectRoot) => {
    if (path.split('/').includes('node_modules') || exclude.some((matches) => matches(path))) return false;
    if (include.length > 0) return include.some((matches) => matches(path));
    const name = posix.basename(path);
    return DEFAULT_NAME.test(name) && !NO_DOCKERFILE.test(name) && !isForeign(path, projectRoot);
  };
}

/** A project may itself be called `templates`. */
function isForeign(path: string, projectRoot: string): boolean {
  const folder = posix.dirname(path);
  const segments = folder === '.' ? [] : folder.split('/');
  const own = projectRoot === '.' ? -1 : projectRoot.split('/').length - 1;
  return segments.some((segment, index) => index !== own && FOREIGN.has(segment));
}

/** What tells a Dockerfile from its neighbours: `Dockerfile.web`, `web.Dockerfile` → `web`; undefined for the plain one. */
export function variantOf(path: string): string | undefined {
  const name = posix.basename(path);
  const match = DEFAULT_NAME.exec(name) ?? LOOSE_NAME.exec(name);
  return match?.[1] ?? match?.[2];
}
