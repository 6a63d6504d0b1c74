/** Configurations of targets in a real Nx workspace: what this tool reads of a build is what `nx run` makes of it. */
import { runCli } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { NxWorkspace } from './support/nx-workspace';
import { RegistryView } from './support/registry';

const QUIET = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };
const DOCKERFILE = `FROM busybox AS builder
ARG KIND=plain
COPY text /text
RUN echo "$KIND" > /kind
FROM busybox
COPY --from=builder /kind /text /
`;
const production = (name: string) => ({
  production: { image: `acme/${name}-prod`, buildArgs: { KIND: 'production' } },
});
const project = (name: string, build: object): Record<string, string> => ({
  [`apps/${name}/project.json`]: JSON.stringify({ name, targets: { 'docker-build': build } }),
  [`apps/${name}/Dockerfile`]: DOCKERFILE,
  [`apps/${name}/text`]: `${name}\n`,
});

describeWithEngine('configurations of Nx', () => {
  let agent: Agent;
  let workspace: NxWorkspace;
  let view: RegistryView;

  beforeAll(async () => {
    const { host } = await startRegistry('cfg-nx');
    view = new RegistryView(host);
    agent = await freshAgent('cfg-nx');
    workspace = await NxWorkspace.make({
      version: '23.2.1',
      files: {
        ...project('api', { options: { image: 'acme/api' }, configurations: production('api') }),
        ...project('web', {
          options: { image: 'acme/web' },
          ...{ configurations: production('web'), defaultConfiguration: 'production' },
        }),
      },
    });
    await workspace.addPlugin();
    const tasks = { kind: 'echo "kind: $(cat /kind)"' };
    const options = {
      registry: host,
      publish: { tags: ['latest'] },
      projects: { api: { stage: 'builder', tasks }, web: { stage: 'builder', tasks } },
    };
    const json = JSON.parse(workspace.read('nx.json')) as Record<string, unknown>;
    workspace.write({
      'nx.json': JSON.stringify({ ...json, plugins: [{ plugin: 'nx-docker-cache', options }] }),
    });
    await workspace.commit();
  });

  const env = () => ({ ...agent.env, CI: 'true' });
  const cli = async (...args: string[]): Promise<string> => {
    const options = { cwd: workspace.root, env: { ...QUIET, ...env() } };
    const { stdout, stderr, exitCode } = await runCli(args, options);
    if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}\n${stderr}`);
    return stdout;
  };
  const left = async (...args: string[]): Promise<string[]> => {
    const text = await cli('matrix', '--shards', '1', '--skip-known', '--json', ...args);
    return (JSON.parse(text) as { shards: { projects: string[] }[] }).shards.flatMap((one) => one.projects);
  };
  const imageOf = async (...args: string[]): Promise<string> => {
    const { image } = JSON.parse(await cli('plan', '--json', ...args)) as { image: string };
    return image.replace(/^[^/]*\//, '');
  };

  it('decide what is known: an image is left out only where that very one is there', async () => {
    expect(await left()).toEqual(['api', 'web']);
    await workspace.mustNx(['run-many', '-t', 'docker-build,docker-kind'], env());
    expect(await left()).toEqual([]);
    expect(await left('-c', 'production')).toEqual(['api']);
    // Neither has it: Nx takes the plain options of one, and the default configuration of the other.
    expect(await left('-c', 'staging')).toEqual([]);
    expect(await view.tags('acme/web')).toEqual([]);
    expect(await view.tags('acme/web-prod')).not.toEqual([]);

    const { projects } = JSON.parse(
      await cli('affected', '--json', '--base', await first(), '--configuration', 'production'),
    ) as { projects: { name: string; known: unknown }[] };
    expect(projects.map(({ name }) => name)).toEqual(['api', 'web']);
    await workspace.mustNx(['run-many', '-t', 'docker-build,docker-kind', '-c', 'production'], env());
    expect(await left('-c', 'production')).toEqual([]);
  });

  it('decide what the plan of our own command is', async () => {
    expect(await imageOf('api')).toBe('acme/api');
    expect(await imageOf('web')).toBe('acme/web-prod');
    expect(await imageOf('api', '-c', 'production')).toBe('acme/api-prod');
    await cli('build', 'api', '-c', 'production');
    expect(workspace.receipt('api').status).toBe('skipped');
  });

  it('reach stage tasks and publishing, whose own targets do not have them', async () => {
    const run = ['run', 'api:docker-kind', '--outputStyle=static', '--skip=false'];
    expect(await workspace.mustNx(run, env())).toMatch(/kind: plain/);
    expect(await workspace.mustNx([...run, '-c', 'production'], env())).toMatch(/kind: production/);
    expect(await workspace.mustNx(['run', 'web:docker-kind', '--skip=false'], env())).toMatch(
      /kind: production/,
    );
    await workspace.mustNx(['run', 'api:docker-publish', '-c', 'production'], env());
    expect(await view.tags('acme/api-prod')).toContain('latest');
    expect(await view.tags('acme/api')).not.toContain('latest');
    await cli('publish', 'web', '--no-tasks');
    expect(await view.tags('acme/web-prod')).toContain('latest');
  });

  it('are refused where they give two projects one image', async () => {
    const path = 'apps/api/project.json';
    workspace.write({ [path]: workspace.read(path).replace('acme/api-prod', 'acme/web-prod') });
    const plain = await workspace.nx(['run', 'api:docker-build', '--skip=false'], env());
    expect([plain.exitCode, plain.stdout]).toEqual([0, expect.not.stringContaining('CONFLICTING_PLAN')]);
    for (const asked of [
      ['run', 'api:docker-build'],
      ['run-many', '-t', 'docker-build,docker-kind'],
    ]) {
      const { exitCode, stdout, stderr } = await workspace.nx([...asked, '-c', 'production'], env());
      expect(exitCode).not.toBe(0);
      expect(stdout + stderr).toMatch(/CONFLICTING_PLAN: \w+ and \w+ would push/);
    }
    await workspace.restore();
  });

  const first = (): Promise<string> => workspace.git('rev-list', '--max-parents=0', 'HEAD');
});
