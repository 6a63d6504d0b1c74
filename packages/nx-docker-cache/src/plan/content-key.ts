import { createHash } from 'node:crypto';
import { compileSource, consumedArgs, externalImages, reachableStages } from '../dockerfile';
import type {
  ContentEntry,
  ContentKey,
  ContentSnapshot,
  ImageDigest,
  InstructionInputs,
  KeyObstacle,
} from '../model/content';
import type { BaseRef, Dockerfile, Instruction, Source } from '../model/dockerfile';
import type { BuildOptions } from '../model/options';

/** Changes whenever the meaning of a key changes, so that old keys are never taken for new ones. */
const FORMAT = 1;

export interface KeyInput {
  readonly parsed: Dockerfile;
  readonly target: string | undefined;
  readonly options: BuildOptions;
  /** Build args, labels and annotations with their templates expanded. */
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Platform of the builder, for instance `linux/amd64`. */
  readonly builderPlatform: string;
  /** Digests by reference as `externalImages` gives it, for those that are not pinned. */
  readonly images: ReadonlyMap<string, ImageDigest>;
  readonly snapshot: ContentSnapshot;
}

/**
 * The content key of a build: sha256 over what it reads, instruction by instruction. What cannot be known is
 * an obstacle, and with one of those the key proves nothing. Extended attributes are not read.
 */
export function contentKey(input: KeyInput): ContentKey {
  const { parsed, target, options } = input;
  const stages = reachableStages(parsed, target);
  const ordinals = new Map(stages.map((stage, ordinal) => [stage.index, ordinal]));
  const obstacles: KeyObstacle[] = [...optionObstacles(options), ...problemsOf(input.snapshot)];
  const inputs: InstructionInputs[] = [];
  const parts: unknown[] = [];
  const select = new Selector(input.snapshot, obstacles);

  for (const image of externalImages(parsed, target)) {
    const digest = image.digest ?? digestOf(image.image, input.images);
    if (digest === undefined) obstacles.push({ line: image.line, reason: imageProblem(image, input.images) });
    parts.push([image.via, image.image, digest]);
  }
  for (const stage of stages) {
    parts.push([ordinals.get(stage.index), refKey(stage.base, ordinals), stage.platform, stage.replaced]);
    if (stage.replaced) continue;
    for (const instruction of stage.instructions) {
      obstacles.push(...instructionObstacles(instruction));
      const read = readBy(instruction, ordinals, select);
      inputs.push(read);
      parts.push(read.digest);
    }
  }
  for (const { line, stage, text, reason } of parsed.unresolved) {
    if (stage === undefined || ordinals.has(stage)) obstacles.push({ line, reason: `${text}: ${reason}` });
  }

  const consumed = consumedArgs(parsed, target);
  parts.push({
    format: FORMAT,
    args: sorted(
      input.buildArgs,
      (name) => consumed.includes(name) || /^(BUILDKIT_|SOURCE_DATE_EPOCH$)/.test(name),
    ),
    globals: parsed.globalArgs
      .filter(({ name }) => consumed.includes(name))
      .map(({ name, defaultValue }) => [name, defaultValue]),
    labels: sorted(input.labels),
    annotations: sorted(input.annotations),
    platforms: [...options.platforms].sort(),
    builder: input.builderPlatform,
    escape: parsed.directives.escape,
    secrets: options.secrets.map(({ id }) => id).sort(),
    ssh: options.ssh.map((entry) => entry.split('=')[0]).sort(),
    network: options.network,
    addHosts: [...options.addHosts].sort(),
    shmSize: options.shmSize,
    ulimits: [...options.ulimits].sort(),
    allow: [...options.allow].sort(),
    compression: options.cache.compression,
    provenance: options.provenance,
    sbom: options.sbom,
  });
  return { key: sha256(JSON.stringify(parts)), inputs, obstacles };
}

function optionObstacles(options: BuildOptions): KeyObstacle[] {
  const reasons = [
    ...(options.noCache ? ['noCache is set'] : []),
    ...(options.noCacheFilter.length > 0 ? ['noCacheFilter is set'] : []),
    ...Object.entries(options.buildContexts)
      .filter(([, value]) => !/^docker-image:\/\/.+@sha256:[0-9a-f]{64}$/.test(value))
      .map(([name]) => `the build context ${name} is not an image pinned by digest`),
  ];
  return reasons.map((reason) => ({ line: undefined, reason }));
}

function problemsOf({ problems }: ContentSnapshot): KeyObstacle[] {
  return problems.map(({ path, message }) => ({ line: undefined, reason: `${path}: ${message}` }));
}

