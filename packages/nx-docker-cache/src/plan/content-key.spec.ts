import type { ContentEntry, ContentSnapshot, ImageDigest } from '../model/content';
import { parseDockerfile } from '../dockerfile';
import { parseBuildOptions } from '../options';
import { contentKey } from './content-key';

const DIGEST = { a: `sha256:${'a'.repeat(64)}`, b: `sha256:${'b'.repeat(64)}` };

/** Path → content; `/` at its end: a folder; an object says more. */
type Files = Record<string, string | Partial<ContentEntry>>;

interface State {
  readonly text?: string;
  readonly files?: Files;
  readonly options?: Record<string, unknown>;
  readonly images?: Record<string, ImageDigest>;
  readonly snapshot?: Partial<ContentSnapshot>;
  readonly builder?: string;
}

const TEXT = `ARG BASE=node:20
FROM \${BASE} AS deps
COPY package.json ./
RUN npm ci
FROM node:20 AS app
ARG VERSION=1
COPY --from=deps /app /app
COPY src src
CMD ["node", "src"]
`;
const FILES: Files = {
  'package.json': '{}',
  'src/': '',
  'src/a.js': 'a',
  'src/b.js': 'b',
  'README.md': 'read',
};
const BASE: Required<Pick<State, 'text' | 'files' | 'images'>> = {
  text: TEXT,
  files: FILES,
  images: { 'node:20': { digest: DIGEST.a }, 'node:22': { digest: DIGEST.b } },
};

function keyed(state: State = {}) {
  const {
    text,
    files,
    images,
    builder = 'linux/amd64',
    options: given = {},
    snapshot,
  } = { ...BASE, ...state };
  const options = parseBuildOptions(given, 'spec');
  return contentKey({
    parsed: parseDockerfile(text, {
      buildArgs: options.buildArgs,
      platforms: options.platforms,
      buildContexts: options.buildContexts,
    }),
    target: options.target,
    options,
    buildArgs: options.buildArgs,
    labels: options.labels,
    annotations: options.annotations,
    platforms: options.platforms,
    builderPlatform: builder,
    images: new Map(Object.entries(images)),
    snapshot: { entries: entriesOf(files), aliases: new Map(), problems: [], changed: 0, ...snapshot },
  });
}

