import { dockerfileFilter } from '../../layout/dockerfile-names';
import { Sources, type Tree } from '../../layout/git-sources';

/** Those of the files that are Dockerfiles by their names and places, as far as git does not ignore them. */
export function namedDockerfiles(
  paths: readonly string[],
  projects: readonly { readonly root: string }[],
  tree: Tree,
): string[] {
  const { isSource } = new Sources(tree);
  const isDockerfile = dockerfileFilter({ include: [], exclude: [] });
  return paths.filter((path) => isDockerfile(path, parentProject(path, projects)) && isSource(path));
}

/** The folder of the innermost project that a file may belong to: it may itself be called `templates`. */
function parentProject(path: string, projects: readonly { readonly root: string }[]): string {
  const above = projects.filter(({ root }) => root === '.' || path.startsWith(`${root}/`));
  return above.reduce((best, { root }) => (root.length > best.length ? root : best), '.');
}
