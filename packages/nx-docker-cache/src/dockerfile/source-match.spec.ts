import { parseDockerfile } from './parse';
import { contextSources } from './reads';
import { matchesSource } from './source-match';

const PATHS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  '.env',
  'src/a.ts',
  'src/deep/b.ts',
  'src/deep/.x',
  'srcs/c.ts',
  'a*b',
  'a[0]',
];

function read(instruction: string, paths: readonly string[] = PATHS): string[] {
  const sources = contextSources(parseDockerfile(`FROM scratch\n${instruction}\n`));
  return paths.filter((path) => sources.some((source) => matchesSource(source, path)));
}

describe('matchesSource', () => {
  // e2e/ignore-oracle.spec.ts holds all but --parents against BuildKit.
  test.each<[string, string[]]>([
    ['COPY package.json /', ['package.json']],
    ['COPY /package.json ./tsconfig.json /', ['package.json', 'tsconfig.json']],
    ['COPY src /', ['src/a.ts', 'src/deep/b.ts', 'src/deep/.x']],
    ['COPY src/ /', ['src/a.ts', 'src/deep/b.ts', 'src/deep/.x']],
    ['COPY . /', PATHS],
    ['COPY package*.json /', ['package.json', 'package-lock.json']],
    ['COPY * /', PATHS],
    ['COPY .* /', ['.env']],
    ['COPY src* /', ['src/a.ts', 'src/deep/b.ts', 'src/deep/.x', 'srcs/c.ts']],
    ['COPY src/* /', ['src/a.ts', 'src/deep/b.ts', 'src/deep/.x']],
    ['COPY */deep /', ['src/deep/b.ts', 'src/deep/.x']],
    ['COPY **/b.ts /', []],
    ['COPY **/deep /', ['src/deep/b.ts', 'src/deep/.x']],
    ['COPY [st]* /', ['tsconfig.json', 'src/a.ts', 'src/deep/b.ts', 'src/deep/.x', 'srcs/c.ts']],
    ['COPY a[[]0] /', ['a[0]']],
    ['COPY --exclude=**/*.ts src /', ['src/deep/.x']],
    ['COPY --exclude=deep src srcs /', ['src/a.ts', 'srcs/c.ts']],
    ['COPY --exclude=*.json package.json /', ['package.json']],
    ['COPY --exclude=src --exclude=*.json . /', ['.env', 'srcs/c.ts', 'a*b', 'a[0]']],
    ['COPY --parents src/**/*.ts /', ['src/a.ts', 'src/deep/b.ts']],
    ['COPY --parents src/./deep /', ['src/deep/b.ts', 'src/deep/.x']],
    ['COPY --parents **/deep /', ['src/deep/b.ts', 'src/deep/.x']],
    ['COPY --parents --exclude=**/.x src /', ['src/a.ts', 'src/deep/b.ts']],
    ['COPY --parents . /', PATHS],
    ['RUN --mount=source=src/deep,target=/x y', ['src/deep/b.ts', 'src/deep/.x']],
    ['RUN --mount=source=a*b,target=/x y', ['a*b']],
    ['ADD https://x.org/src /', []],
    ['COPY <<src /x\nsrc', []],
    ['COPY $NOPE /', []],
  ])('%s', (instruction, expected) => {
    expect(read(instruction)).toEqual(expected);
  });
});
