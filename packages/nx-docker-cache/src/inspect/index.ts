export type { BuildFacts, BuildSelection, InspectFacts } from './facts';
export { inspect } from './inspect';
