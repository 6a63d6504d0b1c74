/** Words with variables and whole Dockerfiles at random, often with something that BuildKit refuses. */
import fc from 'fast-check';
import { cases } from './ignore-oracle.cases';

/** Variables of the expansions. */
export const VALUES: Readonly<Record<string, string>> = { A: 'abcabc', B: 'xaybz', E: '', S: 'a*b?c' };
const name = fc.constantFrom(...Object.keys(VALUES), 'UNSET');
const text = fc
  .array(
    fc.constantFrom(...cases('a b c x * ? \\* \\? \\\\ q ab - : \\" \\$ "x" \\}'), '', '"a b"', "'c d'"),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(
      text,
      name.map((of) => `$${of}`),
      name.map((of) => `\${${of}}`),
    ),
    fc
      .tuple(name, fc.constantFrom(':-', '-', ':+', '+', ':?', '?'), fc.oneof(text, tie('any')))
      .map(([of, operator, word]) => `\${${of}${operator}${word}}`),
    fc
      .tuple(name, fc.constantFrom('#', '##', '%', '%%'), text)
      .map(([of, operator, word]) => `\${${of}${operator}${word}}`),
    fc
      .tuple(name, fc.constantFrom('/', '//'), text, fc.oneof(text, tie('any')))
      .map(([of, operator, pattern, by]) => `\${${of}${operator}${pattern}/${by}}`),
    tie('any').map((word) => `"${word}"`),
  ),
})).any;
export const expansion = fc.array(expression, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));

const word = fc.constantFrom(
  ...cases(
    'a b:1 . ./x/ $A ${A:-b} "q" \'$A\' \\$ * A=1 B=$A$C "q \' \\ [ ["a","b"] ["a",1] = ! # <<EOF <<-"E" EOF AS $',
  ),
  ...cases('3<<E <<EOF>x a<<E -- --x \\\\ `'),
  // Blanks that separate nothing, and what is none.
  ...['\u00A0', 'a\u00A0b', '\uFEFFb', 'b\uFEFF', '\u0085'],
);
const words = fc.array(word, { maxLength: 4 }).map((parts) => parts.join(' '));
const flag = fc.constantFrom(
  ...cases(
    '--from=s0 --from=0 --link --link=true --link=x --exclude=* --chown=$A --from --chown=a|--chown=b',
  ).map((each) => each.replace('\n', ' ')),
  ...[
    '',
    '',
    '',
    '--chown="a b"',
    "--chown='a",
    '--chmod=\\ x',
    '--mount=type=cache,target=/c',
    '--mount=type=x',
    '--network=none',
  ],
);
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constantFrom('COPY', 'ADD', 'ONBUILD COPY', 'copy', ' COPY'),
      flag,
      words,
      fc.constant('/to'),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom('RUN', 'ONBUILD RUN', 'CMD', 'SHELL', 'VOLUME'), flag, words),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom(
        ...['ARG', 'ENV', 'LABEL', 'USER', 'EXPOSE', 'HEALTHCHECK CMD', 'HEALTHCHECK --timeout=1s CMD'],
        ...['ONBUILD ENV', 'ONBUILD LABEL', 'ONBUILD HEALTHCHECK CMD', 'ONBUILD VOLUME', 'ONBUILD ARG'],
      ),
      words,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('FROM'),
      fc.constantFrom('scratch', 's0', '"s0"'),
      fc.constantFrom('AS', 'as', 'xx'),
      fc.constantFrom('s0', 'S1', 's-2', '3', '_s'),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom('COPY', 'RUN', 'ONBUILD RUN'),
      words,
      fc.constantFrom('<<EOF', '<<-EOF', '3<<EOF', '<<"EOF"'),
      words,
      fc.constant('\nx\n\tEOF\nEOF'),
    ),
  },
);
const ends = fc.constantFrom(
  '\n',
  '\n',
  '\n',
  '\r\n',
  '\n# c\n',
  ' \\\n',
  '\\ \n',
  '\\\\\n',
  '`\n',
  '\\\n# c\n\n',
  '\t\n',
);
const head = fc.constantFrom(
  '',
  '',
  '# escape=`\n',
  '# syntax=\n',
  '# c\n',
  '\n',
  'ARG A=1\n',
  '\uFEFF',
  ' ',
);
/** A Dockerfile of one stage or some more, often with something that BuildKit refuses. */
export const dockerfile = fc
  .tuple(head, fc.array(fc.tuple(line, ends), { maxLength: 4 }))
  .map(
    ([first, lines]) =>
      `${first}FROM scratch AS s0\n${lines.map(([parts, end]) => parts.join(' ') + end).join('')}`,
  );
