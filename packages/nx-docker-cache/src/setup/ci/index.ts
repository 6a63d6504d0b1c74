import { githubWorkflow } from './github';
import { gitlabPipeline } from './gitlab';
import type { CiFacts, CiPlan } from './model';

/** The files of a pipeline. Pure. */
export function planCi(facts: CiFacts): CiPlan {
  return facts.service === 'github' ? githubWorkflow(facts) : gitlabPipeline(facts);
}

export {
  CI_SERVICES,
  type CiFacts,
  type CiPlan,
  type CiService,
  type CiTargets,
  type PackageManager,
} from './model';
export { refuseInnerWorkspace } from './git-root';
export { TOOL_FILES, toolsOf } from './tools';
export { newFiles, type CiChanges } from './write';
