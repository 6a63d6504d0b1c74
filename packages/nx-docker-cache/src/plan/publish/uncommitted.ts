import { posix } from 'node:path';
import {
  compileSource,
  contextSources,
  ignoreFileCandidates,
  isIgnored,
  parseIgnore,
} from '../../dockerfile';
import { DockerCacheError } from '../../errors';
import type { InstructionInputs } from '../../model/content';
import type { FileFacts } from '../../model/facts';

/** The changed paths that a build of one of the targets reads, its Dockerfile and ignore file among them. */
export function inputsAmong(
  changed: readonly string[],
  { parsed, context, dockerfile, ignore }: Pick<FileFacts, 'parsed' | 'context' | 'dockerfile' | 'ignore'>,
  targets: readonly (string | undefined)[],
): string[] {
  const own = [dockerfile, ignore.file ?? ignoreFileCandidates(dockerfile, context)[0]];
  const rules = parseIgnore(ignore.text);
  const reads = targets
    .flatMap((target) => contextSources(parsed, target))
    .flatMap((source) =>
      source.kind === 'unresolved'
        ? [() => true]
        : source.kind === 'path' || source.kind === 'glob'
          ? [compileSource(source)]
          : [],
    );
  return changed.filter((path) => {
    if (own.includes(path)) return true;
    const inside = posix.relative(context, path);
    if (inside === '' || inside.startsWith('..') || isIgnored(rules, inside)) return false;
    return reads.some((matches) => matches(inside));
  });
}

/**
 * true where instructions that are written as they were read other files at the build than now.
 * @param built of the receipt
 */
export function hasOtherFiles(
  built: readonly Pick<InstructionInputs, 'text' | 'digest'>[],
  now: readonly InstructionInputs[],
): boolean {
  return now.some(
    ({ text, digest, files }) =>
      files > 0 &&
      built.some((input) => input.text === text) &&
      !built.some((input) => input.text === text && input.digest === digest),
  );
}

/** @param changed paths relative to the workspace root; empty where the build alone had other files */
export function uncommitted(
  project: { readonly name: string; readonly target: string },
  changed: readonly string[],
  commit: string,
): DockerCacheError {
  const { name, target } = project;
  const shown = changed.slice(0, 5).join(', ');
  const more = changed.length > 5 ? ` and ${changed.length - 5} more` : '';
  return new DockerCacheError({
    code: 'UNCOMMITTED',
    message: `the image of ${name} is not what commit ${commit.slice(0, 7)} says`,
    expected: 'an image of files that are committed',
    found:
      changed.length > 0
        ? `uncommitted changes in ${shown}${more}`
        : 'a build that read other files than those of the checkout now',
    hint: `${changed.length > 0 ? 'Commit, and build' : 'Build'} again: nx run ${name}:${target}, or nx-docker-cache build ${name}. To publish it all the same: --allow-dirty (option \`allowDirty\`).`,
  });
}
