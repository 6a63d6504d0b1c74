/** The pipeline that `nx g nx-docker-cache:ci` writes names targets that the workspace's own Nx has. */
import { parse } from 'yaml';
import { NxWorkspace } from './support/nx-workspace';

const PLUGIN = 'nx-docker-cache';
const DOCKERFILE = 'FROM busybox AS builder\nCOPY . /src\nFROM busybox\nCOPY --from=builder /src /src\n';
const named = (name: string, targets: object): string => JSON.stringify({ name, targets });
const WORKFLOW = '.github/workflows/images.yml';

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}

describe.each(['21.6.11', '24.0.0'])('the pipeline for Nx %s', (version) => {
  let workspace: NxWorkspace;

  beforeAll(async () => {
    workspace = await NxWorkspace.make({
      version,
      files: {
        // Tasks among the target's own options.
        'apps/api/project.json': named('api', {
          image: { options: { stage: 'builder', tasks: { test: 'true' } } },
        }),
        'apps/api/Dockerfile': DOCKERFILE,
        // A target that was written by hand, of the plugin's second entry.
        'tools/job/project.json': named('job', {
          smoke: { executor: `${PLUGIN}:run`, options: { stage: 'builder', command: 'true' } },
          'unit-test': { executor: 'nx:noop' },
        }),
        'tools/job/Dockerfile': DOCKERFILE,
      },
    });
    await workspace.addPlugin();
    const registry = 'reg.test/shop';
    const job = { stage: 'builder', tasks: { lint: 'true' } };
    const plugins = [
      { plugin: PLUGIN, include: ['apps/**'], options: { targetName: 'image', registry } },
      { plugin: PLUGIN, include: ['tools/**'], options: { registry, projects: { job } } },
    ];
    const nxJson = JSON.parse(workspace.read('nx.json')) as Record<string, unknown>;
    workspace.write({ 'nx.json': JSON.stringify({ ...nxJson, plugins }) });
    await workspace.commit();
    await workspace.mustNx(['g', `${PLUGIN}:ci`, '--ci=github', '--no-interactive']);
  });

  /** Ids of the tasks that a job's command of Nx names, for all projects; not of what these depend on. */
  const tasksOf = async (job: string): Promise<string[]> => {
    const { jobs } = parse(workspace.read(WORKFLOW)) as Workflow;
    const command = jobs[job]!.steps.find(({ run }) => run?.includes('run-many'))?.run ?? '';
    const [, text = ''] = /^npx nx run-many -t (.*) --projects /.exec(command) ?? [];
    const targets = text.replace('$TARGETS', 'image docker-build').split(' ');
    const flags = ['--projects', 'api,job', '--graph=stdout'];
    const { tasks } = JSON.parse(await workspace.mustNx(['run-many', '-t', ...targets, ...flags])) as {
      tasks: { tasks: Readonly<Record<string, { target: { target: string } }>> };
    };
    const asked = Object.entries(tasks.tasks).filter(([, { target }]) => targets.includes(target.target));
    return asked.map(([id]) => id).sort();
  };

  it('tests what the shards build, whoever wrote the targets', async () => {
    expect(await tasksOf('images')).toEqual([
      ...['api:image', 'api:image-test', 'job:docker-build', 'job:docker-lint', 'job:smoke'],
    ]);
  });

  it('publishes both', async () => {
    expect(await tasksOf('publish')).toEqual(['api:docker-publish', 'job:docker-publish']);
  });
});
