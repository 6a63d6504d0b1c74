import { DockerCacheError } from '../errors';
import { isPredefinedArg } from './args';
import { consumedArgs } from './consumed';
import { parseDockerfile, type ParseOptions } from './parse';
import { reachableStages } from './reach';
import { contextSources, externalImages } from './reads';
import { resolveTarget } from './target';
import { runsWorkspaceTool } from './workspace-tool';

const text = `# syntax=docker/dockerfile:1
ARG NODE=20
ARG IMAGE=node:\${NODE}
ARG UNUSED=1
FROM $IMAGE AS base
ARG SHARED
FROM base AS deps
COPY package.json pnpm-lock.yaml ./
RUN --mount=from=tools,target=/t --mount=source=.npmrc,target=/n pnpm --filter web install
FROM alpine@sha256:aa AS tools
ARG TOOL
FROM deps AS build
ARG NODE
COPY --from=tools /bin /bin
COPY . .
FROM debian AS other
COPY other ./
ADD https://x.org/y /
FROM base
COPY --from=build /dist /dist
COPY --from=build /more /more
COPY --from=busybox:1 /bin/sh /bin/sh
COPY apps/$NOPE ./
`;
// "tools" stands behind the mount that names it, so this one is moved up.
const ordered = text
  .replace(/FROM alpine[\s\S]*?TOOL\n/, '')
  .replace('FROM base AS deps', 'FROM alpine@sha256:aa AS tools\nARG TOOL\nFROM base AS deps');
const file = parseDockerfile(ordered);
const names = (target?: string) => reachableStages(file, target).map(({ index, name }) => name ?? index);

describe('resolveTarget', () => {
  test.each([
    [undefined, 5],
    ['', 5],
    ['build', 3],
    ['BUILD', 3],
    ['3', 3],
    ['5', 5],
  ])('%j is stage %d', (target, index) => {
    expect(resolveTarget(file, target).index).toBe(index);
  });

  test('of two stages of one name the later one', () => {
    expect(resolveTarget(parseDockerfile('FROM a AS x\nFROM b AS x\nFROM c'), 'x').index).toBe(1);
  });

  function refusal(target: string, dockerfile = file): string {
    try {
      resolveTarget(dockerfile, target);
    } catch (error) {
      if (error instanceof DockerCacheError && error.code === 'UNKNOWN_STAGE') return error.format();
    }
    throw new Error('expected UNKNOWN_STAGE');
  }

  test('an unknown one: what there is, and what was meant', () => {
    expect(refusal('biuld')).toMatchInlineSnapshot(`
"UNKNOWN_STAGE: The Dockerfile has no stage "biuld".
  expected: a stage: 0: base, 1: tools, 2: deps, 3: build, 4: other, 5: (no name)
  found:    biuld
  do:       Did you mean build?"
`);
    expect(refusal('7')).toContain('Set target to one of these');
    expect(refusal('-1')).toContain('UNKNOWN_STAGE');
  });

  test('a stage without a name cannot be built by itself', () => {
    expect(refusal('0', parseDockerfile('FROM a\nFROM b'))).toContain('Write FROM a AS <name> on line 1');
  });

  test('a thousand stages make no endless message', () => {
    const many = parseDockerfile(Array.from({ length: 1000 }, (_, i) => `FROM a AS s${i}`).join('\n'));
    expect(refusal('nope', many)).toContain('and 970 more');
  });
});

test('reachableStages follows FROM, --from and mounts', () => {
  expect(names()).toEqual(['base', 'tools', 'deps', 'build', 5]);
  expect(names('deps')).toEqual(['base', 'tools', 'deps']);
  expect(names('other')).toEqual(['other']);
  expect(reachableStages(parseDockerfile('FROM a\nFROM b'), 0)).toHaveLength(1);
  expect(reachableStages(parseDockerfile('FROM a'), 9)).toEqual([]);
});

