import type { BuildPlan } from '../model/plan';
import { table } from './format';
import { formatHeading } from './text';

/** The plan for a person: heading, stages, caches and the command. */
export function formatPlan(plan: BuildPlan, colors: boolean): string[] {
  return [
    ...formatHeading(plan, colors),
    '',
    ...table([
      ...plan.stages.map(({ name, index, base, reached }) => [
        'stage',
        name ?? String(index),
        base,
        reached ? '' : 'not needed',
      ]),
      ['context', plan.context, '', plan.contextReason],
      ...plan.cache.from.map(({ ref, reason }) => ['cache from', ref, '', reason]),
      ...plan.cache.to.map(({ ref, reason }) => ['cache to', ref, '', reason]),
      ['receipt', plan.receipt, '', ''],
    ]),
    '',
    `  docker ${plan.argv.map(quote).join(' ')}`,
  ];
}

/** For reading only: no shell ever sees it. */
function quote(word: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
