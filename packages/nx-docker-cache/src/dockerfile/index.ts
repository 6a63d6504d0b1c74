export { isPredefinedArg, isProxyArg } from './args';
export { familiar } from './base-ref';
export { consumedArgs } from './consumed';
export { inferContext, type ContextAnswer, type ContextHint, type ContextQuestion } from './context';
export {
  ignoreFileCandidates,
  isIgnored,
  matchEntry,
  mayContainIncluded,
  opensFiles,
  parseIgnore,
  type FolderMatches,
  type IgnorePattern,
  type IgnoreRules,
} from './ignore';
export { contextImages, contextUses } from './named-contexts';
export { parseDockerfile, type ParseOptions } from './parse';
export { reachableStages, type Target, type Targets } from './reach';
export { contextSources, externalImages, type ExternalImage } from './reads';
export { compileSource, matchesSource, type MatchableSource } from './source-match';
export { SPACES } from './space';
export {
  SiblingIndex,
  siblingContext,
  siblingUnit,
  type DockerfilePlace,
  type SiblingContext,
} from './siblings';
export { resolveTarget } from './target';
export { BLANK } from './words';
export { runsWorkspaceTool } from './workspace-tool';
