export { judgeBuilds, type JudgedBuild } from './affected';
export { baseCandidates, type BaseCandidate } from './base';
export type { ChangedDisk } from './facts';
