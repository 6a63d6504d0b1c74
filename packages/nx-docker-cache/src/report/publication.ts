import type { DeployDelta, PublicationOutcome, PublicationPlan, PublishedTag } from '../model/publication';
import { bytes, Paint, seconds, table } from './format';
import { formatWarnings } from './text';

const WOULD: Readonly<Record<PublishedTag['state'], string>> = {
  created: 'new',
  moved: 'moves',
  unchanged: 'unchanged',
  failed: 'failed',
  overtaken: 'overtaken',
};

/** What was published, for a person. */
export function formatPublication(
  plan: PublicationPlan,
  outcome: PublicationOutcome | undefined,
  colors: boolean,
): string[] {
  const paint = new Paint(colors);
  const { project, trust, refused, idle } = plan;
  const ok = outcome?.ok !== false;
  const mark = ok ? paint.text('green', '✔') : paint.text('red', '✘');
  const took = outcome === undefined ? '' : ` · ${seconds(outcome.seconds)}`;
  return [
    `${mark} ${paint.text('bold', project)}  ${headline(plan, outcome)}${took}`,
    ...table([
      ...(plan.digest === undefined ? [] : [['image', '', `${plan.image}@${plan.digest}`]]),
      ...(outcome?.tags ?? []).map((tag) => tagRow(tag, plan.dryRun, paint)),
      ...refused.map(({ tag, rule, reason }) => [
        'tag',
        paint.text('yellow', 'refused'),
        `${tag}  (${rule}: ${reason})`,
      ]),
      ...idle
        .filter(({ rule }) => !rule.startsWith('default:'))
        .map(({ rule, reason }) => ['rule', 'idle', `${rule}: ${reason}`]),
      ...(outcome?.delta === undefined ? [] : deltaRows(outcome.delta)),
      ['for', '', `${trust.tier}: ${trust.reason}`],
    ]),
    ...formatWarnings(plan.warnings, colors),
  ];
}

function headline({ trust, dryRun }: PublicationPlan, outcome: PublicationOutcome | undefined): string {
  if (trust.tier === 'untrusted') return 'nothing is published for a change from a fork';
  if (outcome === undefined || outcome.tags.length === 0) return 'no tag to publish';
  const count = (...states: string[]): number =>
    outcome.tags.filter(({ state }) => states.includes(state)).length;
  const failed = count('failed', 'overtaken');
  const words = `${count('created', 'moved')} ${dryRun ? 'to publish' : 'published'} · ${count('unchanged')} unchanged`;
  return `${words}${failed > 0 ? ` · ${failed} failed` : ''}${dryRun ? ' (dry run)' : ''}`;
}

function tagRow({ ref, state, before, message }: PublishedTag, dryRun: boolean, paint: Paint): string[] {
  const bad = state === 'failed' || state === 'overtaken';
  const word = dryRun ? WOULD[state] : state;
  const was = state === 'moved' ? `  (was ${before?.slice(0, 19)}…)` : '';
  return [
    'tag',
    bad ? paint.text('red', word) : word,
    `${ref}${was}${message === undefined ? '' : `  (${message})`}`,
  ];
}

function deltaRows({ ref, previous, platforms, message }: DeployDelta): string[][] {
  if (message !== undefined) return [['deploy', '', `no figures: ${message}`]];
  const from = previous === undefined ? 'nothing before it' : `from what ${ref} was`;
  return platforms.map(({ platform, pullBytes, totalBytes, pullBlobs, totalBlobs }) => [
    'deploy',
    '',
    `${bytes(pullBytes)} of ${bytes(totalBytes)} to pull, ${pullBlobs} of ${totalBlobs} blobs (${platform === undefined ? '' : `${platform}, `}${from})`,
  ]);
}
