import { posix } from 'node:path';

export interface CommandBuild {
  /** Relative to the folder in which the command runs. */
  readonly dockerfile: string;
  readonly context: string;
  /** Line in the script, from 0. */
  readonly offset: number;
}

const COMMAND = /\b(?:docker(?:\s+buildx|\s+image|\s+builder)?|podman|nerdctl)\s+(?:build|bake)\s/;
/** Flags that have no value; all others take the next word, or hold it after `=`. */
const BARE = new Set([
  ...['--push', '--load', '--pull', '--no-cache', '--quiet', '-q', '--rm', '--force-rm', '--squash'],
  ...['--compress', '--check', '--debug', '-D'],
]);

/**
 * `docker build -f X CTX` in the lines of a script. A script that changes its folder says nothing: what its paths
 * count from would be a guess.
 */
export function buildsInScript(script: string): CommandBuild[] {
  if (/(?:^|[\s;&|])(?:cd|pushd)\s/m.test(script)) return [];
  const found: CommandBuild[] = [];
  let offset = 0;
  for (const command of script.split(/(?<!\\)\n/)) {
    const lines = command.split('\n').length;
    // Comments would hide what follows them on a joined line; nobody writes them there.
    const match = /^\s*(?:-\s+)?#/.test(command) ? null : COMMAND.exec(command.replaceAll('\\\n', '  '));
    const build =
      match === null ? undefined : buildOf(wordsOf(match.input.slice(match.index + match[0].length)));
    if (build !== undefined && !match![0].includes('bake')) found.push({ ...build, offset });
    offset += lines;
  }
  return found;
}

function buildOf(words: readonly string[]): Omit<CommandBuild, 'offset'> | undefined {
  let file: string | undefined;
  let context: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-') || word === '-') {
      // Two contexts: the command was not understood.
      if (context !== undefined) return undefined;
      context = word;
      continue;
    }
    const [flag, value] = split(word);
    const taken = value ?? (BARE.has(flag) ? undefined : words[++at]);
    if (flag === '-f' || flag === '--file') file = taken;
  }
  if (context === undefined || context === '-' || /^[a-z+]+:\/\//i.test(context)) return undefined;
  return {
    dockerfile: posix.normalize(file ?? posix.join(context, 'Dockerfile')),
    context: posix.normalize(context),
  };
}

function split(word: string): [string, string | undefined] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

/** The words of one command, up to where a shell starts the next. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:"[^"]*"|'[^']*'|\$\{\{.*?\}\}|[^\s"';&|<>])+|[;&|<>]+/g)) {
    if (/^[;&|<>]/.test(match[0])) break;
    words.push(match[0].replace(/["']/g, ''));
  }
  return words;
}
