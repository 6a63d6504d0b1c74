import type { EngineFacts } from '../model/facts';
import type { CacheOptions } from '../model/options';
import type { TrustTier } from '../model/plan';
import type { Scope } from './scope';

export interface CacheInput {
  readonly options: CacheOptions;
  readonly engine: EngineFacts;
  readonly image: string;
  /** true where the image's name holds a registry host. */
  readonly hasRegistry: boolean;
  readonly pushes: boolean;
  readonly scope: Scope;
  readonly variant: string | undefined;
  readonly tier: TrustTier;
  /** Folder of the project's local cache, relative to the workspace root. */
  readonly localFolder: string;
  /** true where the registry once refused a cache manifest, as the tag of `refusalRef` tells. */
  readonly refused: boolean;
  readonly expand: (template: string, where: string, scope: string) => string;
}
