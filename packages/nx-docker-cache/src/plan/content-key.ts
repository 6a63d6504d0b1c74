import { createHash } from 'node:crypto';
import { externalImages, reachableStages } from '../dockerfile';
import type {
  ContentKey,
  ContentSnapshot,
  ImageDigest,
  InstructionInputs,
  KeyObstacle,
} from '../model/content';
import { digestOf } from './entries-digest';
import type { BaseRef, Dockerfile, Instruction, Stage } from '../model/dockerfile';
import type { BuildOptions } from '../model/options';
import { Selector, takesAnyName } from './key-select';
import { settings } from './key-settings';
import { canonicalWords, effective, sourceProblem } from './key-words';

export interface KeyInput {
  readonly parsed: Dockerfile;
  readonly target: string | undefined;
  readonly options: BuildOptions;
  /** Build args, labels and annotations with their templates expanded. */
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Platforms that are asked for; empty for the builder's own. */
  readonly platforms: readonly string[];
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
  const { parsed, target } = input;
  const obstacles: KeyObstacle[] = [...optionObstacles(input), ...problemsOf(input.snapshot)];
  const reader = new StageReader(input, obstacles);
  for (const { line, stage, text, reason } of parsed.unresolved) {
    if (stage === undefined || reader.reaches(stage)) obstacles.push({ line, reason: `${text}: ${reason}` });
  }
  const stages = reachableStages(parsed, target).map((stage) => reader.read(stage));
  const parts = [
    frontend(input, obstacles),
    stages.map((inputs) => inputs.map(({ digest }) => digest)),
    settings(input),
  ];
  return {
    key: sha256(parts),
    inputs: stages.flat(),
    obstacles,
    images: [...input.images].flatMap(([image, known]) => ('digest' in known ? [{ image, ...known }] : [])),
    changed: reader.changed,
  };
}

class StageReader {
  readonly #input: KeyInput;
  readonly #obstacles: KeyObstacle[];
  readonly #stages: readonly Stage[];
  /** Index in the file → place among the stages that are built. */
  readonly #ordinals: ReadonlyMap<number, number>;
  readonly #select: Selector;
  readonly #reported = new Set<string>();
  /** When any file that was read was changed last. */
  changed = 0;

  constructor(input: KeyInput, obstacles: KeyObstacle[]) {
    this.#input = input;
    this.#obstacles = obstacles;
    this.#stages = reachableStages(input.parsed, input.target);
    this.#ordinals = new Map(this.#stages.map(({ index }, ordinal) => [index, ordinal]));
    this.#select = new Selector(input.snapshot, (line, reason) => obstacles.push({ line, reason }));
  }

  reaches(stage: number): boolean {
    return this.#ordinals.has(stage);
  }

