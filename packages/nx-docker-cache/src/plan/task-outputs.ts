import { posix } from 'node:path';
import { DockerCacheError } from '../errors';
import type { PlannedTaskOutput, TaskOutput } from '../model/task';

/**
 * Where results go. A task's container may hold anything, so the places are checked before it runs.
 * @param projectRoot relative to the workspace root, `.` for the root itself
 * @throws DockerCacheError OUTPUT_ESCAPES
 */
export function planOutputs(outputs: readonly TaskOutput[], projectRoot: string): PlannedTaskOutput[] {
  return outputs.map(({ from, to }) => {
    const place = placeOf(to, projectRoot);
    const problem = problemOf(place);
    if (problem !== undefined) throw escapes(to, place, problem);
    const replaced = !`${posix.normalize(projectRoot)}/`.startsWith(`${place}/`);
    return { from: from.length > 1 ? from.replace(/\/+$/, '') : from, to: place, replaced };
  });
}

/** Relative to the workspace root, normalized; absolute where it was written so. */
function placeOf(to: string, projectRoot: string): string {
  const place = posix.isAbsolute(to) ? to : posix.join(projectRoot, to);
  return posix.normalize(place).replace(/(.)\/+$/, '$1');
}

function problemOf(place: string): string | undefined {
  if (posix.isAbsolute(place) || place === '..' || place.startsWith('../')) return 'leaves the workspace';
  if (place === '.') return 'is the whole workspace';
  return place.split('/').includes('.git') ? 'is a part of git’s own folder' : undefined;
}

function escapes(to: string, place: string, problem: string): DockerCacheError {
  return new DockerCacheError({
    code: 'OUTPUT_ESCAPES',
    message: `an output of the task ${problem}`,
    expected: 'a place below the workspace root, counted from the project folder',
    found: place === to ? to : `${to} (${place})`,
    hint: 'Correct the option `outputs`; {"from": "/path/in/the/container", "to": "place"} gives it another place.',
  });
}
