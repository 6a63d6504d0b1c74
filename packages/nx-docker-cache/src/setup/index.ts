export { planSetup } from './init';
export {
  CONFIG_FILE,
  PNPM_WORKSPACE,
  type FileEdit,
  type Setup,
  type SetupFacts,
  type SetupPackage,
} from './model';
export { namesTurbo, runsThroughTurbo } from './turbo-calls';
export { TURBO_VERSION_FILES, turboVersion } from './turbo-features';
export { turboFiles } from './turbo-files';
