import type { ContainerPort, TaskOutputPort } from '../../ports/container';
import type { ResultPlacesPort } from '../../ports/results';
import type { ServicePort } from '../../ports/services';
import type { TaskRecordPort } from '../../ports/task-records';
import type { Ports } from '../ports';

/** What a stage task touches the world with, beside all that a build does. */
export interface TaskPorts extends Ports {
  readonly containers: ContainerPort;
  readonly services: ServicePort;
  readonly results: ResultPlacesPort;
  readonly output: TaskOutputPort;
  /** The files at or below these paths that git has; undefined where git does not answer. */
  readonly tracked: (paths: readonly string[]) => Promise<readonly string[] | undefined>;
  readonly records: TaskRecordPort;
}
