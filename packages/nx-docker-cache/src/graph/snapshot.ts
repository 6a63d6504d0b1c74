import { WorkspaceDisk, type Disk } from './disk';
import { SummaryStore } from './store';

/** One state of the workspace's files, for both steps of a graph. */
export class Snapshot {
  readonly disk: Disk;
  #store: SummaryStore | undefined;

  constructor(readonly workspaceRoot: string) {
    this.disk = new WorkspaceDisk(workspaceRoot);
  }

  /** Read at its first use: a graph of which everything is known needs none. */
  get store(): SummaryStore {
    this.#store ??= new SummaryStore(this.workspaceRoot);
    return this.#store;
  }
}

/**
 * What `createNodes` has seen, for `createDependencies`, which Nx calls next and mostly in the same process: both
 * speak of one state of the files, and each is read once. It is handed over once, so that nothing outlives a graph.
 */
let handedOver: Snapshot | undefined;

export function handOver(snapshot: Snapshot): void {
  handedOver = snapshot;
}

export function takeOver(workspaceRoot: string): Snapshot {
  const snapshot = handedOver?.workspaceRoot === workspaceRoot ? handedOver : undefined;
  handedOver = undefined;
  return snapshot ?? new Snapshot(workspaceRoot);
}
