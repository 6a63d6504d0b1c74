import type { BaseRef, Source } from '../model/dockerfile';
import type { Expansion } from './expand';
import { compileGoPattern } from './go-match';
import { parseHeredoc } from './heredoc';
import { insidePath } from './path';
import type { Statement } from './statement';

export interface SourceOptions {
  readonly from: BaseRef | undefined;
  readonly expand: (word: string) => Expansion;
  /** Called with what could not be expanded. */
  readonly unresolved: (text: string, reason: string) => void;
}

/** What a COPY or ADD reads, in the order of its words. */
export function copySources(statement: Statement, options: SourceOptions): Source[] {
  const { keyword, flags, line } = statement;
  const text = (word: string): string => orAsWritten(word, options);
  const via: Source['via'] = keyword === 'ADD' ? 'ADD' : 'COPY';
  const common = {
    line,
    via,
    from: options.from,
    exclude: flags.texts('exclude').map(text),
    parents: flags.on('parents'),
    link: flags.on('link'),
    chown: mapped(flags.text('chown'), text),
    chmod: mapped(flags.text('chmod'), text),
    checksum: mapped(flags.text('checksum'), text),
    keepGitDir: flags.on('keep-git-dir'),
  };
  return statement.words.slice(0, -1).map((word) => {
    const heredoc = parseHeredoc(word);
    if (heredoc !== undefined) return { ...common, from: undefined, path: heredoc.name, kind: 'heredoc' };
    const expanded = options.expand(word);
    if (!expanded.ok) {
      options.unresolved(word, expanded.reason);
      return { ...common, path: word, kind: 'unresolved' };
    }
    const { path, kind } = classify(expanded.text, via);
    if (kind === 'glob' && !isPattern(path)) {
      options.unresolved(word, 'BuildKit refuses this pattern; a [ that is meant literally is written [[]');
      return { ...common, path: word, kind: 'unresolved' };
    }
    return { ...common, path, kind };
  });
}

/** What a bind mount reads; the same shape as a COPY of the folder or file. `path` is as written if unresolved. */
export function bindSource(
  line: number,
  from: BaseRef | undefined,
  kind: 'path' | 'unresolved',
  path: string,
): Source {
  return {
    ...{ line, via: 'bind', from, kind, path: kind === 'path' ? insidePath(path) : path },
    ...{ exclude: [], parents: false, link: false, chown: undefined, chmod: undefined, checksum: undefined },
    keepGitDir: false,
  };
}

function classify(text: string, via: Source['via']): { path: string; kind: Source['kind'] } {
  if (via === 'ADD' && isGit(text)) return { path: text, kind: 'git' };
  if (via === 'ADD' && /^https?:\/\//.test(text)) return { path: text, kind: 'url' };
  const path = insidePath(text);
  return { path, kind: hasWildcard(path) ? 'glob' : 'path' };
}

/** https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository */
function isGit(text: string): boolean {
  if (/^(git|ssh):\/\//.test(text) || /^git@[^/]+:/.test(text)) return true;
  return /^https?:\/\/[^?#]+\.git(?:[?#]|$)/.test(text);
}

/** true for a pattern that BuildKit takes. It looks at whole paths and at single names, so no class may hold a `/`. */
function isPattern(path: string): boolean {
  return [path, ...path.split('/')].every((part) => compileGoPattern(part) !== undefined);
}

/** An unescaped `*`, `?` or `[`. */
export function hasWildcard(path: string): boolean {
  return /^(?:[^\\*?[]|\\[^])*[*?[]/.test(path);
}

function orAsWritten(word: string, { expand }: SourceOptions): string {
  const expanded = expand(word);
  return expanded.ok ? expanded.text : word;
}

function mapped(value: string | undefined, change: (value: string) => string): string | undefined {
  return value === undefined ? undefined : change(value);
}
