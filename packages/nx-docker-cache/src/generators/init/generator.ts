import type { GeneratorCallback, Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { bareRegistry } from '../../options';
import { parseInitOptions } from '../../options/generators';
import { registryToWrite } from '../../plan';
import { readable } from '../shared/readable';
import { ignoreStateFolder } from './gitignore';
import { addToPackageJson } from './package-json';
import { addPlugin } from './plugin-entry';

/** `nx g nx-docker-cache:init`, also what `nx add nx-docker-cache` runs. A second run changes nothing. */
export default function initGenerator(tree: Tree, input: unknown): Promise<GeneratorCallback> {
  return readable(async () => {
    const options = parseInitOptions(input ?? {});
    const registry =
      options.registry === undefined ? undefined : registryToWrite(bareRegistry(options.registry));
    addPlugin(tree, { registry, targetName: options.targetName });
    ignoreStateFolder(tree);
    const install = options.skipPackageJson === true ? undefined : addToPackageJson(tree);
    if (options.skipFormat !== true) await devkit().formatFiles?.(tree);
    return install ?? (() => undefined);
  });
}
