import type { BuildPlan, ExplainedPlan } from '../model/plan';
import type { WorkspaceProject } from '../ports/workspace';
import type { Ports } from './ports';
import { prepare } from './prepare';
import { prepareStages } from './stages';
import { planWith } from './units';

export type { Ports } from './ports';
export { buildProject, buildProjects, type BuildRequest } from './projects';
export type { BuildResult } from './result';

/** The plan with all that a reader may ask for; a build does without the versions. @throws DockerCacheError */
export async function explainPlan(project: WorkspaceProject, ports: Ports): Promise<ExplainedPlan> {
  const main = await prepare(project, ports, false);
  const beside = await prepareStages(main, ports, false);
  const [engine, buildx] = await Promise.all([
    ports.engine.facts(main.options.builder),
    ports.engine.version(),
  ]);
  const [plan, ...stageBuilds] = (await Promise.all(
    [main, ...beside].map((prepared) => planWith(prepared, engine, ports)),
  )) as [BuildPlan, ...BuildPlan[]];
  return { ...plan, engine: { ...plan.engine, buildx: plan.engine.buildx ?? buildx }, stageBuilds };
}
