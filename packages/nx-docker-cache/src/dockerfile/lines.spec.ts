import { readLines } from './lines';

const texts = (source: string): string[] =>
  readLines(source).lines.map(({ text }) => text.replace(/[ \t]+/g, ' '));

describe('readLines', () => {
  // Each was tried on BuildKit (Docker 28.5).
  test.each([
    ['a continuation', 'RUN a \\\n  b\nRUN c', ['RUN a b', 'RUN c']],
    ['blanks behind the escape character', 'RUN a \\  \t\n b', ['RUN a b']],
    ['a comment inside a continuation', 'RUN a \\\n  # no \\\n b', ['RUN a b']],
    ['a comment as the last continued line', 'RUN a \\\n# no\nRUN b', ['RUN a RUN b']],
    ['an empty line inside a continuation', 'RUN a \\\n\n\n b', ['RUN a b']],
    ['an escaped escape character', 'RUN a \\\\\nRUN b', ['RUN a \\\\', 'RUN b']],
    ['a keyword that is continued', 'RU\\\nN a', ['RUN a']],
    ['CRLF', 'RUN a \\\r\n b\r\nRUN c\r\n', ['RUN a b', 'RUN c']],
    ['no newline at the end', 'RUN a', ['RUN a']],
    ['a continuation at the end', 'RUN a \\', ['RUN a']],
    ['comments and blanks', '# x\n\n  # y\n  RUN a # no comment', ['RUN a # no comment']],
    ['a byte order mark', '\uFEFFRUN a', ['RUN a']],
    [
      'a byte order mark elsewhere, which is none',
      'RUN a\uFEFF\n\uFEFFRUN b',
      ['RUN a\uFEFF', '\uFEFFRUN b'],
    ],
    ['blanks beyond ASCII around a line', '\u00A0RUN a\u0085\n\u3000# c', ['RUN a']],
    ['nothing', '', []],
    ['an escape character alone', '\\\n', []],
  ])('%s', (_, source, expected) => {
    expect(texts(source)).toEqual(expected);
  });

  test('lines count from 1 and reach over comments and heredocs', () => {
    const { lines } = readLines('# c\nRUN a \\\n # c\n b\n\nCOPY <<EOF /x\n1\nEOF\nRUN c\n');
    expect(lines.map(({ line, endLine }) => [line, endLine])).toEqual([
      [2, 4],
      [6, 8],
      [9, 9],
    ]);
  });

  describe('directives', () => {
    test.each([
      [
        'all of them',
        '# syntax=a/b:1\n#escape = `\n# check=skip=all\n',
        { syntax: 'a/b:1', escape: '`', check: 'skip=all' },
      ],
      ['names in any case', '# SYNTAX=x\n', { syntax: 'x' }],
      ['blanks before #', '  # syntax=x\n', { syntax: 'x' }],
      ['not after a comment', '# hello\n# syntax=x\n', {}],
      ['not after an empty line', '\n# syntax=x\n', {}],
      ['not after an unknown one', '# foo=bar\n# syntax=x\n', {}],
      ['a shebang before the frontend', '#!/usr/bin/docker\n# syntax=x\n', { syntax: 'x' }],
      ['no escape character behind a shebang', '#!/usr/bin/docker\n# escape=`\n', {}],
    ])('%s', (_, source, expected) => {
      expect(readLines(`${source}FROM a`).directives).toEqual(expected);
    });

    test('the escape character joins lines', () => {
      expect(texts('# escape=`\nCOPY a `\n c:\\\nRUN b')).toEqual(['COPY a c:\\', 'RUN b']);
    });
  });

  describe('heredocs', () => {
    const heredocs = (source: string) => readLines(source).lines.map((line) => line.heredocs);
    test.each([
      [
        'after flags over several lines',
        'COPY --chmod=755 \\\n --link <<EOF /x\nRUN no\nEOF\nRUN b',
        [{ name: 'EOF', body: 'RUN no\n' }],
      ],
      ['quoted', 'RUN <<"EOF" sh\n$x\nEOF\nRUN b', [{ name: 'EOF', body: '$x\n' }]],
      ['with a command behind', 'RUN cat <<EOF > /x && echo\n1\nEOF\nRUN b', [{ name: 'EOF', body: '1\n' }]],
      ['with a file descriptor', 'RUN cat 3<<EOF\n1\nEOF\nRUN b', [{ name: 'EOF', body: '1\n' }]],
      [
        'two',
        'COPY <<A <<B /d/\nx\nA\ny\nB\nRUN b',
        [
          { name: 'A', body: 'x\n' },
          { name: 'B', body: 'y\n' },
        ],
      ],
      [
        'tabs stripped for the one that asks',
        'COPY <<-A <<B /d/\n\tx\n\tA\ny\n\tB\nB\nRUN b',
        [
          { name: 'A', body: 'x\n' },
          { name: 'B', body: 'y\n\tB\n' },
        ],
      ],
      ['CRLF, which BuildKit keeps', 'RUN <<EOF\r\n1\r\nEOF\r\nRUN b', [{ name: 'EOF', body: '1\r\n' }]],
      ['CRLF behind tabs', 'RUN <<-EOF\r\n\t1\r\n\tEOF\r\nRUN b', [{ name: 'EOF', body: '1\r\n' }]],
      [
        'comments and continuations are text',
        'RUN <<EOF\n# 1 \\\nEOF\nRUN b',
        [{ name: 'EOF', body: '# 1 \\\n' }],
      ],
      ['inside ONBUILD', 'ONBUILD RUN <<EOF\n1\nEOF\nRUN b', [{ name: 'EOF', body: '1\n' }]],
    ])('%s', (_, source, expected) => {
      expect(heredocs(source)).toEqual([expected, []]);
    });

    test.each([
      ['a shift', 'RUN echo $((1<<2))'],
      ['no space before', 'RUN cat>x<<EOF'],
      ['inside quotes', 'RUN echo "a <<EOF"'],
      ['unbalanced quotes', 'RUN echo "a <<EOF'],
      ['JSON form', 'COPY ["<<EOF", "/x"]'],
      ['a here string', 'RUN cat <<<EOF'],
      ['an instruction without heredocs', 'CMD cat <<EOF'],
    ])('none: %s', (_, line) => {
      expect(heredocs(`${line}\nRUN b`)).toEqual([[], []]);
    });
  });
});
