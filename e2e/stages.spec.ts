/** Several stages of a project as one build: one solve, an image, a cache and a key for each. */
import { build, mustBuild } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry } from './support/engine';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const DOCKERFILE = `FROM busybox AS builder
WORKDIR /app
ARG GREETING
COPY src src
RUN --mount=type=secret,id=token echo "$GREETING $(cat src/*) $(cat /run/secrets/token | wc -c)" > built.txt

FROM busybox AS app
COPY --from=builder /app/built.txt /built.txt
COPY motd /motd
CMD ["cat", "/built.txt"]
`;
const TOKEN = 'e2e-secret-value';

describeWithEngine('stages that are built beside the target', () => {
  const env = { CI: 'true', TOKEN };
  let host: string;
  let view: RegistryView;
  let workspace: Workspace;

  beforeAll(async () => {
    ({ host } = await startRegistry('stages'));
    view = new RegistryView(host);
    const api = {
      root: 'apps/api',
      stages: ['builder'],
      secrets: ['id=token,env=TOKEN'],
      // A bake file reads ${…} as a template of its own; a build does not.
      buildArgs: { GREETING: '${{x}} %{{y}}' },
    };
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme` },
      projects: { api },
      files: {
        'apps/api/Dockerfile': DOCKERFILE,
        'apps/api/src/main.txt': 'one\n',
        'apps/api/motd': 'hello\n',
      },
    });
  });

  it('are pushed with it, each under tags and with a cache of its own', async () => {
    const agent = await freshAgent('stages-a');
    const { receipt, stdout, stderr } = await mustBuild('api', [], {
      cwd: workspace.root,
      env: { ...agent.env, ...env },
    });
    const commit = (await workspace.git('rev-parse', 'HEAD')).slice(0, 7);
    const [app, builder] = receipt.stages;
    expect([app, builder]).toMatchObject([
      { stage: 'app', status: 'built', refs: [`${host}/acme/api:${commit}`] },
      { stage: 'builder', status: 'built', refs: [`${host}/acme/api:builder-${commit}`] },
    ]);
    const tags = await view.snapshot('acme/api');
    const caches = Object.keys(tags).filter((tag) => /^cache-main--(builder\.)?[0-9a-f]{8}$/.test(tag));
    expect(caches).toHaveLength(2);
    expect(tags).toEqual({
      [commit]: app!.digest,
      [`builder-${commit}`]: builder!.digest,
      // Args that a stage consumes make a variant.
      [caches[0]!]: expect.stringMatching(/^sha256:/),
      [caches[1]!]: expect.stringMatching(/^sha256:/),
      [`key-t-${app!.contentKey}`]: app!.digest,
      [`key-t-${builder!.contentKey}`]: builder!.digest,
      // How long both took together.
      'times--docker-build': expect.stringMatching(/^sha256:/),
    });
    expect(workspace.read('.nx-docker-cache/api/stages/builder.key')).toBe(`${builder!.contentKey}\n`);
    expect(stdout + stderr + JSON.stringify(receipt)).not.toContain(TOKEN);
    const ran = await agent.docker('run', '--rm', '--network=none', `${host}/acme/api@${app!.digest}`);
    expect(ran.stdout).toBe(`\${x} %{y} one ${TOKEN.length}\n`);
  });

  it('share their steps: on another agent nothing is executed', async () => {
    const agent = await freshAgent('stages-b');
    const before = workspace.receipt('api');
    const { receipt, outcome } = await mustBuild('api', ['--no-skip'], {
      cwd: workspace.root,
      env: { ...agent.env, ...env },
    });
    expect(receipt.steps.executed).toBe(0);
    expect(receipt.stages.map(({ digest }) => digest)).toEqual(before.stages.map(({ digest }) => digest));
    expect(new Set(outcome.steps.map(({ status }) => status))).toEqual(new Set(['cached']));
  });

  it('are skipped by themselves: what only the target reads rebuilds the target alone', async () => {
    workspace.write({ 'apps/api/motd': 'good morning\n' });
    const agent = await freshAgent('stages-b');
    const before = workspace.receipt('api');
    const { receipt } = await mustBuild('api', ['--skip', 'repository'], {
      cwd: workspace.root,
      env: { ...agent.env, ...env },
    });
    expect(receipt.status).toBe('built');
    expect(receipt.stages.map(({ stage, status }) => [stage, status])).toEqual([
      ['app', 'built'],
      ['builder', 'skipped'],
    ]);
    expect(receipt.stages[0]?.digest).not.toBe(before.stages[0]?.digest);
    expect(receipt.stages[1]?.digest).toBe(before.stages[1]?.digest);
    expect(receipt.steps.executed).toBe(1);
  });

  it('are loaded under names of their own on a laptop', async () => {
    const agent = await freshAgent('stages-b');
    const { receipt } = await mustBuild('api', ['--load'], {
      cwd: workspace.root,
      env: { ...agent.env, ...env },
    });
    const ran = await agent.docker(
      'run',
      '--rm',
      '--network=none',
      `${host}/acme/api:builder-dev`,
      'ls',
      'src',
    );
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'main.txt\n' });
    const [app, builder] = receipt.stages;
    expect(app?.imageId).toMatch(/^sha256:/);
    expect(builder?.imageId).not.toBe(app?.imageId);
  });

  it('that fail are told with their step, and leave no receipt of what was not made', async () => {
    const before = workspace.receipt('api');
    workspace.write({
      'apps/api/Dockerfile': `${DOCKERFILE}FROM app AS broken\nRUN echo no && exit 3\nFROM app\n`,
    });
    const agent = await freshAgent('stages-b');
    const { exitCode, json } = await build(['api', '--stage', 'broken'], {
      cwd: workspace.root,
      env: { ...agent.env, ...env },
    });
    expect(exitCode).toBe(1);
    expect(json[0]?.error).toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('[broken 1/1] RUN'),
    });
    expect(workspace.receipt('api')).toEqual(before);
  });
});
