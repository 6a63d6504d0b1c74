import { DockerCacheError } from '../../errors';
import type { ConfigurationOptions } from '../../options/generators';
import { buildOutputOf, plainMain } from './build-output';
import { record, text } from './json';
import { linkRecipe, plainRecipe, twoStageRecipe, type NodeImages } from './node-recipe';
import { nodeVersionOf } from './node-version';
import { builtSiteRecipe, genericRecipe, goRecipe, pythonRecipe, siteRecipe } from './other-recipes';
import { join } from './paths';
import type { ProjectFacts } from './project-facts';
import type { Recipe } from './recipe';

/** The recipe that fits the project. @throws DockerCacheError UNSUPPORTED where none does */
export function chooseRecipe(facts: ProjectFacts, options: ConfigurationOptions): Recipe {
  const question = { facts, baseImage: options.baseImage, port: options.port };
  if (isNode(facts)) return nodeRecipe(facts, options);
  if (options.shape === 'link' || options.shape === 'two-stage') throw notNode(facts, options.shape);
  for (const recipe of [goRecipe, pythonRecipe, siteRecipe, genericRecipe]) {
    const found = recipe(question);
    if (found !== undefined) return found;
  }
  throw unsupported(facts);
}

function nodeRecipe(facts: ProjectFacts, options: ConfigurationOptions): Recipe {
  const { tree, name, root, manifest, targets } = facts;
  const question = { facts, images: nodeImages(facts, options), port: options.port };
  const build = targets['build'];
  if (build === undefined) {
    const main = plainMain(tree, root, manifest);
    if (main === undefined || options.shape === 'two-stage') throw nothingToRun(facts);
    return plainRecipe(question, main);
  }
  const output = buildOutputOf({ tree, name, root, target: record(build), manifest });
  const known = output ?? {
    folder: join(root, 'dist'),
    main: join(root, 'dist/main.js'),
    hasManifest: false,
  };
  if (tree.exists(join(root, 'index.html')) && options.shape !== 'two-stage') {
    return builtSiteRecipe({ facts, baseImage: options.baseImage, port: options.port }, known.folder);
  }
  const shape = options.shape ?? 'auto';
  const link = shape === 'link' || (shape === 'auto' && output !== undefined);
  return link ? linkRecipe(question, known) : twoStageRecipe(question, known);
}

function nodeImages(
  { tree, root }: ProjectFacts,
  { baseImage, nodeVersion }: ConfigurationOptions,
): NodeImages {
  if (baseImage !== undefined) return { full: baseImage, slim: baseImage };
  const version = nodeVersionOf(tree, root, nodeVersion);
  return { full: `node:${version}`, slim: `node:${version}-slim` };
}

/** A package.json or a tsconfig of its own, or sources that only Node.js runs. */
function isNode({ tree, root, manifest, targets }: ProjectFacts): boolean {
  if (!tree.exists('package.json')) return false;
  if (manifest !== undefined && root !== '.') return true;
  const files = tree.children(root);
  if (files.includes('go.mod') || files.includes('requirements.txt') || files.includes('Cargo.toml'))
    return false;
  if (files.some((file) => /^tsconfig(\.\w+)?\.json$/.test(file))) return true;
  const executor = text(record(targets['build'])['executor']) ?? '';
  if (
    /^@n[xr]\/?.*:(webpack|rollup|esbuild|tsc|swc|vite|rspack)$|^@nx\/(webpack|rollup|esbuild|js|vite|rspack):/.test(
      executor,
    )
  )
    return true;
  return ['src', '.'].some((folder) =>
    tree.children(join(root, folder)).some((file) => /\.[cm]?[jt]s$/.test(file)),
  );
}

function notNode({ name }: ProjectFacts, shape: string): DockerCacheError {
  return new DockerCacheError({
    code: 'UNSUPPORTED',
    message: `the shape ${shape} is for Node.js, and ${name} is no Node.js project`,
    expected: 'a project with a package.json, a tsconfig.json or JavaScript in it',
    found: 'none of them',
    hint: 'Leave out --shape.',
  });
}

function nothingToRun({ name, root, tree }: ProjectFacts): DockerCacheError {
  return new DockerCacheError({
    code: 'UNSUPPORTED',
    message: `${name} has no target or script \`build\`, and nothing tells which file starts it`,
    expected:
      'a target `build`, a script `start` such as "node src/main.js", `main` in package.json, or src/main.js',
    found: tree.children(root).slice(0, 10).join(', '),
    hint: 'Add one of these and run the generator again.',
  });
}

function unsupported({ name, root, tree }: ProjectFacts): DockerCacheError {
  return new DockerCacheError({
    code: 'UNSUPPORTED',
    message: `there is no recipe for a project like ${name}`,
    expected:
      'Node.js (package.json), Go (go.mod), Python (main.py, requirements.txt), a web site (index.html); anything with --baseImage',
    found: tree.children(root).slice(0, 10).join(', ') || `nothing in ${root}`,
    hint: 'Name the image that runs it, for instance --baseImage=debian:stable-slim, or write a Dockerfile: it becomes a target by itself.',
  });
}
