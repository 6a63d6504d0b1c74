import { parseDockerfile, type ParseOptions } from './parse';

/** Paths of all sources; what is unresolved in the form `?text`. */
function paths(text: string, options?: ParseOptions): string[] {
  return parseDockerfile(text, options).stages.flatMap(({ instructions }) =>
    instructions.flatMap(({ sources }) =>
      sources.map(({ kind, path }) => (kind === 'unresolved' ? `?${path}` : path)),
    ),
  );
}

describe('ARG and ENV', () => {
  test.each<[string, string, ParseOptions, string[]]>([
    ['a default', 'FROM a\nARG X=web\nCOPY apps/$X .', {}, ['apps/web']],
    ['a build arg', 'FROM a\nARG X=web\nCOPY apps/$X .', { buildArgs: { X: 'api' } }, ['apps/api']],
    ['an empty build arg', 'FROM a\nARG X=web\nCOPY apps$X .', { buildArgs: { X: '' } }, ['apps']],
    [
      'a build arg that nothing declares',
      'FROM a\nCOPY apps/$X .',
      { buildArgs: { X: 'api' } },
      ['?apps/$X'],
    ],
    ['no default', 'FROM a\nARG X\nCOPY apps/$X .', {}, ['?apps/$X']],
    ['no default, another in its place', 'FROM a\nARG X\nCOPY apps/${X:-web} .', {}, ['apps/web']],
    ['a default made of others', 'FROM a\nARG A=x\nARG B=$A-y C=${B}z\nCOPY $C .', {}, ['x-yz']],
    ['names of one ARG see each other', 'FROM a\nARG A=x B=$A\nCOPY $B .', {}, ['x']],
    ['a global is unset inside', 'ARG X=web\nFROM a\nCOPY $X .', {}, ['?$X']],
    ['a global that is redeclared', 'ARG X=web\nFROM a\nARG X\nCOPY $X .', {}, ['web']],
    ['a global with another default inside', 'ARG X=web\nFROM a\nARG X=api\nCOPY $X .', {}, ['api']],
    ['a global made of others', 'ARG A=1\nARG B=v$A\nFROM a\nARG B\nCOPY $B .', {}, ['v1']],
    ['before its ARG', 'FROM a\nCOPY $X .\nARG X=web\nCOPY $X .', {}, ['?$X', 'web']],
    ['ENV', 'FROM a\nENV X=web\nCOPY $X .', {}, ['web']],
    ['ENV in the old form', 'FROM a\nENV X web api\nCOPY $X .', {}, ['web api']],
    ['ENV quoted', 'FROM a\nENV X="a b" Y=\'c d\' Z=e\\ f\nCOPY $X $Y $Z .', {}, ['a b', 'c d', 'e f']],
    ['ENV after ARG', 'FROM a\nARG X=web\nENV X=api\nCOPY $X .', {}, ['api']],
    ['ARG after ENV', 'FROM a\nENV X=api\nARG X=web\nCOPY $X .', {}, ['web']],
    ['ARG without a value after ENV', 'FROM a\nENV X=api\nARG X\nCOPY $X .', {}, ['api']],
    ['ENV of one instruction does not see itself', 'FROM a\nENV A=1\nENV A=2 B=$A\nCOPY $B .', {}, ['1']],
    ['ENV made of what is unknown', 'FROM a\nENV P=$PATH:/x\nCOPY b .\nCOPY $P .', {}, ['b', '?$P']],
    ['inherited from a stage', 'FROM a AS x\nARG V=web\nENV E=api\nFROM x\nCOPY $V $E .', {}, ['web', 'api']],
    ['not inherited from another', 'FROM a AS x\nARG V=web\nFROM a\nCOPY $V .', {}, ['?$V']],
    ['what a base image may set', 'FROM a\nCOPY ${NODE_VERSION:-20} .', {}, ['?${NODE_VERSION:-20}']],
    ['nothing is set in scratch', 'FROM scratch\nCOPY ${V:-20} .', {}, ['20']],
    ['a word of blanks is one source', 'FROM scratch\nENV X="a b"\nCOPY $X .', {}, ['a b']],
    [
      'variables in a bind mount',
      'FROM a\nARG X=web\nRUN --mount=source=apps/$X,target=/x y',
      {},
      ['apps/web'],
    ],
    ['unknown in a bind mount', 'FROM a\nRUN --mount=source=apps/$X,target=/x y', {}, ['?apps/$X']],
    [
      'the target platform, one',
      'FROM a\nARG TARGETARCH\nCOPY bin-$TARGETARCH .',
      { platforms: ['linux/arm64/v8'] },
      ['bin-arm64'],
    ],
    [
      'the target platform, two',
      'FROM a\nARG TARGETARCH\nCOPY $TARGETARCH .',
      { platforms: ['linux/arm64', 'linux/amd64'] },
      ['?$TARGETARCH'],
    ],
    [
      'the target platform, none',
      'FROM a\nARG TARGETOS\nCOPY ${TARGETOS:-linux} .',
      {},
      ['?${TARGETOS:-linux}'],
    ],
    [
      'a platform arg must be declared',
      'FROM scratch\nCOPY ${TARGETOS:-x} .',
      { platforms: ['linux/amd64'] },
      ['x'],
    ],
    [
      'the platform as a build arg',
      'FROM a\nARG TARGETARCH\nCOPY $TARGETARCH .',
      { buildArgs: { TARGETARCH: 'mips' } },
      ['mips'],
    ],
    ['odd names', 'FROM a\nARG __proto__=x constructor=y\nCOPY $__proto__ $constructor .', {}, ['x', 'y']],
    ['an odd name that nothing declares', 'FROM scratch\nCOPY ${toString:-z} .', {}, ['z']],
  ])('%s', (_, text, options, expected) => {
    expect(paths(text, options)).toEqual(expected);
  });

  test('what is unresolved says where and why', () => {
    const { unresolved } = parseDockerfile('FROM a\nARG APP\nCOPY apps/$APP \\\n libs/$LIB ./\n');
    expect(unresolved).toEqual([
      {
        line: 3,
        stage: 0,
        text: 'apps/$APP',
        reason: 'ARG APP has no default and no build arg gives it a value',
      },
      { line: 3, stage: 0, text: 'libs/$LIB', reason: 'nothing declares it here; the base image may set it' },
    ]);
  });

  test('instructions tell the ARGs that they name', () => {
    const text =
      'ARG G=1\nFROM a\nARG X=1 Y=2\nENV Y=3\nRUN echo $X ${Y} $G $Z\nCOPY ${X#1} .\nRUN <<E\necho ${X:-}\nE\n';
    const { instructions } = parseDockerfile(text).stages[0]!;
    expect(instructions.map(({ keyword, consumes }) => [keyword, consumes])).toEqual([
      ['ARG', ['X', 'Y']],
      ['ENV', []],
      ['RUN', ['X']],
      ['COPY', ['X']],
      ['RUN', ['X']],
    ]);
  });

  test('values that double each other do not fill the memory', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `ENV V${i + 1}=$V${i}$V${i}`).join('\n');
    expect(paths(`FROM scratch\nENV V0=x\n${doubling}\nCOPY $V60 .`)).toEqual(['?$V60']);
  });
});
