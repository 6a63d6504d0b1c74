export { planSetup } from './init';
export {
  CONFIG_FILE,
  PNPM_WORKSPACE,
  type FileEdit,
  type Setup,
  type SetupFacts,
  type SetupPackage,
} from './model';
export { turboFiles } from './turbo';
