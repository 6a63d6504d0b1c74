/** What `matrix --json` prints, version 1. */
export interface ShardMatrix {
  readonly version: 1;
  /** How many shards were asked for. */
  readonly asked: number;
  /** From 1; none is empty, so there may be fewer than asked for, or none. */
  readonly shards: readonly Shard[];
  /** By name: how long each project is expected to take. */
  readonly weights: readonly ShardWeight[];
  /** Left out, as the registry or the engine holds them. */
  readonly skipped: readonly { readonly project: string; readonly reason: string }[];
  /** What is worth knowing of the split, for people. */
  readonly notes: readonly string[];
}

/** The projects that one agent builds. */
export interface Shard {
  readonly shard: number;
  /** In the order to build them in: what others stand on comes first. */
  readonly projects: readonly string[];
  /** How long they are expected to take, one after the other. */
  readonly seconds: number;
}

export interface ShardWeight {
  readonly project: string;
  readonly seconds: number;
  /** receipt: its last build took so long · estimate: from the instructions of its Dockerfile */
  readonly from: 'receipt' | 'estimate';
}
