import { DockerCacheError } from '../errors';
import { parseDockerfile } from './parse';

function refusal(text: string): DockerCacheError {
  try {
    parseDockerfile(text);
  } catch (error) {
    if (error instanceof DockerCacheError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('what BuildKit refuses', () => {
  // Each was refused by BuildKit (Docker 28.5) as well, even in a stage that is not built.
  test.each([
    ['', 'line 1: the file has no FROM'],
    ['# only a comment\n', 'line 1: the file has no FROM'],
    ['ARG X\n', 'line 1: the file has no FROM'],
    ['RUN x\nFROM a', 'line 1: RUN stands before the first FROM'],
    ['FROM', 'line 1: FROM takes an image'],
    ['FROM a b', 'line 1: FROM takes an image'],
    ['FROM a XX b', 'line 1: FROM takes an image'],
    ['FROM a AS 0x', 'line 1: "0x" cannot name a stage'],
    ['FROM ${x', "line 1: FROM: '}' is missing"],
    ['ARG A=${b\nFROM a', "line 1: ARG A: '}' is missing"],
    ['FROM a\n\nFORM b', 'line 3: unknown instruction FORM'],
    ['FROM a\nCOPY x', 'line 2: COPY needs at least two arguments'],
    ['FROM a\nCOPY ["x"]', 'line 2: COPY needs at least two arguments'],
    ['FROM a\nCOPY ["x", 1]', 'line 2: a JSON form holds strings only'],
    ['FROM a\nCMD ["x", 1]', 'line 2: a JSON form holds strings only'],
    ['FROM a\nADD', 'line 2: ADD needs at least two arguments'],
    ['FROM a\nCOPY x <<EOF\nEOF', 'line 2: COPY cannot copy into a heredoc'],
    ['FROM a\nCOPY <<EOF /x\n1\n', 'line 2: the heredoc <<EOF has no end'],
    ['FROM a\nCOPY --form=x a b', 'line 2: COPY has no flag --form'],
    ['FROM a\nCOPY --checksum=x a b', 'line 2: COPY has no flag --checksum'],
    ['FROM a\nCOPY --from a b', 'line 2: --from needs a value'],
    ['FROM a\nCOPY --link=yes a b', 'line 2: --link is true or false, not "yes"'],
    ['FROM a\nCOPY --chown=1 --chown=2 a b', 'line 2: the flag --chown stands twice'],
    ['FROM a\nCMD --x', 'line 2: CMD has no flag --x'],
    ['FROM a\nCOPY --from=7 a b', 'line 2: there is no stage 7'],
    ['FROM a\nCOPY --from=$X a b', 'line 2: variables do not work in a --from'],
    ['FROM a\nRUN --mount=from=$X,target=/x y', 'line 2: variables do not work in a --from'],
    ['FROM a\nENV', 'line 2: ENV needs at least one argument'],
    ['FROM a\nENV A', 'line 2: ENV needs a name and a value'],
    ['FROM a\nENV A=1 B', 'line 2: ENV: "B" has no ='],
    ['FROM a\nLABEL A', 'line 2: LABEL needs a name and a value'],
    ['FROM a\nARG', 'line 2: ARG needs at least one argument'],
    ['FROM a\nARG =x', 'line 2: ARG needs a name before the ='],
    ['FROM a\nUSER', 'line 2: USER needs an argument'],
    ['FROM a\nWORKDIR', 'line 2: WORKDIR needs an argument'],
    ['FROM a\nEXPOSE', 'line 2: EXPOSE needs at least one argument'],
    ['FROM a\nSHELL bash', 'line 2: SHELL needs the JSON form'],
    ['FROM a\nHEALTHCHECK x', 'line 2: HEALTHCHECK is CMD with a command'],
    ['FROM a\nHEALTHCHECK CMD', 'line 2: HEALTHCHECK is CMD with a command'],
    ['FROM a\nHEALTHCHECK CMD []', 'line 2: HEALTHCHECK is CMD with a command'],
    ['FROM a\nHEALTHCHECK --interval=1s CMD ["a", 1]', 'line 2: a JSON form holds strings only'],
    ['FROM a\nONBUILD RUN ["a", 1]', 'line 2: a JSON form holds strings only'],
    ['FROM a\nONBUILD ENV A', 'line 2: ENV needs a name and a value'],
    ['FROM a\nONBUILD LABEL A=1 B', 'line 2: LABEL: "B" has no ='],
    ['FROM a\nONBUILD HEALTHCHECK CMD ["a", 1]', 'line 2: a JSON form holds strings only'],
    ['FROM a\nHEALTHCHECK NONE x', 'line 2: HEALTHCHECK is CMD with a command'],
    ['FROM a\nONBUILD ONBUILD RUN x', 'line 2: ONBUILD cannot trigger ONBUILD'],
    ['# escape=x\nFROM a', 'line 1: x cannot be the escape character'],
    ['# escape=`\n# escape=`\nFROM a', 'line 2: the directive escape stands twice'],
    [`FROM a\nENV A=${'x'.repeat(70_000)}`, 'line 2: the line is too long for BuildKit'],
  ])('%j', (text, message) => {
    const error = refusal(text);
    expect(error.code).toBe('DOCKERFILE_SYNTAX');
    expect(error.message).toContain(message);
    expect(error.hint).toBeTruthy();
  });

  test('the error shows the line and what to do', () => {
    expect(refusal('FROM a\nCOPY --form=x \\\n  a b').format()).toMatchInlineSnapshot(`
"DOCKERFILE_SYNTAX: Dockerfile line 2: COPY has no flag --form.
  found:    COPY --form=x   a b
  do:       Did you mean --from? Known: --chown, --chmod, --link, --exclude, --from, --parents."
`);
  });

  test('control characters and endless lines do not reach the terminal', () => {
    const error = refusal(`FROM a\n\u001b[31m\u0000X${'y'.repeat(5000)} z`);
    expect(error.found).toMatch(/^[^\p{Cc}]{1,170}$/u);
  });

  test.each([
    [
      'another frontend has its own instructions',
      '# syntax=edrevo/dockerfile-plus\nFROM a\nINCLUDE+ b\n',
      'unknown instruction INCLUDE+',
    ],
    [
      'a newer frontend has newer flags',
      '# syntax=docker/dockerfile:1.99\nFROM a\nCOPY --zip a b\n',
      'COPY has no flag --zip',
    ],
  ])('%s: a problem, not an error', (_, text, reason) => {
    expect(parseDockerfile(text).unresolved).toEqual([
      expect.objectContaining({ stage: 0, reason: expect.stringContaining(reason) }),
    ]);
  });

  test("Docker's own frontend has no other instructions, mirrored or not", () => {
    for (const syntax of ['docker/dockerfile:1', 'mirror.example/docker/dockerfile-upstream@sha256:0']) {
      expect(refusal(`# syntax=${syntax}\nFROM a\nFORM b`).message).toContain('unknown instruction');
    }
  });
});
