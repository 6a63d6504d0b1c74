import { consumedArgs, contextSources, reachableStages } from '../dockerfile';
import type { ContentSnapshot } from '../model/content';
import type { Dockerfile } from '../model/dockerfile';
import { Selector } from './key-select';
import { holdsToken, isSecret, SECRET_FILES } from './secret-words';

/** Something that a reader of the image, or of its cache, would find. */
export interface Exposure {
  /** Name by which it may be allowed: of the variable, or path of the file in the context. */
  readonly name: string;
  /** For instance `build arg NPM_TOKEN`. */
  readonly what: string;
  readonly line: number | undefined;
}

/**
 * Build args and variables that look like secrets. Both can be read out of the image, and `mode=max` pushes the stages
 * that the final one leaves behind as well.
 */
export function exposedVariables(
  parsed: Dockerfile,
  target: string | undefined,
  buildArgs: Readonly<Record<string, string>>,
): Exposure[] {
  const consumed = new Set(consumedArgs(parsed, target));
  const stages = reachableStages(parsed, target).filter(({ replaced }) => !replaced);
  const declared = [...parsed.globalArgs, ...stages.flatMap(({ args }) => args)];
  const found: Exposure[] = [
    ...Object.entries(buildArgs)
      .filter(([name, value]) => consumed.has(name) && isSecret(name, value))
      .map(([name]) => ({ name, what: `build arg ${name}`, line: undefined })),
    ...declared
      .filter(({ name, defaultValue }) => consumed.has(name) && isSecret(name, defaultValue ?? ''))
      .map(({ name, line }) => ({ name, what: `ARG ${name}`, line })),
    ...stages
      .flatMap(({ env }) => env)
      .filter(({ name, value }) => isSecret(name, value ?? ''))
      .map(({ name, line }) => ({ name, what: `ENV ${name}`, line })),
  ];
  return [...new Map(found.map((exposure) => [exposure.what, exposure])).values()];
}

/**
 * Tokens by their issuers' forms, and URLs with a password, in the words of instructions, in labels and in contexts: the
 * history of an image has the first, its configuration the second, and a list of processes the last. Only a known form counts; what merely looks random is mostly a checksum.
 */
export function exposedTexts(
  parsed: Dockerfile,
  target: string | undefined,
  added: {
    readonly label: Readonly<Record<string, string>>;
    readonly annotation: Readonly<Record<string, string>>;
    readonly 'build context': Readonly<Record<string, string>>;
  },
): Exposure[] {
  const instructions = reachableStages(parsed, target)
    .filter(({ replaced }) => !replaced)
    .flatMap((stage) => stage.instructions)
    // Variables are looked at by name.
    .filter(({ keyword }) => keyword !== 'ARG' && keyword !== 'ENV')
    .filter(({ text, heredocs }) => holdsToken(text) || heredocs.some(({ body }) => holdsToken(body)));
  return [
    ...instructions.map(({ keyword, line }) => ({ name: `${keyword}:${line}`, what: keyword, line })),
    ...Object.entries(added).flatMap(([kind, texts]) =>
      Object.entries(texts)
        .filter(([, value]) => holdsToken(value))
        .map(([name]) => ({ name, what: `${kind} ${name}`, line: undefined })),
    ),
  ];
}

/** Files that a COPY or ADD takes in and that hold secrets by custom. A bind mount leaves nothing behind. */
export function suspectFiles(
  parsed: Dockerfile,
  target: string | undefined,
  snapshot: ContentSnapshot,
): Exposure[] {
  const suspects = snapshot.entries.filter(({ path, kind }) => kind === 'file' && SECRET_FILES.test(path));
  if (suspects.length === 0) return [];
  const selector = new Selector(snapshot, () => undefined);
  const copied = contextSources(parsed, target).filter(({ via }) => via !== 'bind');
  return suspects.flatMap(({ path }) => {
    const source = copied.find((one) => selector.entries(one).some((entry) => entry.path === path));
    return source === undefined ? [] : [{ name: path, what: `file ${path}`, line: source.line }];
  });
}
