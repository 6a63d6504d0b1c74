export { checkBuilds } from './collisions';
export { expressionNames } from './expression';
export { planPublication, publishesNothing, type ReadReceipt } from './plan';
export { isProtectedRef, isScheduled } from './scheduled';
export { hasOtherFiles, inputsAmong, uncommitted } from './uncommitted';
