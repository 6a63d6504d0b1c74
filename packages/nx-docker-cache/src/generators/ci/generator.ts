import type { Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { DockerCacheError } from '../../errors';
import { parseCiOptions } from '../../options/generators';
import { newFiles, planCi, refuseInnerWorkspace } from '../../setup/ci';
import { readable } from '../shared/readable';
import { ciFacts } from './facts';
import { graphTargets, readGraph } from './graph-targets';

/** `nx g nx-docker-cache:ci --ci=github|gitlab`. A file that is there is left as it is, but with `force`. */
export default function ciGenerator(tree: Tree, input: unknown): Promise<() => void> {
  return generateCi(tree, input, readGraph);
}

/** @param read the projects of the graph that the tree will have, which a tree in memory has none of */
export function generateCi(tree: Tree, input: unknown, read: typeof readGraph): Promise<() => void> {
  return readable(async () => {
    const options = parseCiOptions(input ?? {});
    refuseInnerWorkspace(tree.root, (path) => tree.exists(path));
    const facts = ciFacts(tree, options, graphTargets(await read(tree)));
    if (facts.registry === undefined) throw noRegistry();
    const plan = planCi({ ...facts, registry: facts.registry });
    const before = (path: string): string | undefined => tree.read(path, 'utf8') ?? undefined;
    const { files, kept, notes } = newFiles(plan, options.force === true ? () => undefined : before);
    for (const { path, text } of files) tree.write(path, text);
    return () => {
      for (const path of kept)
        devkit().logger.warn(`${path} is there already and left as it is; --force replaces it`);
      for (const note of notes) devkit().logger.info(note);
    };
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