function instructionObstacles({ sources }: Instruction): KeyObstacle[] {
  return sources.flatMap(({ kind, line, path, checksum }) => {
    if (kind === 'url' && checksum === undefined) return [{ line, reason: `ADD ${path} has no checksum` }];
    if (kind === 'git' && !/[#@?&=]([0-9a-f]{40}|[0-9a-f]{64})\b/.test(path) && checksum === undefined) {
      return [{ line, reason: `ADD ${path} names no commit` }];
    }
    return kind === 'unresolved' ? [{ line, reason: `the source ${path} is not known` }] : [];
  });
}

function readBy(
  instruction: Instruction,
  ordinals: ReadonlyMap<number, number>,
  select: Selector,
): InstructionInputs {
  const words = [instruction.text, instruction.heredocs.map(({ name, body }) => [name, body])];
  const mounts = instruction.mounts.map(({ type, id, from }) => [
    type,
    id,
    from === undefined ? null : refKey(from, ordinals),
  ]);
  const chosen = instruction.sources.map((source) => ({
    source,
    entries: source.from === undefined ? select.entries(source) : [],
  }));
  const digest = (withModes: boolean): string =>
    sha256(
      JSON.stringify([
        words,
        mounts,
        chosen.map(({ source, entries }) => [
          source.from === undefined ? null : refKey(source.from, ordinals),
          source.path,
          source.kind,
          source.checksum ?? null,
          entries.map(({ path, kind, mode, content }) => [path, kind, withModes ? mode : 0, content]),
        ]),
      ]),
    );
  const files = new Map(chosen.flatMap(({ entries }) => entries).map((entry) => [entry.path, entry]));
  return {
    line: instruction.line,
    text: instruction.text,
    digest: digest(true),
    digestWithoutModes: digest(false),
    files: [...files.values()].filter(({ kind }) => kind !== 'folder').length,
    bytes: [...files.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

/** Chooses the entries that a source reads. */
class Selector {
  readonly #snapshot: ContentSnapshot;
  readonly #obstacles: KeyObstacle[];
  readonly #byPath: ReadonlyMap<string, ContentEntry>;

  constructor(snapshot: ContentSnapshot, obstacles: KeyObstacle[]) {
    this.#snapshot = snapshot;
    this.#obstacles = obstacles;
    this.#byPath = new Map(snapshot.entries.map((entry) => [entry.path, entry]));
  }

  entries(source: Source): ContentEntry[] {
    if (source.kind !== 'path' && source.kind !== 'glob') return [];
    const alias = this.#snapshot.aliases.get(rootOf(source));
    if (alias !== undefined) return this.#throughLinks(source, alias);
    const matches = compileSource(source);
    const found = this.#snapshot.entries.filter(({ path }) => matches(path));
    if (source.kind === 'glob') this.#checkGlobLinks(source, found);
    // `COPY . .` of an empty context is fine, a missing file is BuildKit's to complain about.
    if (source.kind === 'path' && found.length === 0 && source.path !== '.')
      this.#obstacle(source, 'nothing is there');
    return source.parents ? this.#withParents(found) : found;
  }

  #throughLinks(source: Source, alias: { links: readonly string[]; resolved: string }): ContentEntry[] {
    if (source.kind === 'glob' || source.parents || source.exclude.length > 0) {
      this.#obstacle(source, 'it leads through a symbolic link');
      return [];
    }
    const matches = compileSource({ ...source, path: alias.resolved });
    const found = this.#snapshot.entries.filter(({ path }) => matches(path));
    if (found.length === 0) this.#obstacle(source, 'its symbolic link dangles');
    return [...alias.links.flatMap((path) => this.#byPath.get(path) ?? []), ...found];
  }

  /** What a wildcard's link leads to is not read, so it is not guessed either. */
  #checkGlobLinks(source: Source, found: readonly ContentEntry[]): void {
    const depth = source.path.split('/').length;
    if (found.some(({ kind, path }) => kind === 'link' && path.split('/').length === depth)) {
      this.#obstacle(source, 'its wildcard matches a symbolic link');
    }
  }

  /** `--parents` copies the folders above as well, with their modes. */
  #withParents(found: readonly ContentEntry[]): ContentEntry[] {
    const above = new Set(
      found.flatMap(({ path }) => path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'))),
    );
    return [...[...above].flatMap((path) => this.#byPath.get(path) ?? []), ...found];
  }

  #obstacle(source: Source, reason: string): void {
    this.#obstacles.push({ line: source.line, reason: `${source.via} ${source.path}: ${reason}` });
  }
}

/** The folder or file from which all that a source reads can be reached. */
export function rootOf({ path, kind, parents }: Pick<Source, 'path' | 'kind' | 'parents'>): string {
  if (kind !== 'glob') return parents ? path.split('/**')[0] || '.' : path;
  const parts = path.split('/');
  const wild = parts.findIndex((part) => /[*?[\\]/.test(part));
  return wild <= 0 ? '.' : parts.slice(0, wild).join('/');
}

function refKey(ref: BaseRef, ordinals: ReadonlyMap<number, number>): unknown {
  switch (ref.kind) {
    case 'stage':
      return ['stage', ordinals.get(ref.stage)];
    case 'image':
      return ['image', ref.image];
    case 'context':
      return ['context', ref.name];
    case 'scratch':
      return ['scratch'];
    case 'unresolved':
      return ['unresolved', ref.text];
  }
}

function digestOf(image: string | undefined, images: ReadonlyMap<string, ImageDigest>): string | undefined {
  const known = image === undefined ? undefined : images.get(image);
  return known !== undefined && 'digest' in known ? known.digest : undefined;
}

function imageProblem(
  image: { image: string | undefined; text: string; reason: string | undefined },
  images: ReadonlyMap<string, ImageDigest>,
): string {
  const known = image.image === undefined ? undefined : images.get(image.image);
  const problem =
    known !== undefined && 'problem' in known ? known.problem : (image.reason ?? 'its digest is not known');
  return `image ${image.text}: ${problem}`;
}

function sorted(
  record: Readonly<Record<string, string>>,
  keep: (name: string) => boolean = () => true,
): [string, string][] {
  return Object.entries(record)
    .filter(([name]) => keep(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
