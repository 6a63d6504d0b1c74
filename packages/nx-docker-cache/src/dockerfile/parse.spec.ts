import type { BaseRef, Source, Stage } from '../model/dockerfile';
import { parseDockerfile, type ParseOptions } from './parse';

const stagesOf = (text: string, options?: ParseOptions): readonly Stage[] =>
  parseDockerfile(text, options).stages;
const lastStage = (text: string, options?: ParseOptions): Stage => stagesOf(text, options).at(-1)!;
const sourcesOf = (text: string): Source[] => lastStage(text).instructions.flatMap(({ sources }) => sources);

function brief(ref: BaseRef | undefined): string {
  if (ref === undefined) return 'the context';
  if (ref.kind === 'stage') return `stage ${ref.stage}`;
  if (ref.kind === 'image')
    return ref.digest === undefined ? `image ${ref.image}` : `image ${ref.image} @ ${ref.digest}`;
  if (ref.kind === 'context') return `context ${ref.name}`;
  return ref.kind === 'scratch' ? 'scratch' : `unresolved: ${ref.reason}`;
}

describe('FROM', () => {
  test.each<[string, string, string]>([
    ['an image', 'FROM node:20', 'image node:20'],
    [
      'an image of a registry',
      'FROM localhost:5000/Acme/x:1',
      'unresolved: "localhost:5000/Acme/x:1" is not an image reference',
    ],
    [
      'an image of a registry with a port',
      'FROM ghcr.io:443/acme/x_y--z:V1.2',
      'image ghcr.io:443/acme/x_y--z:V1.2',
    ],
    ['a digest', 'FROM node:20@sha256:abc', 'image node:20 @ sha256:abc'],
    ['a digest without a tag', 'FROM node@sha256:abc AS x', 'image node @ sha256:abc'],
    ['quoted', 'FROM "node:20"', 'image node:20'],
    ['scratch', 'FROM scratch', 'scratch'],
    ['a platform', 'FROM --platform=$BUILDPLATFORM node:20 as x', 'image node:20'],
    ['an argument', 'ARG TAG=20\nFROM node:$TAG', 'image node:20'],
    ['a default in place', 'FROM node:${TAG:-22}', 'image node:22'],
    ['an argument made of arguments', 'ARG R=ghcr.io\nARG I=$R/x\nFROM ${I}:1', 'image ghcr.io/x:1'],
    [
      'an argument without a value',
      'ARG BASE\nFROM $BASE',
      'unresolved: ARG BASE has no default and no build arg gives it a value',
    ],
    [
      'an argument that nothing declares',
      'FROM node:$TAG',
      'unresolved: no ARG before the first FROM declares it',
    ],
    ['an empty argument', 'ARG BASE=\nFROM $BASE', 'unresolved: "" is not an image reference'],
    [
      'an ARG of a stage does not count',
      'FROM a\nARG B=c\nFROM $B',
      'unresolved: no ARG before the first FROM declares it',
    ],
    ['an earlier stage', 'FROM a AS base\nFROM base', 'stage 0'],
    ['a stage that hides an image', 'FROM node AS alpine\nFROM alpine', 'stage 0'],
    ['a stage by argument', 'ARG T=dev\nFROM a AS dev\nFROM b AS prod\nFROM $T', 'stage 0'],
    ['a later stage does not count', 'FROM alpine', 'image alpine'],
    ['of two of one name the nearest', 'FROM a AS x\nFROM b AS x\nFROM x', 'stage 1'],
    ['its own name', 'FROM node AS node', 'image node'],
    // BuildKit: "failed to parse stage name "Base": repository name must be lowercase".
    [
      'another case than the lower one',
      'FROM a AS Base\nFROM Base',
      'unresolved: FROM finds a stage by its lower-case name only: base',
    ],
    ['not by index', 'FROM a\nFROM 0', 'image 0'],
    ['a stage called scratch', 'FROM a AS scratch\nFROM scratch', 'stage 0'],
  ])('%s', (_, text, expected) => {
    expect(brief(lastStage(text).base)).toBe(expected);
  });

  test('names, indices, lines, platforms and globals', () => {
    const text = 'ARG V=1\nFROM --platform=$P a:$V AS Build\nRUN x\n\nFROM b\n';
    expect(stagesOf(text)).toMatchObject([
      { index: 0, name: 'build', line: 2, platform: '$P', consumes: ['V'] },
      { index: 1, name: undefined, line: 5, platform: undefined, consumes: [] },
    ]);
  });

  test('a platform of a variable that nothing declares is unresolved, one that BuildKit sets is not', () => {
    const of = (variable: string) =>
      parseDockerfile(`FROM --platform=${variable} a`).unresolved.map(({ text }) => text);
    expect(of('$BUILDPLATFORM')).toEqual([]);
    expect(of('$NOPE')).toEqual(['$NOPE']);
  });

  test.each([
    ['node', 'FROM node', 'context node'],
    ['node:20', 'FROM node', 'image node'],
    ['node:latest', 'FROM docker.io/library/node', 'context node:latest'],
    ['docker.io/library/node', 'FROM node:latest', 'context docker.io/library/node'],
    ['node::linux/amd64', 'FROM node', 'context node::linux/amd64'],
    ['scratch', 'FROM scratch', 'scratch'],
    ['x', 'FROM a\nCOPY --from=x a b', 'image a'],
  ])('a named context %s: %j', (name, text, expected) => {
    expect(brief(lastStage(text, { buildContexts: { [name]: './x' } }).base)).toBe(expected);
  });

  test('a named context takes the place of the stage of its name', () => {
    const text = 'FROM a AS deps\nCOPY $NOPE .\nFROM deps';
    const { stages, unresolved } = parseDockerfile(text, { buildContexts: { deps: 'docker-image://x' } });
    expect(stages).toMatchObject([
      { replaced: true, base: { kind: 'context', name: 'deps' } },
      { replaced: false },
    ]);
    expect(unresolved).toEqual([]);
  });
});

