import type { Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { DockerCacheError } from '../../errors';
import { parseCiOptions } from '../../options/generators';
import { newFiles, planCi, refuseInnerWorkspace } from '../../setup/ci';
import { readable } from '../shared/readable';
import { ciFacts } from './facts';

/** `nx g nx-docker-cache:ci --ci=github|gitlab`. A file that is there is left as it is, but with `force`. */
export default function ciGenerator(tree: Tree, input: unknown): Promise<() => void> {
  return readable(() => {
    const options = parseCiOptions(input ?? {});
    refuseInnerWorkspace(tree.root, (path) => tree.exists(path));
    const facts = ciFacts(tree, options);
    if (facts.registry === undefined) throw noRegistry();
    const plan = planCi({ ...facts, registry: facts.registry });
    const read = (path: string): string | undefined => tree.read(path, 'utf8') ?? undefined;
    const { files, kept, notes } = newFiles(plan, options.force === true ? () => undefined : read);
    for (const { path, text } of files) tree.write(path, text);
    return Promise.resolve(() => {
      for (const path of kept)
        devkit().logger.warn(`${path} is there already and left as it is; --force replaces it`);
      for (const note of notes) devkit().logger.info(note);
    });
  });
}

function noRegistry(): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_REGISTRY',
    message: 'no registry is known that a pipeline could push to',
    expected: '--registry, or `registry` in the options of the plugin in nx.json',
    found: 'neither',
    hint: 'nx g nx-docker-cache:ci --ci=github --registry=ghcr.io/acme',
  });
}
