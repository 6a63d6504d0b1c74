export { assemblePlan, DEFAULT_TARGET_NAME, receiptPath, STATE_FOLDER } from './assemble';
export { environmentNames } from './template';