describe('--from', () => {
  const head = 'FROM a AS one\nFROM b AS two\nFROM c\n';
  test.each([
    ['a stage', 'COPY --from=one x y', 'stage 0'],
    ['a stage in another case', 'COPY --from=ONE x y', 'stage 0'],
    ['an index', 'COPY --from=1 x y', 'stage 1'],
    ['an image', 'COPY --from=busybox:1 x y', 'image busybox:1'],
    ['an image by digest', 'COPY --from=busybox@sha256:a x y', 'image busybox @ sha256:a'],
    ['a mount', 'RUN --mount=from=two,target=/x y', 'stage 1'],
    ['a mount has no index', 'RUN --mount=from=1,target=/x y', 'image 1'],
    ['a mount of an image', 'RUN --mount=type=bind,from=img,source=/x,target=/x y', 'image img'],
    ['nothing', 'COPY --from= x y', 'the context'],
    ['scratch', 'COPY --from=scratch x y', 'scratch'],
  ])('%s', (_, line, expected) => {
    expect(brief(sourcesOf(head + line)[0]!.from)).toBe(expected);
  });

  test.each([
    [
      'a later stage',
      'FROM a AS one\nCOPY --from=two x y\nFROM b AS two',
      'unresolved: two: that stage is defined later',
    ],
    ['itself', 'FROM a AS one\nCOPY --from=one x y', 'unresolved: one: a stage cannot read from itself'],
    ['itself by index', 'FROM a\nCOPY --from=0 x y', 'unresolved: 0: a stage cannot read from itself'],
  ])('%s', (_, text, expected) => {
    const { stages, unresolved } = parseDockerfile(text);
    expect(brief(stages[0]!.instructions[0]!.sources[0]!.from)).toBe(expected);
    expect(unresolved).toHaveLength(1);
  });
});

