import { posix } from 'node:path';
import { dockerfileFilter } from '../layout/dockerfile-names';
import { isInside } from '../layout/paths';
import type { ProjectMap } from '../layout/project-map';

/** Settings of CI services and editors. */
const FOLDERS = ['.github', '.gitlab', '.circleci', '.vscode', '.idea'];
/** `.git` stands for the commit; what the configuration says of a build counts by its values. */
const FILES = ['.git', '.gitlab-ci.yml', 'nx-docker-cache.json'];
/** Of the root folder alone: pages elsewhere may be what somebody makes a website of. */
const PROSE = /^[^/]+\.(?:md|markdown)$|^(?:LICEN[CS]E|NOTICE|CODEOWNERS)(?:\.[^/]*)?$/i;

const isDockerfile = dockerfileFilter({ include: [], exclude: [] });

/**
 * May any task read the file, which is nobody's? A build script, a configuration that packages extend: nothing tells who
 * does, and a build too many costs a request, where one too few is an old image. The few exceptions are what no task
 * makes anything of.
 */
export function isSharedByTasks(path: string, projects: ProjectMap): boolean {
  if (path.startsWith('..') || FILES.includes(path) || PROSE.test(path)) return false;
  if (FOLDERS.some((folder) => isInside(path, folder))) return false;
  // Docker reads them, and nothing else does.
  if (posix.basename(path).endsWith('.dockerignore') || isDockerfile(path, '.')) return false;
  const owner = projects.ownerOf(path);
  return owner === undefined || owner.root === '.';
}
