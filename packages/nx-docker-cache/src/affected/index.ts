export { judgeBuilds, type JudgedBuild, type ReadBase } from './affected';
export { baseCandidates, type BaseCandidate, type CiBase } from './base';
export type { AffectedFacts, ChangedDisk, LostImage, OptionChange } from './facts';