test('contextSources: the context alone, unresolved ones included', () => {
  const brief = (target?: string) => contextSources(file, target).map(({ via, path }) => `${via} ${path}`);
  expect(brief('deps')).toEqual(['COPY package.json', 'COPY pnpm-lock.yaml', 'bind .npmrc']);
  expect(brief('other')).toEqual(['COPY other']);
  expect(brief()).toContain('COPY apps/$NOPE');
  expect(brief()).not.toContain('COPY other');
});

test('externalImages: one entry a place', () => {
  expect(externalImages(file)).toEqual([
    {
      image: 'docker/dockerfile:1',
      digest: undefined,
      text: 'docker/dockerfile:1',
      line: 1,
      via: 'syntax',
      reason: undefined,
    },
    { image: 'node:20', digest: undefined, text: '$IMAGE', line: 5, via: 'FROM', reason: undefined },
    {
      image: 'alpine',
      digest: 'sha256:aa',
      text: 'alpine@sha256:aa',
      line: 7,
      via: 'FROM',
      reason: undefined,
    },
    { image: 'busybox:1', digest: undefined, text: 'busybox:1', line: 22, via: 'COPY', reason: undefined },
  ]);
  expect(externalImages(parseDockerfile('ARG B\nFROM $B\nRUN --mount=from=x,target=/y z'))).toMatchObject([
    { image: undefined, text: '$B', reason: expect.stringContaining('ARG B has no default') },
    { image: 'x', via: 'mount' },
  ]);
});

describe('consumedArgs', () => {
  test.each<[string | undefined, string[]]>([
    [undefined, ['IMAGE', 'NODE', 'SHARED', 'TOOL']],
    ['deps', ['IMAGE', 'NODE', 'SHARED', 'TOOL']],
    ['tools', ['TOOL']],
    ['other', []],
  ])('of %s', (target, expected) => {
    expect(consumedArgs(file, target)).toEqual(expected);
  });

  test.each<[string, string, ParseOptions, string[]]>([
    [
      'what a replaced default is made of does not count',
      'ARG A=1\nARG B=x:$A\nFROM $B',
      { buildArgs: { B: 'y' } },
      ['B'],
    ],
    ['a global taken over by a stage', 'ARG A=1\nARG B=$A\nFROM x\nARG B', {}, ['A', 'B']],
    ['a stage with a default of its own', 'ARG A=1\nARG B=$A\nFROM x\nARG B=2', {}, ['B']],
    ['a platform', 'ARG P=linux/arm64\nFROM --platform=$P x', {}, ['P']],
    ['a cycle', 'ARG A=$B\nARG B=$A\nFROM x\nARG A', {}, ['A', 'B']],
    [
      'a stage that a named context replaces',
      'ARG V=1\nFROM x:$V AS y\nARG Z\nFROM y',
      { buildContexts: { y: '.' } },
      ['V'],
    ],
  ])('%s', (_, source, options, expected) => {
    expect(consumedArgs(parseDockerfile(source, options))).toEqual(expected);
  });

  test.each([
    ['HTTPS_PROXY', true],
    ['no_proxy', true],
    ['BUILDKIT_INLINE_CACHE', true],
    ['SOURCE_DATE_EPOCH', true],
    ['Http_Proxy', false],
    ['TARGETPLATFORM', false],
  ])('%s is predefined: %s', (name, expected) => {
    expect(isPredefinedArg(name)).toBe(expected);
  });
});

test.each([
  ['RUN npx turbo prune web --docker', true],
  ['RUN pnpm dlx turbo@2 run build --filter=web...', true],
  ['RUN pnpm --filter web build', true],
  ['RUN pnpm install && pnpm -F web deploy /out', true],
  ['RUN npx nx build api', true],
  ['RUN yarn workspace web build', true],
  ['RUN npm ci -w web', true],
  ['RUN <<EOF\nnpx turbo prune web\nEOF', true],
  ['RUN npm ci && npm run build', false],
  ['CMD ["npx", "nx", "serve"]', false],
  ['RUN echo nginx build', false],
])('runsWorkspaceTool: %s is %s', (line, expected) => {
  expect(runsWorkspaceTool(parseDockerfile(`FROM a\n${line}`))).toBe(expected);
});
