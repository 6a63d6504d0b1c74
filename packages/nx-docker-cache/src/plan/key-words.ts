import { BLANK, SPACES } from '../dockerfile';
import type { Dockerfile, Instruction, Source, Stage } from '../model/dockerfile';

/**
 * An instruction's words for the content key: as written, but what BuildKit never looks at is left out. That is
 * the case of the keyword, blanks around words, and the names of stages, as the caller keys what they stand for.
 */
export function canonicalWords(instruction: Instruction): string {
  const { keyword, text } = instruction;
  let rest = text.replace(KEYWORD, '');
  const flags: string[] = [];
  // A flag with quotes may hold blanks: nothing is touched then.
  if (QUOTED_FLAG.test(rest)) return [keyword, rest].join(' ');
  for (let match = FLAG.exec(rest); match !== null; match = FLAG.exec(rest)) {
    flags.push(canonicalFlag(match[1]!, instruction));
    rest = rest.slice(match[0].length);
  }
  const words = COPIES.has(keyword) && !/["'\\`[<]/.test(rest) ? rest.split(BLANK).join(' ') : rest;
  return [keyword, ...flags, words].join(' ');
}

// What BuildKit takes for a blank: a byte order mark is none.
const [KEYWORD, QUOTED_FLAG, FLAG] = [
  String.raw`^\S+?(?=[\t\v\f\r ]|$)[${SPACES}]*`,
  String.raw`^(?:--[^${SPACES}]*[${SPACES}]+)*--[^${SPACES}]*["'\\]`,
  String.raw`^(--[a-z-]+(?:=[^${SPACES}]*)?)(?:[${SPACES}]+|$)`,
].map((source) => new RegExp(source)) as [RegExp, RegExp, RegExp];
const COPIES = new Set(['COPY', 'ADD']);

function canonicalFlag(flag: string, { keyword, sources, mounts }: Instruction): string {
  if (keyword === 'COPY' && flag.startsWith('--from=') && sources.every(({ from }) => from !== undefined)) {
    return '--from';
  }
  // In the short form only, where a comma ends a field for sure.
  if (keyword === 'RUN' && flag.startsWith('--mount=') && !flag.includes('"')) {
    const from = /(?<=[=,])from=([^,]*)/gi;
    const names = [...flag.matchAll(from)].map(([, name]) => name);
    if (names.length === 1 && mounts.some((mount) => mount.from?.text === names[0])) {
      return flag.replace(from, 'from');
    }
  }
  return flag;
}

/** What such instructions set is an image's configuration, which nobody reads who only copies files from it. */
const CONFIGURATION = new Set([
  ...['LABEL', 'CMD', 'ENTRYPOINT', 'EXPOSE', 'HEALTHCHECK', 'STOPSIGNAL', 'MAINTAINER', 'ONBUILD'],
]);

/** Instructions of a stage that shape what is built. @param stages as `reachableStages` gives them */
export function effective(
  stage: Stage,
  { stages }: Pick<Dockerfile, 'stages'>,
  reached: readonly Stage[],
): Instruction[] {
  const chain = new Set<number>();
  for (let at = reached.at(-1); at !== undefined;) {
    chain.add(at.index);
    at = at.base.kind === 'stage' ? stages[at.base.stage] : undefined;
  }
  if (chain.has(stage.index)) return [...stage.instructions];
  return stage.instructions.filter(({ keyword }) => !CONFIGURATION.has(keyword));
}

/**
 * true where the global args or what is reached says a word that holds `pattern`. More than takes effect is found:
 * without an ARG it is shell text only.
 */
export function says({ globalArgs }: Dockerfile, reached: readonly Stage[], pattern: RegExp): boolean {
  const texts = [
    ...globalArgs.map(({ defaultValue }) => defaultValue ?? ''),
    ...reached.flatMap(({ platform, base, instructions }) => [
      platform ?? '',
      base.text,
      ...instructions.flatMap(({ text, heredocs }) => [text, ...heredocs.map(({ body }) => body)]),
    ]),
  ];
  return texts.some((text) => pattern.test(text));
}

/** Why an instruction's sources keep the key from proving anything. */
export function sourceProblem({ kind, path, checksum }: Source): string | undefined {
  if (checksum !== undefined && (kind === 'url' || kind === 'git')) return undefined;
  if (kind === 'url') return `ADD ${path} has no checksum`;
  if (kind === 'git' && !PINNED_GIT.test(path)) return `ADD ${path} names no commit`;
  return kind === 'unresolved' ? `the source ${path} is not known` : undefined;
}

/** `…#<commit>`, `…#<commit>:folder` or `…?ref=<commit>`, where nothing else names a branch. */
const PINNED_GIT =
  /^[^#]*(?:#[0-9a-f]{40}(?:[0-9a-f]{24})?(?::.*)?|[?&](?:ref|commit|checksum)=[0-9a-f]{40}(?:[0-9a-f]{24})?(?:&[^#]*)?)$/;
