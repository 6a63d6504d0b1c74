import type { SurveyedProject } from '../../model/survey';
import type { RunnerBuild, RunnerOrder } from '../../ports/changes';
import { readManifest } from '../workspace/manifest';
import { TurboTasks } from '../workspace/turbo';
import { orderIn } from './order';

/** What `dependsOn` of turbo.json and of the packages' own makes builds wait for; Turborepo itself is not asked. */
export function turboOrder(
  root: string,
  builds: readonly RunnerBuild[],
  projects: readonly SurveyedProject[],
): RunnerOrder[] {
  const tasks = new TurboTasks(root);
  const byName = new Map(projects.map((project) => [project.name, project]));
  const manifests = new Map(projects.map(({ name, root: folder }) => [name, readManifest(root, folder)]));
  const byPackage = new Map([...manifests].map(([project, { name }]) => [name ?? project, project]));
  const waits = new Map<string, readonly string[]>();
  const next = (id: string): readonly string[] => {
    const known = waits.get(id);
    if (known !== undefined) return known;
    const [project = '', task = ''] = id.split('\0');
    const found = tasks.dependsOn(manifests.get(project)!, task).flatMap((written): string[] => {
      // A package without the script is passed through.
      if (written.startsWith('^'))
        return byName.get(project)!.dependencies.map(({ to }) => idOf(to, written.slice(1)));
      const [name, other] = written.split('#', 2);
      if (other === undefined) return [idOf(project, written)];
      const owner = byPackage.get(name!);
      return owner === undefined ? [] : [idOf(owner, other)];
    });
    const there = found.filter((one) => byName.has(one.split('\0', 1)[0]!));
    waits.set(id, there);
    return there;
  };
  return orderIn(builds, ({ project, target }) => idOf(project, target), next);
}

function idOf(project: string, task: string): string {
  return `${project}\0${task}`;
}
