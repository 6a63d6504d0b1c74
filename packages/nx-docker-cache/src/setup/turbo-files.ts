import type { Draft } from './draft';
import { PNPM_WORKSPACE } from './model';

const NAMES = ['turbo.json', 'turbo.jsonc'];
/** Turborepo runs a script of the root under this name only, and nothing without a word under the plain one. */
export const ROOT_TASK = '//#';

/** The one that is there, else the one to write. */
export function turboFile(draft: Draft, folder: string): string {
  const paths = turboFiles(folder);
  return paths.find((path) => draft.text(path) !== undefined) ?? paths[0]!;
}

/** Every file that `addTurbo` may want to read. */
export function turboFiles(folder: string): string[] {
  return NAMES.map((name) => (folder === '.' ? name : `${folder}/${name}`));
}

/** Where there are no other packages, tasks of the root go by their plain names, and Turborepo refuses the others. */
export function isSinglePackage(draft: Draft): boolean {
  const ofPnpm = /^packages:/m.test(draft.text(PNPM_WORKSPACE) ?? '');
  return !ofPnpm && draft.at('package.json', ['workspaces']) === undefined;
}

/** The list at a place, as far as it holds texts; undefined where there is none. */
export function textsAt(draft: Draft, file: string, place: readonly string[]): string[] | undefined {
  const found = draft.at(file, place);
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === 'string') : undefined;
}

/** Does `--affected` of Turborepo go by `inputs`, and not by packages? */
export function goesByInputs(draft: Draft): boolean {
  return draft.at(turboFile(draft, '.'), ['futureFlags', 'affectedUsingTaskInputs']) === true;
}
