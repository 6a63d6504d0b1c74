import { posix } from 'node:path';
import { isIgnored, parseIgnore } from '../dockerfile';
import type { ContextDisk } from '../plan/prune';
import type { FilesPort } from '../ports/files';
import { buildsNear } from './builds-near';
import type { Ports } from './ports';
import { Siblings } from './siblings';

/**
 * What is around the Dockerfiles that are read: their siblings, and the folders of their contexts. Of builds that are
 * read together each of it is looked at once.
 */
export class Around {
  readonly siblings: Siblings;
  readonly #files: FilesPort;
  readonly #entries = new Map<string, ReturnType<FilesPort['entries']>>();
  readonly #disks = new Map<string, ContextDisk>();

  constructor({ files, workspace }: Pick<Ports, 'files' | 'workspace'>, siblings?: Siblings) {
    this.#files = files;
    this.siblings = siblings ?? new Siblings(files, buildsNear({ files, workspace }));
  }

  /**
   * @param context relative to the workspace root, or absolute
   * @param ignore text of its ignore file
   */
  disk(context: string, ignore: string): ContextDisk {
    const name = JSON.stringify([context, ignore]);
    const known = this.#disks.get(name);
    if (known !== undefined) return known;
    const rules = parseIgnore(ignore);
    const ignored = new Map<string, boolean>();
    const disk: ContextDisk = {
      entries: (folder) => this.#list(posix.join(context, folder)),
      ignored: (path) => {
        const answer = ignored.get(path) ?? isIgnored(rules, path);
        ignored.set(path, answer);
        return answer;
      },
      exceptions: rules.patterns.some(({ exception }) => exception),
    };
    this.#disks.set(name, disk);
    return disk;
  }

  #list(folder: string): ReturnType<FilesPort['entries']> {
    const found = this.#entries.get(folder) ?? this.#files.entries(folder);
    this.#entries.set(folder, found);
    return found;
  }
}
