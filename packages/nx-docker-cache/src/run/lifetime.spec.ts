import type { PlannedService } from '../model/task';
import { lifetimeOf } from './lifetime';

const service = (timeout: number): PlannedService => ({ timeout }) as PlannedService;

it('is the time that services may take to get ready, and then the task’s own', () => {
  expect(lifetimeOf({ timeout: 30, services: [] })).toBe(30);
  expect(lifetimeOf({ timeout: 30, services: [service(60), service(10)] })).toBe(90);
});

it('is unknown where the task has no limit', () => {
  expect(lifetimeOf({ timeout: undefined, services: [service(60)] })).toBeUndefined();
});
