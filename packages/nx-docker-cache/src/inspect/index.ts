export type { BuildFacts, BuildSelection, InspectFacts } from './facts';
export { inspect, inspectEach, type InspectedBuild } from './inspect';
export { PackageGraph } from './package-graph';
