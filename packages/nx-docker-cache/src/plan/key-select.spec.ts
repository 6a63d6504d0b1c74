import { contextSources, parseDockerfile } from '../dockerfile';
import type { ContentEntry, ContentSnapshot } from '../model/content';
import type { Source } from '../model/dockerfile';
import { followedLinks, rootOf, Selector } from './key-select';

function sourceOf(instruction: string): Source {
  // A frontend that may know more flags than the engine's own.
  return contextSources(
    parseDockerfile(`# syntax=docker/dockerfile:1-labs\nFROM scratch\n${instruction}`),
  )[0]!;
}

/** `name → target` is a link, `name/` a folder. */
function snapshotOf(names: string[], aliases: Record<string, [string[], string]> = {}): ContentSnapshot {
  const entries = names
    .map((name): ContentEntry => {
      const [path = '', target] = name.split(' → ');
      const kind = target !== undefined ? 'link' : path.endsWith('/') ? 'folder' : 'file';
      return { path: path.replace(/\/$/, ''), kind, mode: 0o644, content: target ?? '', size: 0, changed: 0 };
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
  const ends = Object.entries(aliases).map(
    ([root, [links, resolved]]) => [root, { links, resolved }] as const,
  );
  return { entries, aliases: new Map(ends), problems: [], changed: 0 };
}

function select(instruction: string, snapshot: ContentSnapshot): { paths: string[]; problems: string[] } {
  const problems: string[] = [];
  const selector = new Selector(snapshot, (line, reason) => problems.push(`${line}: ${reason}`));
  return { paths: selector.entries(sourceOf(instruction)).map(({ path }) => path), problems };
}

const TREE = snapshotOf([
  'a.txt',
  'b.md',
  'src/',
  'src/a.txt',
  'src/b.md',
  'src/lib/',
  'src/lib/c.txt',
  'src-old',
  'src.bak',
  'src0',
  'docs/',
  'docs/a.txt',
]);

describe('what a source reads', () => {
  it.each<[string, string[]]>([
    ['COPY a.txt /', ['a.txt']],
    ['COPY src /', ['src', 'src/a.txt', 'src/b.md', 'src/lib', 'src/lib/c.txt']],
    ['COPY src/lib/ /', ['src/lib', 'src/lib/c.txt']],
    ['COPY . /', TREE.entries.map(({ path }) => path)],
    ['COPY *.txt /', ['a.txt']],
    ['COPY src/*.txt /', ['src/a.txt']],
    ['COPY */*.txt /', ['docs/a.txt', 'src/a.txt']],
    ['COPY s* /', ['src', 'src-old', 'src.bak', 'src/a.txt', 'src/b.md', 'src/lib', 'src/lib/c.txt', 'src0']],
    ['COPY nothing* /', []],
    ['COPY --exclude=*.md src /', ['src', 'src/a.txt', 'src/lib', 'src/lib/c.txt']],
    ['COPY --parents src/lib/c.txt /', ['src', 'src/lib', 'src/lib/c.txt']],
    [
      'COPY --parents **/*.txt /',
      ['docs', 'src', 'src/lib', 'a.txt', 'docs/a.txt', 'src/a.txt', 'src/lib/c.txt'],
    ],
    ['RUN --mount=type=bind,source=docs,target=/d x', ['docs', 'docs/a.txt']],
    ['RUN --mount=type=bind,target=/d x', TREE.entries.map(({ path }) => path)],
  ])('%s', (instruction, paths) => {
    expect(select(instruction, TREE)).toEqual({ paths, problems: [] });
  });

  it('is nothing for what does not come from the context', () => {
    const selector = new Selector(TREE, () => undefined);
    const copy = parseDockerfile('FROM scratch\nCOPY <<EOF /a\nx\nEOF').stages[0]!.instructions[0]!;
    expect(selector.entries(copy.sources[0]!)).toEqual([]);
  });

  it('has to be there, but for the whole of an empty context', () => {
    expect(select('COPY gone /', TREE).problems).toEqual(['3: COPY gone: nothing is there']);
    expect(select('COPY . /', snapshotOf([]))).toEqual({ paths: [], problems: [] });
  });
});

describe('symbolic links', () => {
  const tree = snapshotOf(
    ['data/', 'data/x.txt', 'data/y.md', 'l → data', 'src/', 'src/l.txt → ../data/x.txt'],
    {
      l: [['l'], 'data'],
      'src/l.txt': [['src/l.txt'], 'data/x.txt'],
    },
  );

  it('are read with what they lead to', () => {
    expect(select('COPY l /', tree)).toEqual({
      paths: ['l', 'data', 'data/x.txt', 'data/y.md'],
      problems: [],
    });
    expect(select('COPY --exclude=*.md l /', tree).paths).toEqual(['l', 'data', 'data/x.txt']);
  });

  it('on the way to a wildcard bring all that is there', () => {
    expect(select('COPY l/*.txt /', tree)).toEqual({
      paths: ['l', 'data', 'data/x.txt', 'data/y.md'],
      problems: [],
    });
  });

  it('that a wildcard matches are read with what they lead to', () => {
    expect(select('COPY src/*.txt /', tree)).toEqual({
      paths: ['src/l.txt', 'src/l.txt', 'data/x.txt'],
      problems: [],
    });
  });

  it('inside a folder that a wildcard matches are not followed', () => {
    expect(select('COPY s* /', tree)).toEqual({ paths: ['src', 'src/l.txt'], problems: [] });
  });

  it('that nobody followed are a problem', () => {
    const blind = snapshotOf(['src/', 'src/l.txt → ../data/x.txt']);
    expect(select('COPY src/*.txt /', blind).problems).toEqual([
      '3: COPY src/*.txt: its wildcard matches the symbolic link src/l.txt',
    ]);
  });

  it('that dangle, or that --parents goes through, are a problem', () => {
    const dangling = snapshotOf(['l → gone'], { l: [['l'], 'gone'] });
    expect(select('COPY l /', dangling).problems).toEqual(['3: COPY l: its symbolic link dangles']);
    expect(
      select('COPY --parents l/x.txt /', snapshotOf(['l → data'], { 'l/x.txt': [['l'], 'data/x.txt'] }))
        .problems,
    ).toEqual(['3: COPY l/x.txt: --parents leads through a symbolic link']);
  });
});

it.each([
  ['COPY a/b /', 'a/b'],
  ['COPY a/b*/c /', 'a'],
  ['COPY a/b/*.txt /', 'a/b'],
  ['COPY * /', '.'],
  ['COPY [a]/b /', '.'],
  ['COPY . /', '.'],
  ['COPY --parents a/**/c /', 'a'],
])('%s is reached from %s', (instruction, root) => {
  expect(rootOf(sourceOf(instruction))).toBe(root);
});

it('links are followed where a wildcard matches them by themselves', () => {
  const follows = followedLinks(['COPY *.txt src /', 'COPY docs/* /', 'COPY --parents p/* /'].map(sourceOf));
  expect(['a.txt', 'a/b.txt', 'src', 'docs/l', 'docs/a/l', 'p/l'].filter(follows)).toEqual([
    'a.txt',
    'docs/l',
  ]);
});