describe('sources', () => {
  test.each<[string, string, [Source['kind'], string][]]>([
    [
      'several',
      'COPY a b/ ./c /d ../e f/../g /',
      [
        ['path', 'a'],
        ['path', 'b'],
        ['path', 'c'],
        ['path', 'd'],
        ['path', 'e'],
        ['path', 'g'],
      ],
    ],
    [
      'everything',
      'COPY . ./ / "." /',
      [
        ['path', '.'],
        ['path', '.'],
        ['path', '.'],
        ['path', '.'],
      ],
    ],
    [
      'wildcards',
      'COPY package*.json a/?/b [ab] /',
      [
        ['glob', 'package*.json'],
        ['glob', 'a/?/b'],
        ['glob', '[ab]'],
      ],
    ],
    [
      'a wildcard that BuildKit refuses',
      'COPY [a b* /',
      [
        ['unresolved', '[a'],
        ['glob', 'b*'],
      ],
    ],
    [
      'JSON form',
      'COPY ["a b", "c,d", "/x/"]',
      [
        ['path', 'a b'],
        ['path', 'c,d'],
      ],
    ],
    ['flags over lines, then JSON', 'COPY --chown=a:b \\\n # c\n  --link \\\n ["a", "b"]', [['path', 'a']]],
    [
      'invalid JSON is the shell form',
      'COPY ["a", "b" /x',
      [
        ['unresolved', '["a",'],
        ['path', 'b'],
      ],
    ],
    [
      'quotes',
      'COPY "a" \'b\' /',
      [
        ['path', 'a'],
        ['path', 'b'],
      ],
    ],
    [
      'quotes do not hold a blank',
      'COPY "a b" /',
      [
        ['unresolved', '"a'],
        ['unresolved', 'b"'],
      ],
    ],
    ['an escaped variable', 'COPY \\$a /', [['path', '$a']]],
    [
      'heredocs and paths',
      'COPY a <<X <<"Y" /\n1\nX\n2\nY',
      [
        ['path', 'a'],
        ['heredoc', 'X'],
        ['heredoc', 'Y'],
      ],
    ],
    ['ADD a URL', 'ADD https://x.org/a.tgz /', [['url', 'https://x.org/a.tgz']]],
    [
      'ADD a repository',
      'ADD https://x.org/a.git#v1 git@x.org:a/b.git git://x.org/a /',
      [
        ['git', 'https://x.org/a.git#v1'],
        ['git', 'git@x.org:a/b.git'],
        ['git', 'git://x.org/a'],
      ],
    ],
    [
      'ADD files',
      'ADD a.tgz b /',
      [
        ['path', 'a.tgz'],
        ['path', 'b'],
      ],
    ],
    ['a bind mount', 'RUN --mount=type=bind,source=package.json,target=p x', [['path', 'package.json']]],
    ['bind is the default type', 'RUN --mount=src=./a/,dst=/a x', [['path', 'a']]],
    ['the whole context', 'RUN --mount=target=/src x', [['path', '.']]],
    ['a bind mount does not know wildcards', 'RUN --mount=source=a*,target=/a x', [['path', 'a*']]],
    [
      'other mounts are no sources',
      'RUN --mount=type=cache,target=/c --mount=type=secret,id=s --mount=type=ssh --mount=type=tmpfs,target=/t x',
      [],
    ],
    [
      'many binds',
      'RUN --mount=type=bind,source=a,target=a \\\n    --mount=type=bind,source=b,target=b \\\n    x',
      [
        ['path', 'a'],
        ['path', 'b'],
      ],
    ],
    ['a mount in quotes', 'RUN --mount="type=bind,source=a b,target=/x" y', [['path', 'a b']]],
    ['a quoted field of a mount', 'RUN --mount=\'"source=a,b",target=/x\' y', [['path', 'a,b']]],
  ])('%s', (_, line, expected) => {
    expect(sourcesOf(`FROM scratch\n${line}`).map(({ kind, path }) => [kind, path])).toEqual(expected);
  });

  test('flags of COPY', () => {
    const [source] = sourcesOf(
      'FROM a\nARG U=me\nCOPY --link --parents --chown=$U:0 --chmod=0755 --exclude=*.md --exclude=$U a b',
    );
    expect(source).toMatchObject({
      via: 'COPY',
      link: true,
      parents: true,
      chown: 'me:0',
      chmod: '0755',
      exclude: ['*.md', 'me'],
    });
  });

  test('flags of ADD', () => {
    const [source] = sourcesOf(
      'FROM a\nADD --checksum=sha256:a --keep-git-dir=true --link=false https://x/y.git /',
    );
    expect(source).toMatchObject({ via: 'ADD', link: false, checksum: 'sha256:a', keepGitDir: true });
  });

  test('mounts', () => {
    const line =
      'RUN --mount=type=cache,id=npm,target=/c,sharing=locked --mount=type=secret,id=tok,required --mount=type=SSH x';
    expect(lastStage(`FROM a\n${line}`).instructions[0]!.mounts).toMatchObject([
      { type: 'cache', id: 'npm', target: '/c', required: false },
      { type: 'secret', id: 'tok', required: true },
      { type: 'ssh', id: undefined },
    ]);
  });

  test.each([
    ['--mount=typ=bind', '"typ" is not a key of a mount; did you mean type?'],
    ['--mount=type=bnd', '"bnd" is not a type of mount'],
    ['--mount=source', '"source" needs a value'],
    ["--mount='\"a'", 'a " has no partner'],
  ])('%s is a problem of the stage that runs it: %s', (flag, reason) => {
    expect(parseDockerfile(`FROM a\nRUN ${flag} x`).unresolved).toMatchObject([
      { line: 2, stage: 0, reason },
    ]);
  });
});

describe('ONBUILD', () => {
  const base = 'FROM a AS base\nARG V=v1\nONBUILD ARG W=w1\nONBUILD COPY $V $W ./\nRUN x\n';

  test('triggers run first in a stage built from it, with its variables', () => {
    const stage = lastStage(`${base}FROM base\nCOPY $W-own .\n`);
    expect(stage.instructions.map(({ keyword, triggered }) => [keyword, triggered])).toEqual([
      ['ARG', true],
      ['COPY', true],
      ['COPY', false],
    ]);
    expect(stage.instructions.flatMap(({ sources }) => sources.map(({ path }) => path))).toEqual([
      'v1',
      'w1',
      'w1-own',
    ]);
    expect(stage.args).toMatchObject([{ name: 'W', line: 3 }]);
  });

  test('they do not run in their own stage, nor in a grandchild', () => {
    const stages = stagesOf(`${base}FROM base AS child\nFROM child\n`);
    expect(
      stages.map(({ instructions }) => instructions.filter(({ sources }) => sources.length > 0).length),
    ).toEqual([0, 1, 0]);
  });

  test('a malformed one is a problem only where it runs', () => {
    const bad = 'FROM a AS base\nONBUILD COPY x\n';
    expect(parseDockerfile(bad).unresolved).toEqual([]);
    expect(parseDockerfile(`${bad}FROM base\n`).unresolved).toMatchObject([{ stage: 1, line: 2 }]);
  });

  test('with a heredoc', () => {
    const stage = lastStage('FROM a AS base\nONBUILD COPY <<E /x\n1\nE\nFROM base\n');
    expect(stage.instructions[0]).toMatchObject({
      heredocs: [{ name: 'E', body: '1\n' }],
      sources: [{ kind: 'heredoc' }],
    });
  });
});
