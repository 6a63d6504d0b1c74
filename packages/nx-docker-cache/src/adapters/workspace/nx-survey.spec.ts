import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { surveyGraph, type NxGraph } from './nx-survey';

const EXECUTOR = 'nx-docker-cache:build';
const GRAPH: NxGraph = {
  nodes: {
    api: { data: { root: 'apps/api', targets: { 'docker-build': { executor: EXECUTOR } } } },
    web: {
      data: {
        root: 'apps/web',
        targets: { image: { executor: EXECUTOR, options: { dockerfile: 'docker/web' } } },
        implicitDependencies: ['data'],
      },
    },
    data: { data: { root: 'data' } },
    util: { data: { root: 'libs/util' } },
  },
  dependencies: {
    api: [
      { target: 'npm:ms', type: 'static' },
      { target: 'util', type: 'static' },
      { target: 'data', type: 'static' },
      { target: 'web', type: 'implicit' },
    ],
    web: [
      { target: 'data', type: 'implicit' },
      { target: 'util', type: 'implicit' },
    ],
  },
};
const file = (path: string, ...deps: unknown[]) => ({ file: path, hash: '1', deps });

describe("the projects of Nx's graph", () => {
  let root: string;
  const write = (path: string, value: unknown): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify(value));
  };
  const record = (projectFileMap: object): void =>
    write('.nx/workspace-data/file-map.json', { fileMap: { projectFileMap } });
  const needs = (name: string): unknown =>
    surveyGraph(root, GRAPH, EXECUTOR).find((project) => project.name === name)?.dependencies;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-survey-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('have the edges of their sources, and not those of Dockerfiles', () => {
    record({
      api: [
        file('apps/api/Dockerfile', 'data'),
        file('apps/api/src/a.ts', ['util', 'dynamic'], ['api', 'npm:ms', 'static']),
      ],
    });
    expect(needs('api')).toEqual([
      { to: 'util', kind: 'runtime' },
      { to: 'web', kind: 'runtime' },
    ]);
  });

  it('have what is written as implicit; of a Dockerfile elsewhere nothing else is', () => {
    record({});
    expect(needs('web')).toEqual([{ to: 'data', kind: 'runtime' }]);
  });

  it('tell what is needed for development by the manifest', () => {
    write('apps/api/package.json', { name: '@acme/api', devDependencies: { '@acme/util': '*' } });
    write('libs/util/package.json', { name: '@acme/util' });
    record({ api: [file('apps/api/package.json', 'util')] });
    expect(needs('api')).toContainEqual({ to: 'util', kind: 'development' });
    record({ api: [file('apps/api/package.json', 'util'), file('apps/api/a.ts', 'util')] });
    expect(needs('api')).toContainEqual({ to: 'util', kind: 'runtime' });
  });

  it('have all edges where Nx has left no record of files, and say that they may not be known', () => {
    expect(needs('api')).toHaveLength(3);
    expect(surveyGraph(root, GRAPH, EXECUTOR)[0]).toMatchObject({ dependenciesKnown: false });
    write('.nx/workspace-data/file-map.json', { fileMap: 'of another version' });
    expect(needs('api')).toHaveLength(3);
  });

  it('have their builds', () => {
    expect(surveyGraph(root, GRAPH, EXECUTOR).flatMap(({ builds }) => builds)).toEqual([
      { target: 'docker-build', options: {} },
      { target: 'image', options: { dockerfile: 'docker/web' } },
    ]);
  });
});
