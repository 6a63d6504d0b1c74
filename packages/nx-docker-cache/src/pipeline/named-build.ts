import type { WorkspacePort } from '../ports/workspace';

/** A build as a person names it. */
export interface NamedBuild {
  /** Name or folder of a project; it may be unknown. */
  readonly name: string;
  /** undefined for the project's own one. */
  readonly target: string | undefined;
}

/**
 * Reads `project` or `project:target`. A project of Nx may have a colon in its name, and so may a target: a project
 * that there is comes first, then the longest one that the text begins with.
 */
export async function namedBuild(text: string, workspace: WorkspacePort): Promise<NamedBuild> {
  if (!text.includes(':')) return { name: text, target: undefined };
  const names = new Set((await workspace.builds()).map(({ name }) => name));
  if (names.has(text)) return { name: text, target: undefined };
  const colons = [...text.matchAll(/:/g)].map(({ index }) => index);
  const at = colons.findLast((colon) => names.has(text.slice(0, colon))) ?? colons[0]!;
  return { name: text.slice(0, at), target: text.slice(at + 1) };
}

/** How `namedBuild` reads it: a project's own build goes by the project alone. */
export function buildName(project: string, target: string, own: string | undefined): string {
  return target === own ? project : `${project}:${target}`;
}