  /** What a stage reads: FROM first. */
  read(stage: Stage): InstructionInputs[] {
    const from = [this.#refKey(stage.base, stage.line), stage.platform ?? null, stage.replaced];
    const head = inputs(stage.line, `FROM ${stage.base.text}`, () => from, []);
    if (stage.replaced) return [head];
    return [
      head,
      ...effective(stage, this.#input.parsed, this.#stages).map((instruction) =>
        this.#instruction(instruction, stage),
      ),
    ];
  }

  #instruction(instruction: Instruction, stage: Stage): InstructionInputs {
    const { line, text, sources, heredocs, keyword } = instruction;
    const chosen = sources.map((source) => {
      const reason = sourceProblem(source);
      // What is unresolved was told with its reason already.
      const told =
        source.kind === 'unresolved' && this.#obstacles.some((known) => known.line === source.line);
      if (reason !== undefined && !told) this.#obstacles.push({ line: source.line, reason });
      return { source, entries: source.from === undefined ? this.#select.entries(source) : [] };
    });
    const words = [
      canonicalWords(instruction),
      heredocs.map(({ name, body }) => [name, body]),
      instruction.mounts.map(({ type, id, from }) => [type, id ?? null, from && this.#refKey(from, line)]),
      keyword === 'ARG' ? this.#given(stage, line) : null,
    ];
    const keyed = (withModes: boolean): unknown => [
      words,
      chosen.map(({ source, entries }) => [
        source.from && this.#refKey(source.from, line),
        source.path,
        source.kind,
        source.checksum ?? null,
        digestOf(entries)[withModes ? 'withModes' : 'withoutModes'],
      ]),
    ];
    const own = chosen.filter(({ source }) => source.from === undefined);
    const all = own.some(({ source }) => takesAnyName(source));
    const looked = own.flatMap(({ source }) => this.#select.lookedIn(source));
    const changed = [...chosen.map(({ entries }) => digestOf(entries)), ...looked].map((one) => one.changed);
    this.changed = Math.max(this.changed, all ? this.#input.snapshot.changed : 0, ...changed);
    const read = chosen.map(({ entries }) => entries);
    return inputs(line, text, keyed, read);
  }

  /** Values that build args give to what an ARG declares. */
  #given({ args }: Stage, line: number): (string | null)[] {
    return args
      .filter((arg) => arg.line === line)
      .map(({ name }) => (Object.hasOwn(this.#input.buildArgs, name) ? this.#input.buildArgs[name]! : null));
  }

  #refKey(ref: BaseRef, line: number): unknown {
    switch (ref.kind) {
      case 'stage':
        return ['stage', this.#ordinals.get(ref.stage)];
      case 'image':
        return ['image', ref.digest ?? this.#digest(ref, line)];
      case 'context':
        // What it stands for is among the settings.
        return ['context', ref.name];
      case 'scratch':
        return ['scratch'];
      case 'unresolved':
        return ['unresolved', ref.text];
    }
  }

  #digest(ref: Extract<BaseRef, { kind: 'image' }>, line: number): string {
    const known = this.#input.images.get(ref.image);
    if (known !== undefined && 'digest' in known) return known.digest;
    const reason = `image ${ref.text}: ${known?.problem ?? 'its digest is not known'}`;
    if (!this.#reported.has(ref.image)) this.#obstacles.push({ line, reason });
    this.#reported.add(ref.image);
    return ref.image;
  }
}

/** The image that reads the Dockerfile, where it is not the engine's own. */
function frontend({ parsed, target, images }: KeyInput, obstacles: KeyObstacle[]): unknown {
  const syntax = externalImages(parsed, target).find(({ via }) => via === 'syntax');
  if (syntax === undefined) return null;
  const known = images.get(syntax.image ?? '');
  const digest = syntax.digest ?? (known !== undefined && 'digest' in known ? known.digest : undefined);
  if (digest === undefined) {
    const problem = known !== undefined && 'problem' in known ? known.problem : 'its digest is not known';
    obstacles.push({ line: syntax.line, reason: `image ${syntax.text}: ${problem}` });
  }
  return [syntax.text, digest ?? null];
}

function optionObstacles({ options, buildArgs }: KeyInput): KeyObstacle[] {
  const syntax = buildArgs['BUILDKIT_SYNTAX'];
  const reasons = [
    ...Object.entries(options.buildContexts)
      .filter(([, value]) => !/^docker-image:\/\/.+@sha256:[0-9a-f]{64}$/.test(value))
      .map(([name]) => `the build context ${name} is not an image pinned by digest`),
    ...(syntax === undefined || /@sha256:[0-9a-f]{64}$/.test(syntax)
      ? []
      : ['the build arg BUILDKIT_SYNTAX names an image without its digest']),
  ];
  return reasons.map((reason) => ({ line: undefined, reason }));
}

function problemsOf({ problems }: ContentSnapshot): KeyObstacle[] {
  return problems.map(({ path, message }) => ({ line: undefined, reason: `${path}: ${message}` }));
}

function inputs(
  line: number,
  text: string,
  read: (withModes: boolean) => unknown,
  chosen: readonly KeyInput['snapshot']['entries'][],
): InstructionInputs {
  // What two sources read counts once.
  const entries = chosen.length === 1 ? chosen[0]! : [...new Set(chosen.flat())];
  const { files, bytes } = digestOf(entries);
  const digests = { digest: sha256(read(true)), digestWithoutModes: sha256(read(false)) };
  return { line, text, ...digests, files, bytes };
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
