/** Many builds of a run that fail: neither the others nor the time are lost. */
import { build } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { Workspace } from './support/workspace';

const FAILING = Array.from({ length: 6 }, (_, index) => `broken-${index}`);
/** One ends after the other, so that the first one ends a solve for all that run beside it. */
const sleepOf = (index: number): number => 2 + 1.5 * index;

/** What a run tells a project of other builds. */
function notesOf(stderr: string, project = ''): string[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith(project));
  return lines.flatMap((line) => /(?:another build|builds) of this run fail.*$/.exec(line)?.[0] ?? []);
}

describeWithEngine('a run of which many builds fail', () => {
  let workspace: Workspace;
  let agent: Agent;
  const on = () => ({ cwd: workspace.root, env: { ...agent.env, CI: 'true' } });

  beforeAll(async () => {
    const { host } = await startRegistry('batch-failures');
    agent = await freshAgent('batch-failures');
    const names = [...FAILING, 'base', 'web', 'api'];
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme`, tags: '{branch}', skip: false },
      projects: Object.fromEntries(names.map((name) => [name, { root: name }])),
      files: {
        ...Object.fromEntries(
          FAILING.map((name, index) => [
            `${name}/Dockerfile`,
            `FROM busybox\nRUN echo ${name}; sleep ${sleepOf(index)}; exit 1\n`,
          ]),
        ),
        'base/Dockerfile': 'FROM busybox\nRUN sleep 6; echo base > /base\n',
        'web/Dockerfile': `FROM ${host}/acme/base:main\nRUN test -e /base; sleep 2; echo web > /web\n`,
        'api/Dockerfile': 'FROM busybox\nRUN sleep 10; echo api > /api\n',
      },
    });
  });

  it('has no solve for each of them; what is well is built, on its base', async () => {
    const { json, stderr } = await build(['--all'], on());
    const ended = Object.fromEntries(
      json.map(({ project, receipt, error }) => [project, error?.code ?? receipt?.status]),
    );
    expect(ended).toEqual({
      ...Object.fromEntries(FAILING.map((name) => [name, 'BUILD_FAILED'])),
      ...{ base: 'built', web: 'built', api: 'built' },
    });
    for (const { project, error } of json)
      if (error !== undefined) expect(error.found).toMatch(new RegExp(`^${project}\n.*exit code: 1`));
    expect(new Set(notesOf(stderr))).toEqual(
      new Set([
        'another build of this run failed; going on',
        'builds of this run fail; the others go on by themselves, 8 at a time',
      ]),
    );
    expect(notesOf(stderr, 'api')).toHaveLength(2);
    expect(workspace.receipt('web').baseImages).toContainEqual(
      expect.objectContaining({ digest: workspace.receipt('base').digest }),
    );
  });

  it('has no more of them at a time than was asked for', async () => {
    const result = await build([...FAILING.slice(0, 4), '--parallel=2'], on());
    expect(result.json.map(({ error }) => error?.code)).toEqual(
      Array.from({ length: 4 }, () => 'BUILD_FAILED'),
    );
    expect(result.stderr).toMatch(/go on by themselves, 2 at a time/);
  });
});
