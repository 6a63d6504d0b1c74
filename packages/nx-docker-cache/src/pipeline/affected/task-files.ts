import { posix } from 'node:path';
import type { OptionChange } from '../../affected';
import { DockerCacheError } from '../../errors';
import { isInside } from '../../layout/paths';
import type { TaskOptions } from '../../model/task';
import type { SurveyedProject } from '../../model/survey';
import { parseTaskOptions } from '../../options/task';
import type { WorkspacePort } from '../../ports/workspace';

/**
 * Changed files that stage tasks read beside their stages, where no key of an image sees them: env files, and folders
 * that are mounted. The image stays the same, and whether its tests pass is open again.
 */
export async function changedForTasks(
  { name, root, builds }: Pick<SurveyedProject, 'name' | 'root' | 'builds'>,
  changed: readonly string[],
  workspace: Pick<WorkspacePort, 'publication'>,
): Promise<OptionChange[]> {
  if (changed.length === 0) return [];
  const inProject = (path: string): string => path.replaceAll('{projectRoot}', root);
  const found = builds.map(async ({ target }) => {
    const { tasks } = await workspace.publication(name, target);
    return Object.entries(tasks).flatMap(([task, written]) => {
      const options = readable(written, `${name}:${task}`);
      if (options === undefined) return [];
      return [
        ...options.envFile.map((file) => ({ what: 'an env file', path: inProject(file) })),
        ...options.volumes.flatMap((volume) => mountedFolder(inProject(volume))),
      ].flatMap(({ what, path }): OptionChange[] => {
        const place = posix.join(path, '.');
        const files = changed.filter((one) => isWithin(one, place));
        return files.length === 0 ? [] : [{ text: `${what} of its task ${task}`, files }];
      });
    });
  });
  return (await Promise.all(found)).flat();
}

/** As docker takes it: a path counts from the workspace root, anything else is the name of a volume, or is nowhere here. */
function mountedFolder(volume: string): { what: string; path: string }[] {
  const source = volume.split(':')[0]!;
  return /^\.(?:\/|$)/.test(source) ? [{ what: `a volume (${source})`, path: source }] : [];
}

function isWithin(path: string, place: string): boolean {
  return place === '.' ? !path.startsWith('..') : isInside(path, place);
}

/** Options that are wrong are an error of their own task. */
function readable(raw: unknown, where: string): TaskOptions | undefined {
  try {
    return parseTaskOptions(raw, where);
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return undefined;
  }
}
