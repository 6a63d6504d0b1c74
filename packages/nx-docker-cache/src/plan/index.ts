export { assemblePlan } from './assemble';
export { expandBuildArgs, hasTemplates } from './build-args';
export { contentKey } from './content-key';
export { identify, type Identity } from './identity';
export { followedLinks, rootOf } from './key-select';
export { dependsOnBuilder } from './key-settings';
export { planSkip } from './skip';
export { DEFAULT_TARGET_NAME, receiptPath, STATE_FOLDER } from './state';
export { environmentNames } from './template';
