import { inferContext } from '../dockerfile/context';
import { siblingContext, SiblingIndex, type SiblingContext } from '../dockerfile/siblings';
import { workspacePath, type ImageBuild } from './builds';
import { ContextHints } from './context-hints';
import type { Disk } from './disk';

export interface BuildContext {
  /** Relative to the workspace root. */
  readonly context: string;
  readonly decided: boolean;
  /** Dockerfiles of others that have decided it. */
  readonly siblings: readonly string[];
  /** All other files that were heard. */
  readonly heard: readonly string[];
}

interface OwnContext {
  readonly context: string;
  readonly decided: boolean;
  /** Siblings are heard. */
  readonly silent: boolean;
  readonly heard: readonly string[];
}

type Asked = Pick<ImageBuild, 'dockerfile' | 'project' | 'options' | 'summary'>;

/** Where the paths of each build start, as the run settles it too. */
export class Contexts {
  readonly #disk: Disk;
  readonly #hints: ContextHints;
  readonly #builds: readonly Asked[];
  readonly #own = new Map<Asked, OwnContext>();
  #index: SiblingIndex<ReturnType<typeof placed>> | undefined;

  /** @param builds all of the workspace */
  constructor(builds: readonly Asked[], disk: Disk) {
    this.#builds = builds;
    this.#disk = disk;
    this.#hints = new ContextHints(disk);
  }

  of(build: Asked): BuildContext {
    const own = this.#ownOf(build);
    const siblings = own.silent ? this.#siblingsOf(build) : [];
    if (siblings.length === 0) return { ...own, siblings: [] };
    const { context, decided, heard } = inferContext({ ...questionOf(build, this.#disk), siblings });
    return { context, decided, siblings: decided ? heard : [], heard };
  }

  /** The nearest siblings whose context is decided; one that has it from siblings is no evidence. */
  #siblingsOf(build: Asked): SiblingContext[] {
    this.#index ??= new SiblingIndex(this.#builds.map(placed));
    const place = placed(build);
    const isFolder = (path: string): boolean => this.#disk.kind(path) === 'folder';
    for (const group of this.#index.of(place)) {
      const decided = group.flatMap((sibling) => {
        const { context, decided } = this.#ownOf(sibling.build);
        return decided ? [siblingContext(sibling, context, place, isFolder)] : [];
      });
      if (decided.length > 0) return decided;
    }
    return [];
  }

  #ownOf(build: Asked): OwnContext {
    let own = this.#own.get(build);
    if (own === undefined) {
      own = this.#settle(build);
      this.#own.set(build, own);
    }
    return own;
  }

  /** Without siblings: what is written, the vote of the sources, and what other files say. */
  #settle(build: Asked): OwnContext {
    const written = workspacePath(build.options.context, build.project);
    if (written !== undefined) return { context: written, decided: true, silent: false, heard: [] };
    const question = questionOf(build, this.#disk);
    const answer = inferContext(question);
    const { context, decided, silent, heard } = answer.open
      ? inferContext({ ...question, hints: this.#hints.of(build.dockerfile) })
      : answer;
    const isBroken = build.summary.problem !== undefined;
    return { context, decided: decided && !isBroken, silent: silent && !isBroken, heard };
  }
}

function placed(build: Asked) {
  return { dockerfilePath: build.dockerfile, projectRoot: build.project.root, build };
}

function questionOf({ dockerfile, project, summary }: Asked, disk: Disk) {
  return {
    ...{ dockerfilePath: dockerfile, projectRoot: project.root },
    ...{ sources: summary.sources, workspaceTool: summary.workspaceTool },
    exists: (path: string) => disk.kind(path) !== undefined,
  };
}
