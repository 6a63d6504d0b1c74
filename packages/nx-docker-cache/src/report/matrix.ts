import type { Shard, ShardMatrix, ShardTask } from '../model/matrix';
import { Paint, seconds, table } from './format';

/** A split for a person. */
export function formatMatrix(matrix: ShardMatrix, view: { readonly colors: boolean }): string[] {
  const paint = new Paint(view.colors);
  const { shards, weights, skipped, notes } = matrix;
  const projects = new Set(weights.map(({ project }) => project)).size;
  const builds = weights.length === projects ? '' : `${weights.length} builds of `;
  const head = `${builds}${projects} ${projects === 1 ? 'project' : 'projects'} in ${shards.length} ${shards.length === 1 ? 'shard' : 'shards'}`;
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
export function githubMatrix({ shards, runner }: ShardMatrix): string {
  return JSON.stringify({ include: shards.map((one) => ({ shard: one.shard, ...wordsOf(one, runner) })) });
}

/**
 * A child pipeline of GitLab: a job for each shard, made of a hidden job `.images` that the pipeline includes. It is
 * JSON, which is YAML too. A pipeline must have a job, so that one says so where there is nothing to build.
 */
export function gitlabPipeline({ shards, runner }: ShardMatrix): string {
  const jobs = shards.map((one) => [
    `images ${one.shard}`,
    { extends: '.images', variables: { SHARD: String(one.shard), ...variablesOf(one, runner) } },
  ]);
  // Without a rule GitLab leaves a job out of the pipelines of merge requests.
  const none = [['images', { rules: [{ when: 'on_success' }], script: ['echo "no image to build"'] }]];
  return JSON.stringify(Object.fromEntries(jobs.length > 0 ? jobs : none), undefined, 2);
}

/**
 * What `build` takes, and what the task runner takes: Nx names and targets, Turborepo folders. Where there is none,
 * scripts that run before, each as `folder:script`, and the stage tasks that run after, as `project:task`.
 */
function wordsOf(
  { projects, builds, scripts, tasks }: Shard,
  runner: ShardMatrix['runner'],
): Record<string, string> {
  const words = (values: readonly string[]): string => [...new Set(values)].join(' ');
  return {
    projects: words(projects),
    ...(runner === 'nx'
      ? {
          names: words(builds.map(({ project }) => project)),
          targets: words(builds.map(({ target }) => target).sort()),
        }
      : {}),
    ...(scripts.length > 0 ? { scripts: words(scripts.map(({ root, script }) => `${root}:${script}`)) } : {}),
    ...(runner === 'turborepo' ? { folders: words(builds.map(({ root }) => root)) } : {}),
    ...(tasks.length > 0 ? { tasks: words(tasks.map((task) => taskWord(task, runner))) } : {}),
  };
}

function taskWord({ project, task, script }: ShardTask, runner: ShardMatrix['runner']): string {
  return runner === 'turborepo' ? script : `${project}:${task}`;
}

function variablesOf(shard: Shard, runner: ShardMatrix['runner']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(wordsOf(shard, runner)).map(([name, value]) => [name.toUpperCase(), value]),
  );
}
