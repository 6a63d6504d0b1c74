import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanup } from './support/cleanup';
import { mustBuild, plan, statuses, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, type Agent } from './support/engine';
import { Workspace } from './support/workspace';

const COPY_ALL = `FROM busybox
COPY . /all
RUN find /all -type f | sort > /list
CMD ["cat", "/list"]
`;

describeWithEngine('Dockerfiles and contexts', () => {
  let workspace: Workspace;
  let agent: Agent;
  const on = (): CliOptions => ({ cwd: workspace.root, env: agent.env });
  const output = async (image: string): Promise<string> =>
    (await agent.docker('run', '--rm', '--network=none', image)).stdout;

  beforeAll(async () => {
    agent = await freshAgent('contexts');
    workspace = await Workspace.make({
      folder: 'e2e mit Leerzeichen und Ümlaut ',
      files: {
        'apps/api/Dockerfile':
          'FROM busybox\nCOPY apps/api/own.txt libs/shared/lib.txt /\nCMD ["cat", "/own.txt", "/lib.txt"]\n',
        'apps/api/own.txt': 'own\n',
        'libs/shared/lib.txt': 'lib\n',
        'apps/web/web.txt': 'web\n',
        'docker/web.Dockerfile': 'FROM busybox\nARG NAME\nCOPY ${NAME} /file\nCMD ["cat", "/file"]\n',
        'apps/all/Dockerfile': COPY_ALL,
        'apps/all/keep.txt': 'keep\n',
        'apps/all/drop.txt': 'drop\n',
        'apps/all/Dockerfile.dockerignore': 'drop.txt\nDockerfile*\n',
        'apps/root/Dockerfile': COPY_ALL,
        'apps/stages/Dockerfile':
          'FROM busybox AS test\nRUN echo test > /which\nCMD ["cat", "/which"]\nFROM busybox AS prod\nRUN echo prod > /which\nCMD ["cat", "/which"]\n',
        'apps/named/Dockerfile':
          'FROM base\nCOPY --from=assets asset.txt /asset.txt\nCMD ["cat", "/asset.txt"]\n',
        'assets/asset.txt': 'asset\n',
        'apps/spaced dir/Containerfile':
          'FROM busybox\nCOPY ["ein wort.txt", "/w.txt"]\nCMD ["cat", "/w.txt"]\n',
        'apps/spaced dir/ein wort.txt': 'spaced\n',
        '.dockerignore': 'apps/all\n',
      },
      projects: {
        api: { root: 'apps/api' },
        web: {
          root: 'apps/web',
          dockerfile: 'docker/web.Dockerfile',
          context: '{projectRoot}',
          buildArgs: { NAME: 'web.txt' },
        },
        all: { root: 'apps/all', context: '{projectRoot}' },
        root: { root: 'apps/root', context: '.' },
        stages: { root: 'apps/stages' },
        named: {
          root: 'apps/named',
          buildContexts: { base: 'docker-image://busybox', assets: 'assets' },
        },
        spaced: { root: 'apps/spaced dir' },
      },
    });
  });

  it('infers the workspace root where the sources lie there', async () => {
    const planned = await plan('api', [], on());
    expect(planned).toMatchObject({ context: '.', dockerfile: 'apps/api/Dockerfile' });
    await mustBuild('api', [], on());
    expect(await output('api:dev')).toBe('own\nlib\n');
  });

  it('takes a Dockerfile outside the project, {projectRoot} and build args', async () => {
    await mustBuild('web', [], on());
    expect(await output('web:dev')).toBe('web\n');
  });

  it("follows the Dockerfile's own ignore file before the context's", async () => {
    await mustBuild('all', [], on());
    expect(await output('all:dev')).toBe('/all/keep.txt\n');
  });

  it('keeps receipts and caches out of a context that holds them, so that nothing changed is a hit', async () => {
    await mustBuild('root', [], on());
    const files = (await output('root:dev')).trim().split('\n');
    expect(files).toContain('/all/libs/shared/lib.txt');
    expect(files).not.toContain('/all/apps/all/keep.txt');
    expect(files.filter((file) => file.includes('.nx-docker-cache/'))).toEqual([]);
    const { receipt } = await mustBuild('root', [], on());
    expect(receipt.steps.executed).toBe(0);
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });

  it('builds a target stage, by name in any case', async () => {
    const { receipt, outcome } = await mustBuild('stages', ['--target', 'TEST'], on());
    expect(receipt.target).toBe('test');
    expect(Object.keys(statuses(outcome)).join()).not.toMatch(/prod/);
    expect(await output('stages:dev')).toBe('test\n');
    await mustBuild('stages', [], on());
    expect(await output('stages:dev')).toBe('prod\n');
  });

  it('takes named contexts: a folder, and an image in the place of a base', async () => {
    await mustBuild('named', [], on());
    expect(await output('named:dev')).toBe('asset\n');
  });

  it('takes folders and files with spaces, and a Containerfile', async () => {
    await mustBuild('spaced', [], on());
    expect(await output('spaced:dev')).toBe('spaced\n');
  });

  it('takes a context and a Dockerfile outside the workspace', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'e2e-outside-'));
    onCleanup(() => rmSync(outside, { recursive: true, force: true }));
    mkdirSync(join(outside, 'context'));
    writeFileSync(join(outside, 'Dockerfile'), 'FROM busybox\nCOPY far.txt /\nCMD ["cat", "/far.txt"]\n');
    writeFileSync(join(outside, 'context/far.txt'), 'far\n');
    const where = ['--dockerfile', join(outside, 'Dockerfile'), '--context', join(outside, 'context')];
    await mustBuild('api', where, on());
    expect(await output('api:dev')).toBe('far\n');
  });

  it('builds a folder that no configuration names', async () => {
    workspace.write({ 'tools/probe/Dockerfile': 'FROM busybox\nCMD ["echo", "probe"]\n' });
    const { receipt } = await mustBuild('tools/probe', [], on());
    expect(receipt.project).toBe('probe');
    expect(await output('probe:dev')).toBe('probe\n');
  });

  it('follows the Dockerfiles beside where nothing else tells the context, and says so', async () => {
    const tells = 'FROM busybox\nCOPY libs/shared/lib.txt /\n';
    workspace.write({
      'services/one/Dockerfile': tells,
      'services/two/Dockerfile': tells,
      'services/new/Dockerfile': 'FROM busybox\nCOPY . /all\nCMD ["cat", "/all/libs/shared/lib.txt"]\n',
    });
    const reason = 'as services/one/Dockerfile, services/two/Dockerfile';
    expect(await plan('services/new', [], on())).toMatchObject({ context: '.', contextReason: reason });
    const { stderr } = await mustBuild('services/new', [], on());
    expect(stderr).toMatch(new RegExp(`context +\\. \\(${reason}\\)`));
    expect(stderr).not.toContain('is a guess');
    expect(await output('new:dev')).toBe('lib\n');

    // One of another habit: nothing is decided any more.
    workspace.write({
      'services/two/Dockerfile': 'FROM busybox\nCOPY own.txt /\n',
      'services/two/own.txt': '',
    });
    const disagreed = await plan('services/new', [], on());
    expect(disagreed.context).toBe('services/new');
    expect(disagreed.warnings).toContainEqual(
      expect.objectContaining({
        code: 'CONTEXT_UNDECIDED',
        message: expect.stringContaining(
          'services/one/Dockerfile uses ., services/two/Dockerfile uses services/two',
        ),
      }),
    );
  });

  it('works from a folder inside the workspace', async () => {
    const cwd = join(workspace.root, 'apps/stages');
    const { receipt } = await mustBuild('stages', [], { cwd, env: agent.env });
    expect(receipt.loaded).toBe(true);
    expect(workspace.receipt('stages').digest).toBe(receipt.digest);
  });
});
