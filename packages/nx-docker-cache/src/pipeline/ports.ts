import type { ContentPort, ImageDigestPort } from '../ports/content';
import type { EnginePort } from '../ports/engine';
import type { FilesPort, LocalCachePort } from '../ports/files';
import type { ClockPort, EnvironmentPort, LoggerPort } from '../ports/logger';
import type { ProbePort } from '../ports/probe';
import type { RegistryPort } from '../ports/registry';
import type { TimesPort } from '../ports/times';
import type { SourcePort, WorkspacePort } from '../ports/workspace';

/** Everything that the pipeline touches the world with. */
export interface Ports {
  readonly workspace: WorkspacePort;
  readonly source: SourcePort;
  readonly files: FilesPort;
  readonly content: ContentPort;
  readonly imageDigests: ImageDigestPort;
  readonly localCache: LocalCachePort;
  readonly engine: EnginePort;
  readonly registry: Pick<RegistryPort, 'promote' | 'headManifest' | 'getManifest' | 'putManifest'>;
  readonly probe: ProbePort;
  readonly times: TimesPort;
  readonly clock: ClockPort;
  readonly logger: LoggerPort;
  readonly environment: EnvironmentPort;
}
