export { judgeBuilds, type JudgedBuild } from './affected';
export { baseCandidates, type BaseCandidate, type CiBase } from './base';
export type { AffectedFacts, ChangedDisk, LostImage, OptionChange } from './facts';
