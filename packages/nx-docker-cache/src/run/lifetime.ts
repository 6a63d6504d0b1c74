import type { TaskPlan } from '../model/task';

/**
 * Seconds that a task and the services beside it may live by their own limits, from the first of them on; undefined where
 * the task has no limit, so that nobody else can tell when it is over.
 */
export function lifetimeOf({
  timeout,
  services,
}: Pick<TaskPlan, 'timeout' | 'services'>): number | undefined {
  if (timeout === undefined) return undefined;
  return timeout + Math.max(0, ...services.map((service) => service.timeout));
}
