import type { BuildPlan } from '../model/plan';
import { table } from './format';
import { formatHeading } from './text';

/** The plan for a person: heading, stages, caches and the command. */
export function formatPlan(plan: BuildPlan, colors: boolean): string[] {
  // Of several platforms each has caches and a command of its own.
  const run = plan.parts.length === 0 ? [plan] : plan.parts;
  const commands = plan.parts.length > 0 && plan.output.load ? [...run, plan] : run;
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
      ...run.flatMap(({ cache }) => [
        ...cache.from.map(({ ref, reason }) => ['cache from', ref, '', reason]),
        ...cache.to.map(({ ref, reason }) => ['cache to', ref, '', reason]),
      ]),
      ['receipt', plan.receipt, '', ''],
    ]),
    '',
    ...commands.map(({ argv }) => `  docker ${argv.map(quote).join(' ')}`),
  ];
}

/** For reading only: no shell ever sees it. */
function quote(word: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
