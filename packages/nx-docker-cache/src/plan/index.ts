export { assemblePlan } from './assemble';
export { contentKey, rootOf } from './content-key';
export { identify, type Identity } from './identity';
export { planSkip } from './skip';
export { DEFAULT_TARGET_NAME, receiptPath, STATE_FOLDER } from './state';
export { environmentNames } from './template';
