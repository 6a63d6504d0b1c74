import { composePorts, openWorkspace } from '../../adapters/compose';
import { explainPlan } from '../../pipeline';
import { namedBuild } from '../../pipeline/named-build';
import { formatPlan } from '../../report/plan';
import { parseInvocation, usage } from '../flags';
import { projectWith } from '../project';

/** `plan <project> [--json]`: the whole plan, nothing done. */
export async function planCommand(argv: readonly string[]): Promise<number> {
  const invocation = parseInvocation(argv);
  const [name, ...more] = invocation.projects;
  if (name === undefined || more.length > 0)
    throw usage('plan takes one project', 'nx-docker-cache plan <project>');
  const workspace = openWorkspace(invocation.cwd, invocation.configuration);
  const build = await namedBuild(name, workspace);
  const project = await projectWith(workspace, build.name, invocation, build.target);
  const plan = await explainPlan(project, composePorts(workspace));
  const text = invocation.json
    ? JSON.stringify(plan, undefined, 2)
    : formatPlan(plan, process.stdout.isTTY).join('\n');
  process.stdout.write(`${text}\n`);
  return 0;
}
