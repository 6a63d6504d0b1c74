import type { BuildOutcome, CacheOutcome, PublishOutcome, SkipOutcome } from '../model/outcome';
import type { BuildPlan, Warning } from '../model/plan';
import type { Explanation } from './explain';
import { bytes, Paint, seconds, table } from './format';
import { distinctSteps } from './steps';

/** Reasons of a kind that are told; the receipt has them all. */
const MAX_REASONS = 3;

/**
 * The heading of a build: what is built, for whom, from which caches, and why.
 * @param beside plans of stages that are built with it
 */
export function formatHeading(
  plan: BuildPlan,
  colors: boolean,
  why?: Explanation,
  beside: readonly BuildPlan[] = [],
): string[] {
  const paint = new Paint(colors);
  const stages = plan.stages.filter(({ reached }) => reached).map(({ name, index }) => name ?? String(index));
  return [
    `${paint.text('bold', plan.project)}  ${plan.dockerfile} → ${stages.join(' → ')}`,
    ...table([
      ['scope', `${plan.scope.name} (${plan.scope.reason}), ${plan.trust.tier}: ${plan.trust.reason}`],
      ['cache', `${plan.cache.kind} (${plan.cache.reason})`],
      ['output', `${outputWord(plan)} (${plan.output.reason})`],
      ...(plan.parts.length === 0 ? [] : [['platforms', plan.platforms.join(', ')]]),
      ...beside.map((stage) => ['beside', `${stage.target}: ${outputWord(stage)}`]),
      ...contextRows(plan),
      ...(why === undefined ? [] : [['why', at(plan, why.line, why.what)]]),
      ...(why?.cure === undefined ? [] : [['cure', why.cure]]),
      ...neverSkipped(plan),
    ]),
    ...formatWarnings(plan.warnings, colors),
  ];
}

/** Who has decided the context, where the Dockerfile has not; and what is left out of it. */
function contextRows(plan: BuildPlan): string[][] {
  const { context, contextReason, contextIndirect } = plan;
  return [...(contextIndirect ? [['context', `${context} (${contextReason})`]] : []), ...pruneRow(plan)];
}

/** What is left out of the context, or why nothing is although it was asked for. */
function pruneRow({ prune }: BuildPlan): string[][] {
  const { asked, mode, reason, sent } = prune;
  if (sent !== undefined && sent.after.files < sent.before.files) {
    const { before, after } = sent;
    const size = `${bytes(after.bytes)} of ${bytes(before.bytes)}`;
    return [['context', `${after.files} of ${before.files} files, ${size} (prune: ${mode})`]];
  }
  return asked === undefined || asked === mode ? [] : [['context', `prune: ${mode} (${reason})`]];
}

/** What keeps the content key from proving anything. */
function neverSkipped(plan: BuildPlan): string[][] {
  const { obstacles } = plan.skip;
  const shown = obstacles.slice(0, MAX_REASONS).map(({ line, reason }) => at(plan, line, reason));
  const more = obstacles.length > MAX_REASONS ? [`and ${obstacles.length - MAX_REASONS} more`] : [];
  return [...shown, ...more].map((text, index) => [index === 0 ? 'never skipped:' : '', text]);
}

function at({ dockerfile }: BuildPlan, line: number | undefined, text: string): string {
  return line === undefined ? text : `${dockerfile}:${line} ${firstLine(text)}`;
}

/** A build that was run. */
export interface Ran {
  readonly plan: BuildPlan;
  readonly outcome: BuildOutcome;
  readonly publish: PublishOutcome | undefined;
}

/** A build that was not needed. */
export interface Skipped {
  /** Content key, sha256 in hex. */
  readonly key: string;
  readonly skip: SkipOutcome;
}