function entriesOf(files: Files): ContentEntry[] {
  return Object.entries(files)
    .map(([name, value]): ContentEntry => {
      const kind = name.endsWith('/') ? 'folder' : 'file';
      const content = typeof value === 'string' ? value : '';
      return {
        ...{ path: name.replace(/\/$/, ''), kind, mode: kind === 'folder' ? 0o755 : 0o644 },
        ...{ content, size: content.length, changed: 1 },
        ...(typeof value === 'string' ? {} : value),
      };
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

const edited = (from: string, to: string): State => ({ text: TEXT.replace(from, to) });
const withFiles = (files: Files): State => ({ files: { ...FILES, ...files } });
const without = (path: string): State => ({
  files: Object.fromEntries(Object.entries(FILES).filter(([name]) => name !== path)),
});

describe('the content key is another one after', () => {
  const moves: [string, State, State?][] = [
    ['content of a copied file', withFiles({ 'src/a.js': 'A' })],
    ['permissions of a copied file', withFiles({ 'src/a.js': { content: 'a', mode: 0o755 } })],
    ['permissions of a copied folder', withFiles({ 'src/': { mode: 0o700 } })],
    ['a new file in a copied folder', withFiles({ 'src/c.js': '' })],
    ['an empty folder in a copied folder', withFiles({ 'src/empty/': '' })],
    ['a file that is gone', without('src/b.js')],
    ['a file that became a link', withFiles({ 'src/a.js': { kind: 'link', content: 'a' } })],
    [
      'a link that points elsewhere',
      withFiles({ 'src/l': { kind: 'link', content: 'x' } }),
      withFiles({ 'src/l': { kind: 'link', content: 'y' } }),
    ],
    ['a file that became a pipe', withFiles({ 'src/a.js': { kind: 'other', content: '4096.0' } })],
    ['content that moved to another name', { files: { ...FILES, 'src/a.js': 'b', 'src/b.js': 'a' } }],
    ['a RUN', edited('npm ci', 'npm install')],
    ['blanks inside a RUN', edited('npm ci', 'npm  ci')],
    [
      'the order of instructions',
      edited('COPY package.json ./\nRUN npm ci', 'RUN npm ci\nCOPY package.json ./'),
    ],
    ['a CMD of the final stage', edited('"src"', '"lib"')],
    ['a blank of a COPY that separates nothing', edited('COPY src src', 'COPY src \u00A0src')],
    ['a byte order mark at the end', edited('COPY src src', 'COPY src src\uFEFF')],
    [
      'a byte order mark behind a flag',
      edited('COPY src', 'COPY --chmod=700 src'),
      edited('COPY src', 'COPY --chmod=700\uFEFF src'),
    ],
    ['a line’s end in a heredoc', heredoc('a\n'), heredoc('a\r\n')],
    [
      'a global ARG that another one was made of before it was declared again',
      redeclared({ default: '1' }),
      redeclared({ default: '2' }),
    ],
    [
      'a build arg that a global ARG was made of before it was declared again',
      redeclared({ given: '1' }),
      redeclared({ given: '2' }),
    ],
    ['the destination of a COPY', edited('COPY src src', 'COPY src lib')],
    [
      'a stage that is copied from another one',
      {
        text: TEXT.replace('FROM node:20 AS app', 'FROM deps AS other\nRUN x\nFROM node:20 AS app').replace(
          '--from=deps',
          '--from=other',
        ),
      },
    ],
    ['a base image that was moved', { images: { 'node:20': { digest: DIGEST.b } } }],
    ['another base image', edited('FROM node:20', 'FROM node:22')],
    ['a pin that is another one', { text: `FROM node@${DIGEST.a}` }, { text: `FROM node@${DIGEST.b}` }],
    ['another platform of a FROM', edited('FROM node:20', 'FROM --platform=linux/arm64 node:20')],
    ['a build arg that a stage declares', { options: { buildArgs: { VERSION: '2' } } }],
    ['the default of an ARG', edited('VERSION=1', 'VERSION=2')],
    ['the default of a global ARG', edited('BASE=node:20', 'BASE=node:22')],
    ...[
      'FROM --platform=$TARGETPLATFORM node:20',
      'ARG IMAGE=node:20${TARGETPLATFORM:+}\nFROM $IMAGE',
      'FROM node:20\nARG TARGETPLATFORM',
    ].map((text): [string, State, State] => [
      `a build arg in the place of a platform that is used: ${text}`,
      { text, options: { buildArgs: { TARGETPLATFORM: 'linux/arm64' } } },
      { text },
    ]),
    ['a build arg for BuildKit', { options: { buildArgs: { BUILDKIT_INLINE_CACHE: '1' } } }],
    ['SOURCE_DATE_EPOCH', { options: { buildArgs: { SOURCE_DATE_EPOCH: '1' } } }],
    ['another target', { options: { target: 'deps' } }],
    ['a label', { options: { labels: { of: 'x' } } }],
    ['an annotation', { options: { annotations: { of: 'x' } } }],
    [
      'platforms',
      { options: { platforms: 'linux/amd64' } },
      { options: { platforms: ['linux/amd64', 'linux/arm64'] } },
    ],
    ['the builder’s platform', { builder: 'linux/arm64' }],
    ['a secret that is given', { options: { secrets: [{ id: 'npm' }] } }],
    ['an ssh key that is given', { options: { ssh: 'default' } }],
    ['the network', { options: { network: 'none' } }],
    ['added hosts', { options: { addHosts: 'a:127.0.0.1' } }],
    ['compression', { options: { cache: { compression: 'zstd' } } }],
    ['provenance', { options: { provenance: 'mode=max' } }],
    ['sbom', { options: { sbom: true } }],
    ['the escape directive', { text: `# escape=\`\n${TEXT}` }],
    ['the check directive', { text: `# check=error=true\n${TEXT}` }],
    [
      'the frontend',
      { text: `# syntax=docker/dockerfile:1@${DIGEST.a}\n${TEXT}` },
      { text: `# syntax=docker/dockerfile:1@${DIGEST.b}\n${TEXT}` },
    ],
    [
      'a heredoc',
      { text: 'FROM scratch\nCOPY <<EOF /a\none\nEOF' },
      { text: 'FROM scratch\nCOPY <<EOF /a\ntwo\nEOF' },
    ],
    [
      'a quoted heredoc',
      { text: 'FROM scratch\nCOPY <<EOF /a\n$A\nEOF' },
      { text: 'FROM scratch\nCOPY <<"EOF" /a\n$A\nEOF' },
    ],
    [
      'an id of a cache mount',
      { text: 'FROM node:20\nRUN --mount=type=cache,id=a,target=/c x' },
      { text: 'FROM node:20\nRUN --mount=type=cache,id=b,target=/c x' },
    ],
    [
      'a file of a bind mount',
      { text: 'FROM node:20\nRUN --mount=type=bind,source=src,target=/s x' },
      {
        ...withFiles({ 'src/a.js': 'A' }),
        text: 'FROM node:20\nRUN --mount=type=bind,source=src,target=/s x',
      },
    ],
    [
      'any file, with a bind mount of all',
      { text: 'FROM node:20\nRUN --mount=target=/s x' },
      { ...withFiles({ 'README.md': 'new' }), text: 'FROM node:20\nRUN --mount=target=/s x' },
    ],
    ['a named context that is pinned to another digest', named(DIGEST.a), named(DIGEST.b)],
    [
      'the name of the target where ARG TARGETSTAGE asks for it',
      { text: 'FROM scratch AS one\nARG TARGETSTAGE' },
      { text: 'FROM scratch AS two\nARG TARGETSTAGE' },
    ],
    [
      'an ONBUILD of the final stage',
      { text: 'FROM scratch\nONBUILD RUN a' },
      { text: 'FROM scratch\nONBUILD RUN b' },
    ],
    [
      'an ONBUILD that a stage of the file fires',
      { text: 'FROM node:20 AS b\nONBUILD COPY src /s\nFROM b' },
      { ...withFiles({ 'src/a.js': 'A' }), text: 'FROM node:20 AS b\nONBUILD COPY src /s\nFROM b' },
    ],
    [
      'blanks in a quoted flag',
      { text: 'FROM scratch\nCOPY --exclude="a  b" src /s' },
      { text: 'FROM scratch\nCOPY --exclude="a b" src /s' },
    ],
    ['what a stage mounts', mounting('one'), mounting('two')],
  ];

  it.each(moves)('%s', (_, left, right = {}) => {
    expect(keyed(left).key).not.toBe(keyed(right).key);
  });
});

function named(digest: string): State {
  return {
    text: 'FROM scratch\nCOPY --from=extra /a /a',
    options: { buildContexts: { extra: `docker-image://node@${digest}` } },
  };
}

function heredoc(body: string): State {
  return { text: `FROM scratch\nCOPY <<EOF /x\n${body}EOF\n` };
}

function redeclared({ default: value = '0', given }: { default?: string; given?: string }): State {
  const buildArgs = given === undefined ? {} : { A: given };
  return {
    text: `ARG A=${value}\nARG B=$A\nARG B=\${B}-x\nFROM node:20\nARG B\nRUN b`,
    options: { buildArgs },
  };
}

function mounting(from: string): State {
  return {
    text: `FROM node:20 AS one\nRUN a\nFROM node:20 AS two\nRUN b\nFROM node:20\nCOPY --from=one /a /a\nCOPY --from=two /a /a\nRUN --mount=type=bind,from=${from},target=/m x`,
  };
}

describe('the content key stays what it is after', () => {
  const stays: [string, State, State?][] = [
    ['a file that no instruction reads', withFiles({ 'README.md': 'new' })],
    ['times of files', withFiles({ 'src/a.js': { content: 'a', changed: 99 } })],
    ['a comment', edited('RUN npm', '# why\nRUN npm')],
    ['an empty line', edited('RUN npm', '\n\nRUN npm')],
    ['a comment at the top', { text: `# of us\n${TEXT}` }],
    ['another case of a keyword', edited('COPY src', 'copy src')],
    ['more blanks in a COPY', edited('COPY src src', 'COPY   src \t src')],
    ['blanks before the arguments', edited('RUN npm', 'RUN   npm')],
    ['a COPY over two lines', edited('COPY src src', 'COPY src \\\n  src')],
    [
      'another name of a stage',
      { text: TEXT.replace('AS deps', 'AS built').replace('--from=deps', '--from=built') },
    ],
    ['a stage by its number', edited('--from=deps', '--from=0')],
    [
      'a stage that the target does not need',
      { text: TEXT.replace('FROM node:20 AS app', 'FROM alpine AS lint\nCOPY . .\nFROM node:20 AS app') },
    ],
    [
      'CMD and LABEL of a stage that is only copied from',
      edited('RUN npm ci', 'RUN npm ci\nLABEL a=b\nCMD ["x"]'),
    ],
    ['a tag of the same digest', edited('FROM node:20 AS app', `FROM node:20-bookworm@${DIGEST.a} AS app`)],
    ['a build arg that nothing declares', { options: { buildArgs: { OTHER: '2' } } }],
    [
      'a build arg in the place of a platform that nothing uses',
      { options: { buildArgs: { TARGETARCH: 'arm64', TARGETSTAGE: 'x' } } },
    ],
    [
      'a build arg in the place of a platform that only a stage uses which is not needed',
      {
        text: 'FROM --platform=$BUILDPLATFORM node:20 AS lint\nFROM scratch',
        options: { buildArgs: { BUILDPLATFORM: 'a/b' } },
      },
      { text: 'FROM --platform=$BUILDPLATFORM node:20 AS lint\nFROM scratch' },
    ],
    ['a proxy, as BuildKit leaves it out', { options: { buildArgs: { HTTP_PROXY: 'http://proxy' } } }],
    ['the default of a global ARG that nothing uses', { text: `ARG UNUSED=1\n${TEXT}` }],
    ['tags, and where the image goes', { options: { tags: 'x', load: true } }],
    [
      'the order of secrets',
      { options: { secrets: [{ id: 'a' }, { id: 'b' }] } },
      { options: { secrets: [{ id: 'b' }, { id: 'a' }] } },
    ],
    [
      'the place of a secret',
      { options: { secrets: [{ id: 'a', env: 'A' }] } },
      { options: { secrets: [{ id: 'a', env: 'B' }] } },
    ],
    [
      'the builder’s platform, where platforms are given and nothing names the builder’s',
      { options: { platforms: 'linux/amd64' } },
      { options: { platforms: 'linux/amd64' }, builder: 'linux/arm64' },
    ],
    [
      'the name of the target',
      { text: 'FROM scratch AS one\nCOPY src /s' },
      { text: 'FROM scratch AS two\nCOPY src /s' },
    ],
    [
      'another name in a mount',
      { text: 'FROM node:20 AS a\nFROM node:20\nRUN --mount=from=a,target=/m x' },
      { text: 'FROM node:20 AS b\nFROM node:20\nRUN --mount=from=b,target=/m x' },
    ],
  ];

  it.each(stays)('%s', (_, left, right = {}) => {
    expect(keyed(left).key).toBe(keyed(right).key);
  });

  it('depends on the builder’s platform where a FROM names it', () => {
    const text = 'FROM --platform=$BUILDPLATFORM node:20\nCOPY src /s';
    const options = { platforms: 'linux/amd64' };
    expect(keyed({ text, options }).key).not.toBe(keyed({ text, options, builder: 'linux/arm64' }).key);
  });
});

describe('the key proves nothing, and says why, with', () => {
  const obstacles: [string, State, number | undefined, RegExp][] = [
    [
      'an image whose digest is not known',
      { images: { 'node:20': { problem: 'no answer' } } },
      2,
      /image .*: no answer/,
    ],
    ['an image that nobody asked for', { images: {} }, 2, /its digest is not known/],
    [
      'a frontend without a digest',
      { text: `# syntax=docker/dockerfile:1\n${TEXT}` },
      1,
      /docker\/dockerfile:1/,
    ],
    [
      'another frontend by a build arg',
      { options: { buildArgs: { BUILDKIT_SYNTAX: 'docker/dockerfile:1' } } },
      undefined,
      /BUILDKIT_SYNTAX/,
    ],
    [
      'a URL without a checksum',
      { text: 'FROM scratch\nADD https://a.example/b /b' },
      2,
      /ADD https:\/\/a.example\/b has no checksum/,
    ],
    [
      'a branch of a git repository',
      { text: 'FROM scratch\nADD https://a.example/b.git#main /b' },
      2,
      /names no commit/,
    ],
    [
      'a commit that is no fragment',
      { text: `FROM scratch\nADD https://a.example/b.git?subdir=${'a'.repeat(40)} /b` },
      2,
      /names no commit/,
    ],
    ['a source with a variable of the base image', { text: 'FROM node:20\nCOPY $HOME/x /x' }, 2, /HOME/],
    [
      'a source that is not there',
      { text: 'FROM scratch\nCOPY nowhere /x' },
      2,
      /COPY nowhere: nothing is there/,
    ],
    ['a base that cannot be known', { text: 'ARG A\nFROM $A\nRUN x' }, 2, /A/],
    [
      'a file that cannot be read',
      { snapshot: { problems: [{ path: 'src/a.js', message: 'EACCES' }] } },
      undefined,
      /src\/a.js: EACCES/,
    ],
    [
      'a context that is a folder',
      { options: { buildContexts: { extra: './lib' } } },
      undefined,
      /build context extra/,
    ],
    [
      'a context that is a moving tag',
      { options: { buildContexts: { extra: 'docker-image://node:20' } } },
      undefined,
      /build context extra/,
    ],
    [
      'a link that dangles',
      {
        text: 'FROM scratch\nCOPY l /x',
        snapshot: { aliases: new Map([['l', { links: ['l'], resolved: 'gone' }]]) },
      },
      2,
      /dangles/,
    ],
  ];

  it.each(obstacles)('%s', (_, state, line, reason) => {
    expect(keyed(state).obstacles).toContainEqual({ line, reason: expect.stringMatching(reason) });
  });

  it('no obstacle in what a target does not reach', () => {
    const text = 'FROM scratch AS a\nADD https://a.example/b /b\nFROM scratch AS b\nCOPY src /s\n';
    expect(keyed({ text }).obstacles).toEqual([]);
  });

  it.each([
    `ADD --checksum=sha256:${'a'.repeat(64)} https://a.example/b /b`,
    `ADD https://a.example/b.git#${'a'.repeat(40)} /b`,
    `ADD https://a.example/b.git#${'a'.repeat(40)}:folder /b`,
    `ADD https://a.example/b.git?ref=${'a'.repeat(40)} /b`,
  ])('and none with %s', (instruction) => {
    expect(keyed({ text: `FROM scratch\n${instruction}` }).obstacles).toEqual([]);
  });
});

describe('what each instruction reads', () => {
  it('is told with files and bytes', () => {
    expect(keyed().inputs.map(({ line, text, files, bytes }) => [line, text, files, bytes])).toEqual([
      [2, 'FROM ${BASE}', 0, 0],
      [3, 'COPY package.json ./', 1, 2],
      [4, 'RUN npm ci', 0, 0],
      [5, 'FROM node:20', 0, 0],
      [6, 'ARG VERSION=1', 0, 0],
      [7, 'COPY --from=deps /app /app', 0, 0],
      [8, 'COPY src src', 2, 2],
      [9, 'CMD ["node", "src"]', 0, 0],
    ]);
  });

  it('has a second digest that modes do not move', () => {
    const [before, after] = [keyed(), keyed(withFiles({ 'src/a.js': { content: 'a', mode: 0o664 } }))];
    expect(after.inputs[6]?.digest).not.toBe(before.inputs[6]?.digest);
    expect(after.inputs[6]?.digestWithoutModes).toBe(before.inputs[6]?.digestWithoutModes);
  });

  it('tells which ARG a build arg changes', () => {
    const [before, after] = [keyed(), keyed({ options: { buildArgs: { VERSION: '2' } } })];
    const differ = after.inputs.filter(({ digest }, index) => digest !== before.inputs[index]?.digest);
    expect(differ.map(({ text }) => text)).toEqual(['ARG VERSION=1']);
  });

  it('tells when any of its files was changed last', () => {
    const files = {
      'src/a.js': { content: 'a', changed: 50 },
      'README.md': { content: 'read', changed: 99 },
    };
    expect(keyed(withFiles(files)).changed).toBe(50);
    expect(
      keyed({ ...withFiles(files), text: 'FROM scratch\nCOPY . /s', snapshot: { changed: 120 } }).changed,
    ).toBe(120);
  });

  it.each<[string, number]>([
    // Whatever was there for a moment and was copied: only its folder tells.
    ['src/*.js', 60],
    ['src/*/a.js', 60],
    ['s*/deep/*', 70],
    ['src/deep/a.js', 1],
    ['*', 99],
    ['*/deep/a.js', 99],
    ['*.js', 1],
  ])('tells when a folder in which the wildcard %s looks was changed', (source, changed) => {
    const files: Files = {
      ...{
        'src/': { changed: 60 },
        'src/deep/': { changed: 70 },
        'src/deep/a.js': '',
        'other/': { changed: 80 },
      },
      'a.js': '',
    };
    const text = `FROM scratch\nCOPY ${source} /x/\n`;
    expect(keyed({ text, files, snapshot: { changed: 99 } }).changed).toBe(changed);
  });

  it('names the digests that tags had', () => {
    expect(keyed({ images: { 'node:20': { digest: DIGEST.a } } }).images).toEqual([
      { image: 'node:20', digest: DIGEST.a },
    ]);
  });
});
