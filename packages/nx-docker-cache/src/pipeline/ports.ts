import type { EnginePort } from '../ports/engine';
import type { FilesPort, LocalCachePort } from '../ports/files';
import type { ClockPort, EnvironmentPort, LoggerPort } from '../ports/logger';
import type { ProbePort } from '../ports/probe';
import type { SourcePort, WorkspacePort } from '../ports/workspace';

/** Everything that the pipeline touches the world with. */
export interface Ports {
  readonly workspace: WorkspacePort;
  readonly source: SourcePort;
  readonly files: FilesPort;
  readonly localCache: LocalCachePort;
  readonly engine: EnginePort;
  readonly probe: ProbePort;
  readonly clock: ClockPort;
  readonly logger: LoggerPort;
  readonly environment: EnvironmentPort;
}
