import { anything, compileMachine, literal, type Step } from './glob-machine';
import { passesGoCheck } from './go-match';
import { parseClass, type Atom } from './regexp-class';

/**
 * One pattern of an ignore file, compiled as github.com/moby/patternmatcher does it. That goes by way of a
 * regular expression with few escapes, so some patterns mean what nobody wrote: `^` inside one, `*` inside a
 * class, `\d`. They mean it here as well.
 *
 * @param malformed takes the place of a pattern whose expression Go cannot compile; BuildKit fails only when such a
 *   pattern has to decide about a path.
 * @returns undefined where BuildKit refuses the pattern unseen.
 */
export function compileIgnorePattern(
  pattern: string,
  malformed: () => boolean,
): ((path: string) => boolean) | undefined {
  if (!passesGoCheck(pattern)) return undefined;
  const kind = kindOf(pattern);
  if (kind === 'exact') return (path) => path === pattern;
  if (kind === 'ending') {
    const ending = pattern.slice('**/*'.length);
    return (path) => path.endsWith(ending);
  }
  if (kind === 'prefix') {
    const prefix = pattern.slice(0, -2);
    return (path) => path.startsWith(prefix);
  }
  if (kind === 'suffix') {
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
  }
  const steps = stepsOf(regexpText(pattern));
  return steps === undefined ? malformed : compileMachine(steps);
}

/** true where the pattern matches the path that it is, and none else. */
export function isExact(pattern: string): boolean {
  return !/[*?[\]\\]/.test(pattern);
}

/**
 * Short cuts: those of patternmatcher, which differ from the expression in corner cases, and `ending`, which says the
 * same as the expression of `**\/*.md` does.
 */
function kindOf(pattern: string): 'exact' | 'prefix' | 'suffix' | 'ending' | 'regexp' {
  if (isExact(pattern)) return 'exact';
  if (/^\*\*\/\*[^*?[\]\\^/]+$/.test(pattern)) return 'ending';
  if (pattern.startsWith('**') && !/[*?[\]\\]/.test(pattern.slice(2))) return 'suffix';
  if (pattern.endsWith('**') && !/[*?[\]\\]/.test(pattern.slice(0, -2))) return 'prefix';
  return 'regexp';
}

/** The text of patternmatcher's regular expression, without the anchors around it. */
function regexpText(pattern: string): string {
  const chars = [...pattern];
  let text = '';
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    if (char === '*' && chars[at + 1] === '*') {
      at += chars[at + 2] === '/' ? 2 : 1;
      text += at + 1 >= chars.length ? '.*' : '(.*/)?';
    } else if (char === '*') text += '[^/]*';
    else if (char === '?') text += '[^/]';
    else if (char === '\\') text += `\\${chars[++at] ?? ''}`;
    else text += '.+()|{}$'.includes(char) ? `\\${char}` : char;
  }
  return text;
}

/** The few forms of Go's regular expressions that `regexpText` can write. */
function stepsOf(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('(.*/)?', at)) {
      steps.push('folders');
      at += 6;
      continue;
    }
    if (text[at] === '^') {
      steps.push('start');
      at += 1;
      continue;
    }
    const atom: Atom | undefined = text[at] === '.' ? { test: anything, end: at + 1 } : parseClass(text, at);
    if (atom === undefined) return undefined;
    at = atom.end;
    const repeated = text[at] === '*';
    if (repeated) at += 1;
    // `**` and `*?` cannot follow an atom but where a class was cut short by a `*` inside it.
    if (repeated && text[at] === '*') return undefined;
    if (repeated) steps.push({ many: atom.test });
    else steps.push(atom.code === undefined ? { one: atom.test } : literal(String.fromCodePoint(atom.code)));
  }
  return steps;
}
