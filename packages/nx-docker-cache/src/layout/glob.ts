/** Tests a path, relative to the same folder as the pattern. */
export type Matcher = (path: string) => boolean;

/**
 * A glob as package managers and Nx read it: `*`, `?`, `[a-z]`, `**`, `{a,b}`; a leading `./` is dropped. Dot files
 * match like others.
 */
export function compileGlob(pattern: string): Matcher {
  const text = pattern.replace(/^\.\//, '');
  if (!/[*?[{\\]/.test(text)) return (path) => path === text;
  const expression = new RegExp(`^${expressionOf(text)}$`);
  return (path) => expression.test(path);
}

/** As `compileGlob`; a pattern without a slash looks at the file's name only, as in an ignore file of git. */
export function compilePathGlob(pattern: string): Matcher {
  const text = pattern.replace(/^\.?\//, '');
  return compileGlob(text.includes('/') || text === '**' ? text : `**/${text}`);
}

function expressionOf(text: string): string {
  let result = '';
  let braces = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (text.startsWith('**/', at) && (at === 0 || text[at - 1] === '/')) {
      result += '(?:.*/)?';
      at += 2;
    } else if (text.startsWith('**', at)) {
      result += '.*';
      at += 1;
    } else if (char === '*') result += '[^/]*';
    else if (char === '?') result += '[^/]';
    else if (char === '[') {
      const end = text.indexOf(']', at + 2);
      if (end < 0) result += '\\[';
      else {
        result += `[${text
          .slice(at + 1, end)
          .replace(/^!/, '^')
          .replaceAll('\\', '\\\\')}]`;
        at = end;
      }
    } else if (char === '{' && text.includes('}', at)) {
      result += '(?:';
      braces += 1;
    } else if (char === '}' && braces > 0) {
      result += ')';
      braces -= 1;
    } else if (char === ',' && braces > 0) result += '|';
    else result += char.replace(/[.+^$()|\\{}\]]/, '\\$&');
  }
  return result + ')'.repeat(braces);
}
