import type { PlannedService } from '../model/task';

export interface ServiceState {
  readonly running: boolean;
  readonly exitCode: number;
  /** undefined where nothing checks it. */
  readonly healthy: boolean | undefined;
}

/** Containers beside a stage task. What is not removed here, a later run finds by its label, as it finds tasks. */
export interface ServicePort {
  /** Makes a network for one task. Gives its name. @param lifetime as a container has it @throws DockerCacheError SERVICE_FAILED, NO_DOCKER */
  createNetwork(lifetime: number | undefined): Promise<string>;
  /** Starts a service, reachable by its name on that network. Gives the container's id. @throws as createNetwork */
  launch(service: PlannedService, network: string, lifetime: number | undefined): Promise<string>;
  /** In the order of the ids; undefined for a container that is gone. */
  states(ids: readonly string[]): Promise<readonly (ServiceState | undefined)[]>;
  /** Its last lines; none where it has said nothing, or cannot be asked. */
  logs(id: string, lines: number): Promise<readonly string[]>;
  /** Removes containers, then the network. Never throws. */
  clear(ids: readonly string[], network: string): Promise<void>;
}
