import { parseArgs } from 'node:util';
import { composeTaskPorts, interruptSignal, openWorkspace } from '../../adapters/compose';
import { namedBuild } from '../../pipeline/named-build';
import { publishProjects, type PublishResult } from '../../pipeline/publish';
import { rebuildWith } from '../../pipeline/rebuild';
import { exitCodeOf } from '../exit-code';
import { usage, WORKSPACE_FLAGS } from '../flags';

const FLAGS = {
  ...WORKSPACE_FLAGS,
  tag: { type: 'string', multiple: true },
  stage: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  'allow-dirty': { type: 'boolean' },
  'no-tasks': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** `publish <project…> [--tag <rule>] [--dry-run] [--json]`: a project that fails does not stop the others. */
export async function publishCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  if (positionals.length === 0) throw usage('publish needs a project', 'nx-docker-cache publish <project…>');
  const workspace = openWorkspace(values.cwd ?? process.cwd(), values.configuration);
  const given = {
    ...{ tags: values.tag, stages: values.stage, dryRun: values['dry-run'] },
    allowDirty: values['allow-dirty'],
    tasks: values['no-tasks'] === true ? false : undefined,
  };
  const overrides = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  // Every name is looked up before the first tag is given.
  const projects = [];
  for (const text of new Set(positionals)) {
    const { name, target } = await namedBuild(text, workspace);
    const project = await workspace.publication(name, target);
    projects.push({ ...project, options: { ...(project.options as object), ...overrides } });
  }
  const ports = composeTaskPorts(workspace);
  const { signal, release } = interruptSignal();
  try {
    const results = await publishProjects(projects, ports, signal, rebuildWith(ports));
    if (values.json === true) process.stdout.write(`${JSON.stringify(results.map(toJson), undefined, 2)}\n`);
    if (signal.aborted) return 130;
    return exitCodeOf(results.flatMap(({ error }) => (error === undefined ? [] : [error.code])));
  } finally {
    release();
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true, strict: true });
  } catch (error) {
    const message = (error as Error).message.split('. ')[0] ?? 'wrong usage';
    throw usage(
      message,
      'publish <project…> [--tag <rule>] [--stage <name>] [--dry-run] [--allow-dirty] [--no-tasks] [--json] [--configuration <name>] [--cwd <folder>]',
    );
  }
}

function toJson({ project, ok, plan, outcome, error }: PublishResult): unknown {
  const { code, message, expected, found, hint } = error ?? {};
  return { project, ok, plan, outcome, error: error && { code, message, expected, found, hint } };
}