/** What happened, for a person: counts, caches, references; of one build, or of several stages as one run. */
export function formatOutcome(
  ran: readonly [Ran, ...Ran[]],
  skipped: readonly Skipped[],
  receipt: string | undefined,
  colors: boolean,
): string[] {
  const paint = new Paint(colors);
  const outcomes = ran.map(({ outcome }) => outcome);
  const ok = outcomes.every((outcome) => outcome.ok);
  const steps = distinctSteps(outcomes);
  const count = (status: string): number => steps.filter((step) => step.status === status).length;
  const pulled = steps.reduce((sum, step) => sum + step.bytesFetched, 0);
  const counts = `${count('executed')} executed · ${count('fetched')} fetched · ${count('cached')} cached`;
  const took = Math.max(...outcomes.map((outcome) => outcome.seconds));
  const mark = ok ? paint.text('green', '✔') : paint.text('red', '✘');
  return [
    `${mark} ${paint.text('bold', ran[0].plan.project)}  ${counts}${pulled > 0 ? ` · ${bytes(pulled)} pulled` : ''} · ${seconds(took)}`,
    ...table([
      ...outcomes.flatMap(({ caches }) => caches.map((cache) => cacheRow(cache, paint))),
      ...ran.flatMap((one) => (one.outcome.ok ? referenceRows(one) : [])),
      ...skipped.flatMap(skipRows),
      ...(receipt === undefined ? [] : [['receipt', '', receipt]]),
    ]),
    ...formatWarnings(
      outcomes.flatMap(({ warnings }) => warnings),
      colors,
    ),
  ];
}

/** A run in which nothing had to be built. */
export function formatSkip(
  project: string,
  skipped: readonly Skipped[],
  took: number,
  receipt: string,
  colors: boolean,
): string[] {
  const paint = new Paint(colors);
  return [
    `${paint.text('green', '✔')} ${paint.text('bold', project)}  ${paint.text('green', 'skipped')}: nothing that it reads has changed · ${seconds(took)}`,
    ...table([...skipped.flatMap(skipRows), ['receipt', '', receipt]]),
  ];
}

function skipRows({ key, skip }: Skipped): string[][] {
  return [
    ['key', '', `${key.slice(0, 16)}… found at ${skip.from}`],
    ...(skip.promoted.length === 0 ? [['image', 'there', skip.digest]] : []),
    ...skip.promoted.map((ref) =>
      /:part-[ti]-[^:]*$/.test(ref)
        ? ['part', 'is', `${ref.replace(/:part-[^:]*$/, '')}@${skip.digest}`]
        : ['image', 'is', `${ref}@${skip.digest}`],
    ),
  ];
}

export function formatWarnings(warnings: readonly Warning[], colors: boolean): string[] {
  const paint = new Paint(colors);
  return warnings.flatMap(({ code, message, hint }) => [
    `  ${paint.text('yellow', 'warning')} ${code}: ${message}`,
    ...(hint === undefined ? [] : [`          ${hint}`]),
  ]);
}

function cacheRow({ direction, ref, reason, result, message }: CacheOutcome, paint: Paint): string[] {
  const word = result === 'lost' ? paint.text('yellow', result) : result;
  const detail = message === undefined || result === 'missing' ? reason : `${reason}; ${firstLine(message)}`;
  return [direction === 'from' ? 'cache ←' : 'cache →', word, `${ref}  (${detail})`];
}

function referenceRows({ plan, outcome, publish }: Ran): string[][] {
  const digest = outcome.digest === undefined ? '' : `@${outcome.digest}`;
  const isPart = plan.tags.some((ref) => /:part-[ti]-[^:]*$/.test(ref));
  const pushed = plan.tags.map((ref) => {
    const tag = publish?.tags.find((candidate) => candidate.ref === ref);
    const note = tag?.verified === false ? `  (not verified: ${firstLine(tag.message ?? '')})` : '';
    // Its tag is for this tool alone.
    return isPart
      ? ['part', 'pushed', `${plan.image}${digest} (${plan.platforms.join()})${note}`]
      : ['image', 'pushed', `${ref}${digest}${note}`];
  });
  const loaded = plan.loadTags.map((ref) => [
    'image',
    'loaded',
    `${ref}${plan.tags.length > 0 ? '' : digest}`,
  ]);
  return [...pushed, ...loaded];
}

function outputWord({ output, tags, loadTags }: BuildPlan): string {
  const words = [
    ...(output.push ? [`push ${tags.join(', ')}`] : []),
    ...(output.load ? [`load ${loadTags.join(', ')}`] : []),
  ];
  return words.length === 0 ? 'nothing is kept but the build itself' : words.join('; ');
}

function firstLine(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
