export { assemblePlan } from './assemble';
export { expandBuildArgs, hasTemplates } from './build-args';
export { contentKey, dependsOnBuilder } from './content-key';
export { identify, type Identity } from './identity';
export { followedLinks, rootOf } from './key-select';
export { planSkip } from './skip';
export { DEFAULT_TARGET_NAME, receiptPath, stageKeyPath, stageKeysFolder, STATE_FOLDER } from './state';
export { environmentNames } from './template';
