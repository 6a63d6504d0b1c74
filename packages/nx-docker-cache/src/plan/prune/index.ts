export type { ContextDisk } from './disk';
export { planGraph } from './graph';
export { isWhole } from './may-read';
export { planSources } from './sources';
