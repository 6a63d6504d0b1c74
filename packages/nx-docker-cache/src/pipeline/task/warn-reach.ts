import type { TaskPlan } from '../../model/task';
import { outputsInReach } from '../../plan/task-reach';
import type { Prepared } from '../prepare';
import type { TaskPorts } from './ports';

/**
 * Says which results would change what the stage is made of: after them every task in it builds anew, and what it records
 * stands for a content that no other checkout has. What git has is a source, and is meant to change.
 */
export async function warnOfReach(
  { outputs, stage }: TaskPlan,
  { facts, options }: Prepared,
  { tracked, logger }: Pick<TaskPorts, 'tracked' | 'logger'>,
): Promise<void> {
  const found = outputsInReach(outputs, facts.files, options.target);
  if (found.length === 0) return;
  const sources = (await tracked(found.map(({ place }) => place))) ?? [];
  const file = facts.files.ignore.file ?? `a .dockerignore in ${facts.files.context}`;
  for (const { place, rule, via, line } of found) {
    if (sources.some((path) => path === place || path.startsWith(`${place}/`))) continue;
    logger.warn(
      `${place} is a result of this task, and stage ${stage} reads it (${facts.files.dockerfile}:${line} ${via}): with it there, the next task builds the stage anew, and its record holds for no other checkout. Write ${rule} into ${file}`,
    );
  }
}
