import type { Shard, ShardMatrix } from '../model/matrix';
import { Paint, seconds, table } from './format';

/** A split for a person. */
export function formatMatrix(matrix: ShardMatrix, view: { readonly colors: boolean }): string[] {
  const paint = new Paint(view.colors);
  const { shards, weights, skipped, notes } = matrix;
  const head = `${weights.length} ${weights.length === 1 ? 'project' : 'projects'} in ${shards.length} ${shards.length === 1 ? 'shard' : 'shards'}`;
  const rows = shards.map(({ shard, projects, seconds: sum }) => [
    String(shard),
    seconds(sum),
    projects.join(' '),
  ]);
  const titles = ['shard', 'about', 'projects'].map((title) => paint.text('dim', title));
  return [
    paint.text('bold', head),
    ...(rows.length === 0 ? [] : ['', ...table([titles, ...rows])]),
    ...(skipped.length === 0
      ? []
      : ['', ...skipped.map(({ project, reason }) => `left out  ${project}: ${reason}`)]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `${paint.text('yellow', 'note')}  ${note}`)]),
  ];
}

/** A matrix of GitHub Actions, on one line: `strategy.matrix: ${{ fromJSON(…) }}`. */
export function githubMatrix({ shards }: ShardMatrix): string {
  return JSON.stringify({
    include: shards.map(({ shard, projects }) => ({ shard, projects: namesOf(projects) })),
  });
}

/**
 * A child pipeline of GitLab: a job for each shard, made of a hidden job `.images` that the pipeline includes. It is
 * JSON, which is YAML too. A pipeline must have a job, so that one says so where there is nothing to build.
 */
export function gitlabPipeline({ shards }: ShardMatrix): string {
  const jobs = shards.map(({ shard, projects }) => [
    `images ${shard}`,
    { extends: '.images', variables: { SHARD: String(shard), PROJECTS: namesOf(projects) } },
  ]);
  // Without a rule GitLab leaves a job out of the pipelines of merge requests.
  const none = [['images', { rules: [{ when: 'on_success' }], script: ['echo "no image to build"'] }]];
  return JSON.stringify(Object.fromEntries(jobs.length > 0 ? jobs : none), undefined, 2);
}

function namesOf(projects: Shard['projects']): string {
  return projects.join(' ');
}
