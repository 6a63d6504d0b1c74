import type { ContainerPort, TaskOutputPort } from '../../ports/container';
import type { ServicePort } from '../../ports/services';
import type { TaskRecordPort } from '../../ports/task-records';
import type { Ports } from '../ports';

/** What a stage task touches the world with, beside all that a build does. */
export interface TaskPorts extends Ports {
  readonly containers: ContainerPort;
  readonly services: ServicePort;
  readonly output: TaskOutputPort;
  readonly records: TaskRecordPort;
}
