export { createNodes, createNodesV2 } from './create-nodes';
