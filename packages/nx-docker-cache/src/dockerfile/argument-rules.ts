import { parseHeredoc } from './heredoc';
import { blankWords, quotedWords, splitCommand } from './words';

export interface Arguments {
  readonly keyword: string;
  readonly rest: string;
  readonly words: readonly string[];
  /** true where the JSON form is used. */
  readonly json: boolean;
  /** Of the file: \ or `. */
  readonly escape: string;
}

/** Throws. */
export type Refuse = (problem: string, hint?: string, expected?: string) => never;

const ONE_VALUE = ['MAINTAINER', 'WORKDIR', 'USER', 'STOPSIGNAL'];
const SOME_VALUE = ['EXPOSE', 'VOLUME', 'LABEL', 'ENV', 'ARG', 'HEALTHCHECK', 'SHELL', 'ONBUILD'];

/** Calls `refuse` for arguments with which BuildKit refuses the file, even where the stage is not built. */
export function checkArguments(args: Arguments, refuse: Refuse): void {
  const { keyword, rest, json } = args;
  if (rest === '' && ONE_VALUE.includes(keyword)) refuse(`${keyword} needs an argument`);
  if (rest === '' && SOME_VALUE.includes(keyword)) refuse(`${keyword} needs at least one argument`);
  switch (keyword) {
    case 'FROM':
      return checkFrom(args, refuse);
    case 'COPY':
    case 'ADD':
      return checkCopy(args, refuse);
    case 'ENV':
    case 'LABEL':
      return checkPairs(args, refuse);
    case 'ARG':
      if (args.words.some((word) => word.startsWith('='))) refuse('ARG needs a name before the =');
      return;
    case 'SHELL':
      if (!json) refuse('SHELL needs the JSON form', 'Write SHELL ["/bin/sh", "-c"].');
      return;
    case 'HEALTHCHECK':
      if (!/^(none$|cmd\s+(?!\[\s*\]$)\S)/i.test(rest))
        refuse('HEALTHCHECK is CMD with a command, or NONE alone');
      return;
    case 'ONBUILD':
      return checkTrigger(args, refuse);
  }
}

function checkFrom({ words }: Arguments, refuse: Refuse): void {
  const [, as, name] = words;
  if (words.length !== 1 && !(words.length === 3 && as!.toLowerCase() === 'as')) {
    refuse('FROM takes an image, or an image AS a name', undefined, 'FROM image, or FROM image AS name');
  }
  if (name !== undefined && !/^[a-z][a-z0-9\-_.]*$/i.test(name)) {
    refuse(`"${name}" cannot name a stage`, 'Start with a letter; then letters, digits, "-", "_" and ".".');
  }
}

function checkCopy({ keyword, words }: Arguments, refuse: Refuse): void {
  if (words.length < 2) {
    refuse(
      `${keyword} needs at least two arguments`,
      'Add where to copy to.',
      `${keyword} source… destination`,
    );
  }
  if (parseHeredoc(words.at(-1)!) !== undefined) refuse(`${keyword} cannot copy into a heredoc`);
}

function checkPairs(args: Arguments, refuse: Refuse): void {
  checkPairWords(args, refuse);
  const { keyword, words } = args;
  if (words[0]?.includes('=') === true && words.some((word) => word.startsWith('='))) {
    refuse(`${keyword} needs a name before the =`);
  }
}

function checkPairWords({ keyword, rest, words }: PairWords, refuse: Refuse): void {
  if (words[0]?.includes('=') !== true) {
    if (blankWords(rest).length < 2)
      refuse(`${keyword} needs a name and a value`, `Write ${keyword} name=value.`);
    return;
  }
  const bare = words.find((word) => !word.includes('='));
  if (bare !== undefined) refuse(`${keyword}: "${bare}" has no =`, 'Quote a value that holds blanks.');
}

type PairWords = Pick<Arguments, 'keyword' | 'rest' | 'words'>;

/** BuildKit splits the words of what ONBUILD keeps, and checks the rest where it is triggered. */
function checkTrigger({ rest, escape }: Arguments, refuse: Refuse): void {
  const kept = splitCommand(rest);
  if (['ONBUILD', 'FROM', 'MAINTAINER'].includes(kept.keyword)) {
    refuse(`ONBUILD cannot trigger ${kept.keyword}`);
  }
  if (['ENV', 'LABEL'].includes(kept.keyword) && kept.rest !== '') {
    checkPairWords({ ...kept, words: quotedWords(kept.rest, escape) }, refuse);
  }
}
