import type { TaskPlan } from '../model/task';
import { bytes, Paint, seconds, table } from './format';

/** Files and reasons that are listed. */
const MAX_LISTED = 3;

interface Ended {
  readonly cut: 'timeout' | 'interrupt' | undefined;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly seconds: number;
  readonly paths: readonly string[];
  readonly bytes: number;
  readonly missing: readonly string[];
  readonly refused: readonly string[];
  readonly kept: readonly string[];
}

/** What came of a task that was run. */
export function formatTaskEnd(
  plan: TaskPlan,
  image: { readonly reference: string; readonly doubt: string | undefined },
  end: Ended,
  record: string | undefined,
  colors: boolean,
): string[] {
  const paint = new Paint(colors);
  const passed = end.cut === undefined && end.exitCode === 0;
  const mark = passed ? paint.text('green', '✔') : paint.text('red', '✘');
  const { write, obstacle = write === undefined ? undefined : image.doubt } = plan.record;
  return [
    `${mark} ${paint.text('bold', plan.project)} ${plan.stage}: ${oneLine(plan.shown)}  ${outcome(plan, end)} · ${seconds(end.seconds)}`,
    ...table([
      ['image', image.reference],
      ...(end.paths.length > 0 ? [['results', `${count(end.paths, 'file')}, ${bytes(end.bytes)}`]] : []),
      ...end.missing.map((path) => [paint.text('yellow', 'missing'), `the container has no ${path}`]),
      ...end.refused.slice(0, MAX_LISTED).map((reason) => [paint.text('yellow', 'left out'), reason]),
      ...(end.refused.length > MAX_LISTED ? [['', `and ${end.refused.length - MAX_LISTED} more`]] : []),
      ...keptRows(end.kept, paint),
      ...(record === undefined ? [] : [['record', record]]),
      ...(passed && obstacle !== undefined ? [['no record', oneLine(obstacle)]] : []),
    ]),
  ];
}

/** A task that did not have to run. */
export function formatTaskSkip(
  plan: TaskPlan,
  stored: {
    readonly record: { readonly seconds: number; readonly finished: string };
    readonly restored: readonly string[];
    readonly kept: readonly string[];
  },
  from: string,
  took: number,
  colors: boolean,
): string[] {
  const paint = new Paint(colors);
  const { record, restored, kept } = stored;
  return [
    `${paint.text('green', '✔')} ${paint.text('bold', plan.project)} ${plan.stage}: ${oneLine(plan.shown)}  ${paint.text('green', 'skipped')}: it has passed over the same content (${seconds(record.seconds)}, ${record.finished}) · ${seconds(took)}`,
    ...table([
      ['record', from],
      ...(restored.length > 0 ? [['results', `${count(restored, 'file')} restored`]] : []),
      ...keptRows(kept, paint),
    ]),
  ];
}

function keptRows(kept: readonly string[], paint: Paint): string[][] {
  return kept.map((place) => [
    paint.text('yellow', 'kept'),
    `${place}: what was there stays beside the results, since git neither has nor ignores it`,
  ]);
}

function outcome({ timeout }: TaskPlan, { cut, exitCode, outOfMemory }: Ended): string {
  if (cut === 'timeout') return `ended after ${timeout} s`;
  if (exitCode === 0) return 'passed';
  return `failed with exit code ${exitCode}${outOfMemory ? ' (out of memory)' : ''}`;
}

function count(paths: readonly string[], word: string): string {
  return `${paths.length} ${word}${paths.length === 1 ? '' : 's'}`;
}

function oneLine(text: string): string {
  const line = text.split('\n')[0]!;
  return line.length > 100 || line !== text ? `${line.slice(0, 99)}…` : line;
}
