import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { access, constants, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import type { FilesPort, FolderEntry } from '../ports/files';

export class FilesAdapter implements FilesPort {
  readonly #root: string;

  /** @param root absolute path that relative paths count from */
  constructor(root: string) {
    this.#root = root;
  }

  async readText(path: string): Promise<string | undefined> {
    try {
      return await readFile(resolve(this.#root, path), 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  kind(path: string): 'file' | 'folder' | undefined {
    const stats = statSync(resolve(this.#root, path), { throwIfNoEntry: false });
    return stats === undefined ? undefined : stats.isDirectory() ? 'folder' : 'file';
  }

  async list(path: string): Promise<readonly string[]> {
    try {
      return (await readdir(resolve(this.#root, path))).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  entries(path: string): readonly FolderEntry[] {
    try {
      return readdirSync(resolve(this.#root, path), { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        kind: entry.isSymbolicLink()
          ? 'link'
          : entry.isDirectory()
            ? 'folder'
            : entry.isFile()
              ? 'file'
              : 'other',
      }));
    } catch {
      return [];
    }
  }

  async find(patterns: readonly string[]): Promise<readonly string[]> {
    const ignore = ['node_modules', '.git', '.nx', '.turbo', '.nx-docker-cache'].map(
      (name) => `**/${name}/**`,
    );
    const options = {
      cwd: this.#root,
      ignore,
      dot: true,
      followSymbolicLinks: false,
      expandDirectories: false,
    };
    return (await glob([...patterns], options)).sort();
  }

  async writeAtomic(path: string, text: string): Promise<void> {
    const target = resolve(this.#root, path);
    const temporary = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, text).catch(async (error: unknown) => {
        if (!isMissing(error)) throw error;
        await mkdir(dirname(target), { recursive: true });
        await writeFile(temporary, text);
      });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async ensureWritable(folder: string): Promise<void> {
    const path = resolve(this.#root, folder);
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
