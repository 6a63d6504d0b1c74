export { judgeBuilds, type JudgedBuild, type ReadBase } from './affected';
export { chooseBase, type BaseCandidate, type BaseChoice, type CiAnswer, type CiBase } from './base';
export type { AffectedFacts, ChangedDisk, LostImage, OptionChange } from './facts';
