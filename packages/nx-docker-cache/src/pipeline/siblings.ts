import { posix } from 'node:path';
import {
  inferContext,
  parseDockerfile,
  siblingContext,
  type ContextAnswer,
  type DockerfilePlace,
  type SiblingContext,
  type SiblingIndex,
} from '../dockerfile';
import { DockerCacheError } from '../errors';
import { parseBuildOptions } from '../options';
import type { FilesPort } from '../ports/files';
import { ContextHints } from './context-hints';
import { inProject } from './in-project';
import type { FoundBuild } from './inspect/builds';
import { ownContext, type ReadDockerfile } from './own-context';

/** A build that another one's context may follow. */
export interface SiblingBuild extends DockerfilePlace {
  readonly build: FoundBuild;
}

/** Finds the builds that may be siblings of one; called only where nothing else tells a context. */
export type FindSiblings = (place: DockerfilePlace) => Promise<SiblingIndex<SiblingBuild>>;

/** Contexts that are settled with a look at other Dockerfiles; each of those is read once. */
export class Siblings {
  readonly #find: FindSiblings;
  readonly #around: { readonly files: FilesPort; readonly hints: ContextHints };
  readonly #decided = new Map<FoundBuild, Promise<string | undefined>>();

  constructor(files: FilesPort, find: FindSiblings) {
    this.#around = { files, hints: new ContextHints(files) };
    this.#find = find;
  }

  /** The context of a build whose options name none. @throws DockerCacheError UNKNOWN_STAGE */
  async settle(
    read: ReadDockerfile,
    projectRoot: string,
    target: string | undefined,
  ): Promise<ContextAnswer> {
    const { question, answer } = await this.#own(read, projectRoot, target);
    if (!answer.silent || posix.isAbsolute(read.dockerfile)) return answer;
    return inferContext({ ...question, siblings: await this.#of(question) });
  }

  /** The same, but only what is said of this Dockerfile itself. @throws DockerCacheError UNKNOWN_STAGE */
  async settleAlone(
    read: ReadDockerfile,
    projectRoot: string,
    target: string | undefined,
  ): Promise<ContextAnswer> {
    return (await this.#own(read, projectRoot, target)).answer;
  }

  #own(read: ReadDockerfile, projectRoot: string, target: string | undefined) {
    return ownContext(read, projectRoot, target, this.#around);
  }

  /** The nearest siblings whose context is decided; one that has it from siblings is no evidence. */
  async #of(place: DockerfilePlace): Promise<SiblingContext[]> {
    const isFolder = (path: string): boolean => this.#around.files.kind(path) === 'folder';
    for (const group of (await this.#find(place)).of(place)) {
      const contexts = await Promise.all(group.map(({ build }) => this.#decidedBy(build)));
      const decided = group.flatMap((sibling, index) => {
        const context = contexts[index];
        return context === undefined ? [] : [siblingContext(sibling, context, place, isFolder)];
      });
      if (decided.length > 0) return decided;
    }
    return [];
  }

  #decidedBy(build: FoundBuild): Promise<string | undefined> {
    let decided = this.#decided.get(build);
    if (decided === undefined) {
      decided = this.#read(build).catch((error: unknown) => {
        // What is wrong with it is told where it is built; it is no evidence for others.
        if (error instanceof DockerCacheError) return undefined;
        throw error;
      });
      this.#decided.set(build, decided);
    }
    return decided;
  }

  async #read({ dockerfile, project, options: written }: FoundBuild): Promise<string | undefined> {
    const options = parseBuildOptions(written, dockerfile);
    const root = project?.root ?? posix.dirname(dockerfile);
    if (options.context !== undefined) return inProject(options.context, { root });
    const text = await this.#around.files.readText(dockerfile).catch(() => undefined);
    if (text === undefined) return undefined;
    const { context, decided } = await this.settleAlone(
      { dockerfile, parsed: parseDockerfile(text, options) },
      root,
      options.target,
    );
    return decided ? context : undefined;
  }
}
