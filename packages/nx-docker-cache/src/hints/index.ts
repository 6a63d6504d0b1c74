import { composeHints } from './compose';
import { kindOf, LONGEST_HINT_FILE } from './files';
import { contextFor } from './match';
import type { BuildHint, HintFile } from './model';
import { commandHints, workflowHints } from './workflow';

export { hintFilesIn, hintFolders } from './files';
export type { BuildHint, HintFile } from './model';

/** The builds that a compose file or a CI file describes; none for what cannot be read. */
export function readHints(file: HintFile): BuildHint[] {
  // A file that names neither describes no build, and reading YAML takes a while.
  if (file.text.length > LONGEST_HINT_FILE || !/build/.test(file.text)) return [];
  switch (kindOf(file.path)) {
    case 'compose':
      return composeHints(file);
    case 'workflow':
      return workflowHints(file);
    case 'commands':
      return commandHints(file);
    default:
      return [];
  }
}

/** What hints say of the context of a Dockerfile, each with where it says so. */
export function contextHints(
  hints: readonly BuildHint[],
  dockerfile: string,
): { readonly context: string; readonly reason: string; readonly file: string }[] {
  return hints.flatMap((hint) => {
    const context = contextFor(hint, dockerfile);
    return context === undefined
      ? []
      : [{ context, reason: `${hint.file} line ${hint.line}`, file: hint.file }];
  });
}
