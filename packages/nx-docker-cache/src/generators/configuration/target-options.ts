import type { Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { contextSources, inferContext, parseDockerfile } from '../../dockerfile';
import type { ConfigurationOptions } from '../../options/generators';
import { DEFAULT_TARGET_NAME } from '../../plan/state';
import { PACKAGE } from '../shared/package';
import { record, text, type Json } from './json';
import { join } from './paths';
import type { ProjectFacts } from './project-facts';
import type { Recipe } from './recipe';

/**
 * Writes what the target needs and the plugin would not find by itself; mostly nothing.
 * @param recipe undefined: the project keeps the Dockerfile that it has
 */
export function writeTargetOptions(
  facts: ProjectFacts,
  recipe: Recipe | undefined,
  options: ConfigurationOptions,
): void {
  const { tree, root } = facts;
  const shared = pluginOptions(tree);
  const needed = {
    ...differing({ registry: options.registry, image: options.image }, shared),
    ...(recipe === undefined || contextIsFound(facts, recipe) ? {} : { context: recipe.context }),
    ...(recipe === undefined || recipe.secrets.length === 0 ? {} : { secrets: recipe.secrets }),
  };
  const dependsOn = recipe === undefined || recipe.outputs.every(looksLikeOutput) ? undefined : ['build'];
  if (Object.keys(needed).length === 0 && dependsOn === undefined) return;
  const target = text(shared['targetName']) ?? DEFAULT_TARGET_NAME;
  const inProjectJson = tree.exists(join(root, 'project.json'));
  devkit().updateJson<Record<string, unknown>>(
    tree,
    join(root, inProjectJson ? 'project.json' : 'package.json'),
    (json) => {
      const holder = inProjectJson ? json : record(json['nx']);
      const targets = record(holder['targets']);
      const before = record(targets[target]);
      const after = {
        ...before,
        ...(dependsOn === undefined ? {} : { dependsOn: before['dependsOn'] ?? dependsOn }),
        ...(Object.keys(needed).length === 0 ? {} : { options: { ...record(before['options']), ...needed } }),
      };
      const changed = { ...holder, targets: { ...targets, [target]: after } };
      return inProjectJson ? changed : { ...json, nx: changed };
    },
  );
}

function differing(given: Json, shared: Json): Json {
  return Object.fromEntries(
    Object.entries(given).filter(([key, value]) => value !== undefined && value !== shared[key]),
  );
}

function pluginOptions(tree: Tree): Json {
  const entry = devkit()
    .readNxJson(tree)
    ?.plugins?.find((one) => typeof one !== 'string' && one.plugin === PACKAGE);
  return typeof entry === 'object' ? record(entry.options) : {};
}

/** Would the plugin and the build settle on the same context? */
function contextIsFound({ tree, root }: ProjectFacts, { dockerfile, context, outputs }: Recipe): boolean {
  const answer = inferContext({
    dockerfilePath: join(root, 'Dockerfile'),
    projectRoot: root,
    sources: contextSources(parseDockerfile(dockerfile)),
    exists: (path) => tree.exists(path) || outputs.some((output) => output.startsWith(`${path}/`)),
  });
  // What is not decided here may be by other files, later ones too.
  return answer.context === context && answer.decided;
}

function looksLikeOutput(path: string): boolean {
  return path.split('/').some((segment) => ['dist', 'build', 'out', '.next', '.output'].includes(segment));
}
