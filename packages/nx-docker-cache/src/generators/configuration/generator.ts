import type { GeneratorCallback, Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { parseConfigurationOptions } from '../../options/generators';
import initGenerator from '../init/generator';
import { readable } from '../shared/readable';
import { chooseRecipe } from './choose';
import { join } from './paths';
import { projectFacts } from './project-facts';
import { writeTargetOptions } from './target-options';

/** `nx g nx-docker-cache:configuration <project>`: a Dockerfile, its ignore file and what the target needs. */
export default function configurationGenerator(tree: Tree, input: unknown): Promise<GeneratorCallback> {
  return readable(async () => {
    const options = parseConfigurationOptions(input);
    const facts = projectFacts(tree, options.project);
    const path = join(facts.root, 'Dockerfile');
    const recipe = chooseRecipe(facts, options);
    const install = await initGenerator(tree, { skipFormat: true });
    const isKept = !mayWrite(tree, path, recipe.dockerfile, options.force);
    if (!isKept) {
      tree.write(path, recipe.dockerfile);
      const ignore = `${path}.dockerignore`;
      if (mayWrite(tree, ignore, recipe.ignore, options.force)) tree.write(ignore, recipe.ignore);
    }
    writeTargetOptions(facts, isKept ? undefined : recipe, options);
    if (options.skipFormat !== true) await devkit().formatFiles?.(tree);
    return install;
  });
}

/** What somebody wrote is replaced only where that was asked for. */
function mayWrite(tree: Tree, path: string, text: string, force = false): boolean {
  if (force || !tree.exists(path) || tree.read(path, 'utf8') === text) return true;
  devkit().logger.warn(`${path} is there already and is kept as it is; --force replaces it.`);
  return false;
}
