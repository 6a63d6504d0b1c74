import type { ShardMatrix } from '../model/matrix';
import { formatMatrix, githubMatrix, gitlabPipeline } from './matrix';

const matrix: ShardMatrix = {
  ...{
    version: 1,
    asked: 3,
    skipped: [{ project: 'docs', reason: 'the registry holds it' }],
    notes: ['a note'],
  },
  shards: [
    { shard: 1, projects: ['@acme/base', '@acme/api'], seconds: 90.5 },
    { shard: 2, projects: ['web'], seconds: 3 },
  ],
  weights: ['@acme/api', '@acme/base', 'web'].map((project) => ({ project, seconds: 1, from: 'receipt' })),
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
