import type { ShardBuild, ShardMatrix } from '../model/matrix';
import { formatMatrix, githubMatrix, gitlabPipeline } from './matrix';

const build = (project: string, target = 'docker-build'): ShardBuild => ({
  ...{ project, target, root: `apps/${project.split('/').at(-1)}` },
});
const matrix: ShardMatrix = {
  ...{
    version: 1,
    asked: 3,
    runner: 'git',
    skipped: [{ project: 'docs', target: 'docker-build', reason: 'the registry holds it' }],
    notes: ['a note'],
  },
  shards: [
    {
      ...{ shard: 1, projects: ['@acme/base', '@acme/api'], seconds: 90.5 },
      ...{ builds: [build('@acme/base'), build('@acme/api')], scripts: [], tasks: [] },
    },
    { shard: 2, projects: ['web'], builds: [build('web')], scripts: [], tasks: [], seconds: 3 },
  ],
  weights: ['@acme/api', '@acme/base', 'web'].map((project) => ({
    ...{ project, target: 'docker-build', seconds: 1, from: 'receipt' },
  })),
};
const nothing: ShardMatrix = { ...matrix, shards: [], weights: [], skipped: [], notes: [] };

describe('a matrix', () => {
  it('is a table for people', () => {
    expect(formatMatrix(matrix, { colors: false })).toEqual([
      ...['3 projects in 2 shards', '', '  shard  about  projects'],
      ...['  1      91 s   @acme/base @acme/api', '  2      3.0 s  web', ''],
      ...['left out  docs: the registry holds it', '', 'note  a note'],
    ]);
    expect(formatMatrix(nothing, { colors: false })).toEqual(['0 projects in 0 shards']);
  });

  it('is one line for GitHub', () => {
    expect(githubMatrix(matrix)).toBe(
      '{"include":[{"shard":1,"projects":"@acme/base @acme/api"},{"shard":2,"projects":"web"}]}',
    );
    expect(githubMatrix(nothing)).toBe('{"include":[]}');
  });

  it('has the words that Nx and Turborepo take', () => {
    const projects = ['a', 'a:docker-build-debug', 'web'];
    const builds = [build('a'), build('a', 'docker-build-debug'), build('web')];
    const one = { ...matrix, shards: [{ shard: 1, projects, builds, scripts: [], tasks: [], seconds: 1 }] };
    const words = { projects: 'a a:docker-build-debug web' };
    const nx = { ...words, names: 'a web', targets: 'docker-build docker-build-debug' };
    expect(JSON.parse(githubMatrix({ ...one, runner: 'nx' }))).toEqual({ include: [{ shard: 1, ...nx }] });
    expect(JSON.parse(githubMatrix({ ...one, runner: 'turborepo' }))).toEqual({
      include: [{ shard: 1, ...words, folders: 'apps/a apps/web' }],
    });
    const variables = { SHARD: '1', PROJECTS: words.projects, NAMES: nx.names, TARGETS: nx.targets };
    expect(JSON.parse(gitlabPipeline({ ...one, runner: 'nx' }))).toEqual({
      'images 1': { extends: '.images', variables },
    });
    const weights = builds.map(({ project, target }) => ({
      ...{ project, target, seconds: 1, from: 'receipt' as const },
    }));
    expect(formatMatrix({ ...one, weights }, { colors: false })[0]).toBe('3 builds of 2 projects in 1 shard');
  });

  it('has the scripts that run before, in their order', () => {
    const scripts = ['libs/ui', 'apps/web'].map((root) => ({ root, script: 'build' }));
    const one = { ...matrix, shards: [{ ...matrix.shards[1]!, scripts }] };
    const words = 'libs/ui:build apps/web:build';
    expect(JSON.parse(githubMatrix(one))).toEqual({
      include: [{ shard: 2, projects: 'web', scripts: words }],
    });
    expect(JSON.parse(gitlabPipeline(one))).toMatchObject({ 'images 2': { variables: { SCRIPTS: words } } });
  });

  it('has the stage tasks that run after: by project, and for Turborepo by script', () => {
    const tasks = [
      { project: '@acme/web', task: 'test', script: 'docker-test' },
      { project: '@acme/web', task: 'lint', script: 'docker-lint' },
      { project: '@acme/api', task: 'test', script: 'docker-test' },
    ];
    const one = { ...matrix, shards: [{ ...matrix.shards[1]!, tasks }] };
    const words = '@acme/web:test @acme/web:lint @acme/api:test';
    expect(JSON.parse(githubMatrix(one))).toEqual({
      include: [{ shard: 2, projects: 'web', tasks: words }],
    });
    expect(JSON.parse(gitlabPipeline(one))).toMatchObject({ 'images 2': { variables: { TASKS: words } } });
    expect(JSON.parse(githubMatrix({ ...one, runner: 'turborepo' }))).toEqual({
      include: [{ shard: 2, projects: 'web', folders: 'apps/web', tasks: 'docker-test docker-lint' }],
    });
  });

  it('is a pipeline for GitLab, which always has a job', () => {
    expect(JSON.parse(gitlabPipeline(matrix))).toEqual({
      'images 1': { extends: '.images', variables: { SHARD: '1', PROJECTS: '@acme/base @acme/api' } },
      'images 2': { extends: '.images', variables: { SHARD: '2', PROJECTS: 'web' } },
    });
    const rules = [{ when: 'on_success' }];
    expect(JSON.parse(gitlabPipeline(nothing))).toEqual({
      images: { rules, script: ['echo "no image to build"'] },
    });
  });
});
