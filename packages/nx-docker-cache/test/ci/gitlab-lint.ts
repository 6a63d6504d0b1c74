/** What GitLab would refuse of a pipeline, or leave out of it without a word, as far as the files tell. */
import type { GitlabJob, GitlabJobs, GitlabRule } from './gitlab';

/** Variables of a pipeline. */
export type Situation = Readonly<Record<string, string>>;

/** https://docs.gitlab.com/ci/yaml/#job-keywords; only those that our files may need. */
const KEYWORDS = new Set([
  ...['stage', 'image', 'services', 'needs', 'rules', 'before_script', 'script', 'trigger', 'variables'],
  ...['artifacts', 'id_tokens', 'resource_group'],
]);
/** https://docs.gitlab.com/ci/pipelines/downstream_pipelines/: a job that starts a pipeline runs nothing itself. */
const OF_TRIGGERS = new Set(['stage', 'needs', 'rules', 'trigger', 'variables']);
const RULE_KEYWORDS = new Set(['if', 'when', 'interruptible']);
/** Where a pipeline names none. */
const STAGES = ['.pre', 'build', 'test', 'deploy', '.post'];

/** Empty where nothing is wrong, whatever the situation. */
export function lintPipeline(jobs: GitlabJobs, situations: readonly Situation[]): string[] {
  const visible = Object.entries(jobs).filter(([name]) => !name.startsWith('.'));
  const alone = visible.flatMap(([name, job]) => shapeErrors(job).map((error) => `${name}: ${error}`));
  const together = visible.flatMap(([name, job]) => needErrors(name, job, jobs, situations));
  return [...alone, ...together];
}

/** Names of the jobs that a pipeline has in a situation; none: there is no pipeline. */
export function jobsIn(jobs: GitlabJobs, situation: Situation): string[] {
  return Object.entries(jobs)
    .filter(([name, job]) => !name.startsWith('.') && isIn(job, situation))
    .map(([name]) => name);
}

function shapeErrors(job: GitlabJob): string[] {
  const allowed = job.trigger === undefined ? KEYWORDS : OF_TRIGGERS;
  const unknown = Object.keys(job).filter((key) => !allowed.has(key));
  const rules = (job.rules ?? [])
    .flatMap((rule) => Object.keys(rule))
    .filter((key) => !RULE_KEYWORDS.has(key));
  const commands: unknown[] = [...(job.before_script ?? []), ...(job.script ?? [])];
  const tokens = Object.entries(job.id_tokens ?? {}).filter(([, { aud }]) => typeof aud !== 'string');
  return [
    ...[...unknown, ...rules].map((key) => `no keyword of such a job: ${key}`),
    ...((job.script === undefined) === (job.trigger === undefined)
      ? ['neither commands nor a pipeline']
      : []),
    ...(STAGES.includes(job.stage ?? 'test') ? [] : [`no stage: ${job.stage}`]),
    ...commands
      .filter((one) => typeof one !== 'string' || one.trim() === '')
      .map(() => 'a command is no text'),
    ...tokens.map(([token]) => `${token} is for nobody`),
  ];
}

function needErrors(
  name: string,
  job: GitlabJob,
  jobs: GitlabJobs,
  situations: readonly Situation[],
): string[] {
  const needs = (job.needs ?? []).flatMap((needed) => {
    const other = jobs[needed];
    if (other === undefined) return [`${name} needs ${needed}, which is not there`];
    const late = order(other) > order(job) ? [`${name} needs ${needed}, which comes later`] : [];
    const missing = situations
      .filter((situation) => isIn(job, situation) && !isIn(other, situation))
      .map((situation) => `${name} needs ${needed}, which is left out with ${JSON.stringify(situation)}`);
    return [...late, ...missing];
  });
  const artifacts = (job.trigger?.include ?? []).flatMap(({ artifact, job: from }) => {
    if (artifact === undefined) return [];
    const paths = jobs[from ?? '']?.artifacts?.paths ?? [];
    if (!(job.needs ?? []).includes(from ?? ''))
      return [`${name} takes a file of ${from} and does not need it`];
    return paths.includes(artifact) ? [] : [`${from} does not hand on ${artifact}`];
  });
  return [...needs, ...artifacts];
}

function order({ stage = 'test' }: GitlabJob): number {
  return STAGES.indexOf(stage);
}

/** The first rule that fits decides; a job without rules is left out of the pipelines of merge requests. */
function isIn({ rules }: GitlabJob, situation: Situation): boolean {
  if (rules === undefined) return situation['CI_MERGE_REQUEST_IID'] === undefined;
  const rule = rules.find((one: GitlabRule) => one.if === undefined || holds(one.if, situation));
  return rule !== undefined && rule.when !== 'never';
}

/** `$A`, `$A == $B`, `$A == "text"`: all that our rules are made of. */
function holds(condition: string, situation: Situation): boolean {
  const [, left, right] = /^(\$\w+)(?: == (\$\w+|"[^"$]*"))?$/.exec(condition) ?? [];
  if (left === undefined) throw new Error(`a condition of another kind: ${condition}`);
  const valueOf = (term: string): string | undefined =>
    term.startsWith('$') ? situation[term.slice(1)] : term.slice(1, -1);
  return right === undefined ? (valueOf(left) ?? '') !== '' : valueOf(left) === valueOf(right);
}
