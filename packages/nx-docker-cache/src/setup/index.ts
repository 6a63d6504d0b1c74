export { planSetup } from './init';
export { CONFIG_FILE, type FileEdit, type Setup, type SetupFacts, type SetupPackage } from './model';
export { turboFiles } from './turbo';
