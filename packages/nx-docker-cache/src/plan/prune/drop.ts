import type { ContextDisk } from './disk';
import { inside, isWithin } from './disk';
import { mayRead, readsAll, type PathSource } from './may-read';
import { dropRules, isSayable, literal } from './rules';

/** Manifests that are named one by one; more of them in one place share a wildcard. */
const MAX_NAMED = 50;
const MANIFEST = 'package.json';

export interface DropQuestion {
  /** Folders of packages that are not needed, none of them in a folder that is; relative to the context. */
  readonly dropped: readonly string[];
  /** Folders and files that stay all the same, wherever they lie. */
  readonly staying: readonly string[];
  /** Sources beside the whole context. */
  readonly sources: readonly PathSource[];
  readonly disk: ContextDisk;
}

/**
 * The rules that leave packages out of a context, but for the package.json of each: an install from the lockfile asks
 * for all of them.
 */
export function rulesWithout(question: DropQuestion): string[] {
  const drop = new Drop(question);
  const all = new Set(question.dropped);
  const tops = question.dropped.filter((folder) => !foldersAbove(folder).some((above) => all.has(above)));
  for (const folder of tops) drop.folder(folder);
  return drop.rules();
}

class Drop {
  readonly #question: DropQuestion;
  /** Names that go, by the folder that they lie in. */
  readonly #gone = new Map<string, Set<string>>();

  constructor(question: DropQuestion) {
    this.#question = question;
  }

  folder(path: string): void {
    const { sources, disk } = this.#question;
    if (!isSayable(path) || sources.some((source) => readsAll(source, path))) return;
    const children = disk.entries(path).map(({ name, kind }) => ({ name, kind, path: inside(path, name) }));
    const wanted = children.filter((child) => child.name !== MANIFEST && this.#isWanted(child.path));
    if (wanted.length === 0) return this.#drop(path);
    for (const child of children) {
      if (child.name === MANIFEST && this.#isPackage(path)) continue;
      if (!wanted.includes(child)) this.#drop(child.path);
      else if (child.kind === 'folder' && !this.#isWhole(child.path)) this.folder(child.path);
    }
  }

  rules(): string[] {
    const gone = [...this.#gone].flatMap(([folder, names]) => {
      const others = this.#question.disk.entries(folder).map(({ name }) => name);
      const staying = others.filter((name) => !names.has(name));
      return dropRules(folder, { dropped: [...names], staying }, this.#question.disk.exceptions);
    });
    return [...gone, ...this.#manifests()];
  }

  /** Something in it, or all of it, stays. */
  #isWanted(path: string): boolean {
    const { staying, sources } = this.#question;
    return (
      staying.some((stays) => isWithin(stays, path) || isWithin(path, stays)) ||
      sources.some((source) => mayRead(source, path))
    );
  }

  #isWhole(path: string): boolean {
    return this.#question.staying.some((stays) => isWithin(path, stays));
  }

  #isPackage(path: string): boolean {
    return this.#question.dropped.includes(path);
  }

  #drop(path: string): void {
    if (!isSayable(path)) return;
    const { folder, name } = split(path);
    this.#gone.set(folder, (this.#gone.get(folder) ?? new Set()).add(name));
  }

  /** What brings the manifests back; one that the user's own rules leave out stays out. */
  #manifests(): string[] {
    const { dropped, disk } = this.#question;
    const byParent = new Map<string, string[]>();
    for (const folder of dropped) {
      if (!this.#isGone(folder)) continue;
      const manifest = inside(folder, MANIFEST);
      if (!hasFile(disk, folder) || disk.ignored(manifest) || !isSayable(folder)) continue;
      const { folder: parent } = split(folder);
      byParent.set(parent, [...(byParent.get(parent) ?? []), manifest]);
    }
    return [...byParent].flatMap(([parent, manifests]) =>
      manifests.length > MAX_NAMED && this.#allMayCome(parent)
        ? [`!${parent === '.' ? '' : `/${literal(parent)}`}/*/${MANIFEST}`]
        : manifests.map((manifest) => `!/${literal(manifest)}`),
    );
  }

  #isGone(path: string): boolean {
    for (let at = path; at !== '.';) {
      const slash = at.lastIndexOf('/');
      const folder = slash < 0 ? '.' : at.slice(0, slash);
      if (this.#gone.get(folder)?.has(at.slice(slash + 1)) === true) return true;
      at = folder;
    }
    return false;
  }

  /** A wildcard would bring back what the user's own rules leave out. */
  #allMayCome(parent: string): boolean {
    const { disk } = this.#question;
    return disk
      .entries(parent)
      .filter(({ kind }) => kind === 'folder')
      .every(({ name }) => {
        const folder = inside(parent, name);
        return !hasFile(disk, folder) || !disk.ignored(inside(folder, MANIFEST));
      });
  }
}

function hasFile(disk: ContextDisk, folder: string): boolean {
  return disk.entries(folder).some(({ name, kind }) => name === MANIFEST && kind === 'file');
}

/** `a/b/c` → `a`, `a/b`. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function split(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf('/');
  return { folder: slash < 0 ? '.' : path.slice(0, slash), name: path.slice(slash + 1) };
}
