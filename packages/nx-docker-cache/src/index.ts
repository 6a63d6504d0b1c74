export { DockerCacheError, InternalError, type ErrorCode } from './errors';
export { createDependencies, createNodes, createNodesV2 } from './graph';
export type { BuildPlan, TrustTier } from './model/plan';
export type { BuildOutcome, StepOutcome, StepStatus } from './model/outcome';
export type { Receipt } from './model/receipt';
