/** Stage tasks as targets of a real Nx workspace: inferred, in parallel, cached where that is right. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { NxWorkspace } from './support/nx-workspace';

const CI = { CI: 'true', NX_PARALLEL: '2' };
const HIT = /docker-test.*\[(local cache|existing outputs match the cache[^\]]*)\]/;

describeWithEngine('stage tasks in Nx', () => {
  let agent: Agent;
  let workspace: NxWorkspace;

  const nxJson = (host: string, test: string) => ({
    plugins: [
      {
        plugin: 'nx-docker-cache',
        options: {
          registry: host,
          projects: {
            api: {
              stage: 'builder',
              tasks: { test: { command: test, outputs: ['cov'] }, lint: 'grep -q . built.txt' },
            },
          },
        },
      },
    ],
  });
  const TEST = 'mkdir -p cov && cp built.txt cov/ && echo "tested $(cat built.txt)"';
  let host: string;

  beforeAll(async () => {
    host = (await startRegistry('tasks-nx')).host;
    agent = await freshAgent('tasks-nx');
    workspace = await NxWorkspace.make({
      version: '23.2.1',
      files: {
        'apps/api/project.json': JSON.stringify({ name: 'api' }),
        'apps/api/Dockerfile': `FROM busybox AS builder
WORKDIR /app
COPY src src
RUN cat src/* > built.txt

FROM busybox
COPY prod.txt /
COPY --from=builder /app/built.txt /
`,
        'apps/api/src/main.txt': 'one\n',
        'apps/api/prod.txt': 'one\n',
      },
    });
    await workspace.addPlugin();
    configure(TEST);
    await workspace.commit();
  });

  function configure(test: string): void {
    const json = JSON.parse(workspace.read('nx.json')) as Record<string, unknown>;
    workspace.write({ 'nx.json': JSON.stringify({ ...json, ...nxJson(host, test) }) });
  }

  const run = (...targets: string[]): Promise<string> =>
    workspace.mustNx(['run-many', '-t', ...targets, '--outputStyle=static'], { ...agent.env, ...CI });

  it('run after one build, are cached, and run again for a change of their stage only', async () => {
    const first = await run('docker-test', 'docker-lint');
    expect(first).toMatch(/tested one/);
    expect(first).not.toMatch(HIT);
    expect(workspace.read('apps/api/cov/built.txt')).toBe('one\n');

    expect(await run('docker-test')).toMatch(HIT);

    workspace.write({ 'apps/api/prod.txt': 'two\n' });
    const outside = await run('docker-test');
    expect(outside).toMatch(HIT);
    expect(outside).toMatch(/COPY prod\.txt/);

    workspace.write({ 'apps/api/src/main.txt': 'two\n' });
    const inside = await run('docker-test');
    expect(inside).not.toMatch(HIT);
    expect(inside).toMatch(/tested two/);
    expect(workspace.read('apps/api/cov/built.txt')).toBe('two\n');

    configure(TEST.replace('tested', 'checked'));
    const other = await run('docker-test');
    expect(other).not.toMatch(HIT);
    expect(other).toMatch(/checked two/);

    workspace.write({ 'apps/api/src/main.txt': 'one\n' });
    configure(TEST);
    expect(await run('docker-test')).toMatch(HIT);
    expect(workspace.read('apps/api/cov/built.txt')).toBe('one\n');
  });

  it('run again for a change of their stage where the build was left out of the run, too', async () => {
    const flags = ['--excludeTaskDependencies', '--outputStyle=static'];
    const without = (): Promise<string> =>
      workspace.mustNx(['run', 'api:docker-test', ...flags], { ...agent.env, ...CI });
    const known = await without();
    expect(known).not.toMatch(HIT);
    expect(known).toMatch(/it has passed over the same content/);
    expect(await without()).toMatch(HIT);
    workspace.write({ 'apps/api/src/main.txt': 'three\n' });
    expect(await without()).toMatch(/tested three/);
    expect(workspace.read('apps/api/cov/built.txt')).toBe('three\n');
    // It has built the stage by itself.
    workspace.remove('.nx-docker-cache/api/receipt.docker-build.builder.json');
    workspace.write({ 'apps/api/src/main.txt': 'one\n' });
    expect(await run('docker-test')).toMatch(HIT);
  });

  it('run in what this run has built where no key tells it from other content, and build it themselves otherwise', async () => {
    const own = '.nx-docker-cache/api/receipt.docker-build.builder.json';
    // The commit becomes a label, and no key holds it.
    const env = { ...agent.env, ...CI, BUILDX_GIT_LABELS: '1' };
    configure(TEST.replace('tested', 'labelled'));
    const built = await workspace.mustNx(['run', 'api:docker-test', '--outputStyle=static'], env);
    expect(built).toMatch(/labelled one[\s\S]*no record/);
    expect(existsSync(join(workspace.root, own))).toBe(false);
    configure(TEST.replace('tested', 'alone'));
    const flags = ['--exclude-task-dependencies', '--outputStyle=static'];
    const alone = await workspace.mustNx(['run', 'api:docker-test', ...flags], env);
    expect(alone).toMatch(/alone one[\s\S]*no record/);
    expect(existsSync(join(workspace.root, own))).toBe(true);
  });

  it('that fail fail, and keep their results', async () => {
    configure('mkdir -p cov; echo why > cov/why; exit 3');
    const { exitCode, stdout, stderr } = await workspace.nx(['run', 'api:docker-test'], {
      ...agent.env,
      ...CI,
    });
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(/failed with exit code 3/);
    expect(workspace.read('apps/api/cov/why')).toBe('why\n');
  });
});
