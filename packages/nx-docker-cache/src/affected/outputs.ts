import type { PackageGraph } from '../inspect';
import { isInside } from '../layout/paths';
import type { ProjectMap } from '../layout/project-map';
import { ROOT_FILES, ROOT_FOLDERS } from '../layout/root-files';
import type { InspectedDockerfile } from '../model/inspection';
import { isSharedByTasks } from './nobodys';
import type { Reasons } from './reasons';

export interface OutputQuestion {
  readonly project: { readonly name: string; readonly root: string };
  readonly entry: Pick<InspectedDockerfile, 'outputs' | 'synthetic' | 'edges'>;
  readonly changed: readonly string[];
  readonly packages: PackageGraph;
  readonly projects: ProjectMap;
  /** true where the task runner is asked what its tasks read, and its word counts. */
  readonly inputsKnown: boolean;
}

interface Made {
  /** The project whose task makes it. */
  readonly project: string;
  readonly line: number | undefined;
  readonly text: string;
}

/**
 * What tasks make of changed files, and the build copies: git does not know it, so all that such a task may read counts,
 * its project's files, those of all that this needs, and those of nobody.
 */
export function addOutputs(question: OutputQuestion, reasons: Reasons): void {
  const { project, entry, changed, packages, projects, inputsKnown } = question;
  for (const { project: maker, line, text } of madeFor(project.name, entry)) {
    const cause = {
      kind: 'output',
      line,
      project: maker === project.name ? undefined : maker,
      text,
    } as const;
    const roots = [maker, ...packages.closure(maker, true).keys()].map((name) =>
      name === project.name ? project.root : packages.rootOf(name),
    );
    for (const path of changed) {
      const own = roots.some((root) => root !== '.' && isInside(path, root));
      const shared = inputsKnown ? decidesInstall(path) : isSharedByTasks(path, projects);
      const ofRoot = roots.includes('.') && !path.startsWith('..');
      if (own || shared || ofRoot) reasons.add(cause, path);
    }
  }
}

function decidesInstall(path: string): boolean {
  return ROOT_FILES.includes(path) || ROOT_FOLDERS.some((folder) => isInside(path, folder));
}

function madeFor(project: string, { outputs, synthetic, edges }: OutputQuestion['entry']): Made[] {
  const known = outputs.map((one) => ({
    ...{ project: one.project, line: one.line },
    text: `${one.path} is made by ${one.project}:${one.target}, line ${one.line}`,
  }));
  const guessed = synthetic.map(({ path, line }) => {
    const edge = edges.find((one) => one.reads === 'output' && one.line === line);
    return { project: edge?.to ?? project, line, text: `${path} is made before the build, line ${line}` };
  });
  return [...known, ...guessed];
}
