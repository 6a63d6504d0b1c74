import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, runCli, type CliError, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { oneStep } from './support/samples';
import { Workspace, type WorkspaceInput } from './support/workspace';

interface Case {
  readonly name: string;
  readonly options?: Record<string, unknown>;
  readonly files?: Readonly<Record<string, string>>;
  /** Written over what the workspace was made with. */
  readonly after?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly project?: string;
  readonly input?: Partial<WorkspaceInput>;
  readonly code: string;
  /** Words of `expected`, `found` and `hint`, in this order. */
  readonly expected: RegExp;
  readonly found: RegExp;
  readonly hint: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'an unknown option, with the name that was meant',
    options: { dockerFile: 'Dockerfile' },
    code: 'INVALID_OPTIONS',
    expected: /options/,
    found: /dockerFile: unknown option; did you mean dockerfile\?/,
    hint: /nothing was built/,
  },
  {
    name: "another tool's name of an option",
    options: { 'build-arg': { A: 1 }, cacheFrom: 'x' },
    code: 'INVALID_OPTIONS',
    expected: /options/,
    found: /buildArgs[^]*cache\.from/,
    hint: /./,
  },
  {
    name: 'several problems at once',
    options: {
      target: 7,
      secrets: [{ id: 'x', value: 'y' }],
      cache: { kind: 'disk', sise: 1 },
      load: 'yes',
    },
    code: 'INVALID_OPTIONS',
    expected: /options/,
    found: /target: [^]*secrets\.0\.value: unknown[^]*load: [^]*cache\.kind: [^]*cache\.sise: unknown/,
    hint: /./,
  },
  {
    name: 'several broken rules at once',
    options: { noCache: true, noCacheFilter: 'a', addHosts: ['db'], shmSize: 'big', platforms: 'amd64' },
    code: 'INVALID_OPTIONS',
    expected: /options/,
    found: /noCacheFilter[^]*platforms[^]*addHosts[^]*shmSize/,
    hint: /./,
  },
  {
    name: 'options that contradict each other',
    options: { cache: { kind: 'inline', repository: 'reg.test/cache' } },
    code: 'INVALID_OPTIONS',
    expected: /options/,
    found: /cache\.repository: has no meaning with cache kind inline/,
    hint: /./,
  },
  {
    name: 'a push to nowhere',
    args: ['--push'],
    code: 'NO_REGISTRY',
    expected: /registry/,
    found: /push/,
    hint: /Set `registry`/,
  },
  {
    name: 'a registry cache in no registry',
    args: ['--cache', 'registry'],
    code: 'NO_REGISTRY',
    expected: /cache\.repository/,
    found: /image app/,
    hint: /Set `registry`/,
  },
  {
    name: 'a project without a Dockerfile',
    project: 'empty',
    code: 'NO_DOCKERFILE',
    expected: /a file at empty\/Dockerfile/,
    found: /nothing of that kind/,
    hint: /^Write one in empty, or name it/,
  },
  {
    name: 'a Dockerfile of another name',
    project: 'empty',
    files: { 'empty/prod.Dockerfile': 'FROM busybox\n' },
    code: 'NO_DOCKERFILE',
    expected: /empty\/Dockerfile/,
    found: /prod\.Dockerfile/,
    hint: /empty\/prod\.Dockerfile/,
  },
  {
    name: 'a Dockerfile relative to the project',
    options: { dockerfile: 'Dockerfile' },
    code: 'NO_DOCKERFILE',
    expected: /a file at Dockerfile/,
    found: /./,
    hint: /write app\/Dockerfile/,
  },
  {
    name: 'a syntax error, with its line',
    files: { 'app/Dockerfile': 'FROM busybox\n\nCOPPY a b\n' },
    code: 'DOCKERFILE_SYNTAX',
    expected: /^/,
    found: /COPPY a b/,
    hint: /./,
  },
  {
    name: 'an empty Dockerfile',
    files: { 'app/Dockerfile': '# nothing\n' },
    code: 'DOCKERFILE_SYNTAX',
    expected: /^/,
    found: /no instruction/,
    hint: /Add FROM/,
  },
  {
    name: 'an unknown stage, with the one that was meant',
    files: { 'app/Dockerfile': 'FROM busybox AS builder\nFROM busybox AS production\n' },
    args: ['--target', 'prodution'],
    code: 'UNKNOWN_STAGE',
    expected: /builder[^]*production/,
    found: /prodution/,
    hint: /production/,
  },
  {
    name: 'a registry with a path that is none',
    args: ['--registry', 'ghcr.io/Acme Inc'],
    code: 'INVALID_REFERENCE',
    expected: /host\[:port\]\[\/path\]/,
    found: /Acme Inc/,
    hint: /./,
  },
  {
    name: 'a registry that is a name',
    args: ['--registry', 'acme'],
    code: 'INVALID_REFERENCE',
    expected: /host/,
    found: /acme/,
    hint: /docker\.io\/<account>/,
  },
  {
    name: 'an image with a tag in it',
    args: ['--image', 'app:1.0'],
    code: 'INVALID_REFERENCE',
    expected: /without a tag/,
    found: /app:1\.0/,
    hint: /tags/,
  },
  {
    name: 'a tag that no registry takes',
    args: ['--tag', 'v1+meta'],
    code: 'INVALID_REFERENCE',
    expected: /1 to 128/,
    found: /v1\+meta/,
    hint: /./,
  },
  {
    name: 'a placeholder that does not exist',
    args: ['--tag', '{sha1}'],
    code: 'INVALID_TEMPLATE',
    expected: /\{sha\}/,
    found: /\{sha1\}/,
    hint: /Did you mean \{sha\}\?/,
  },
  {
    name: 'a variable of a template that is not set',
    args: ['--tag', '{env.NOT_SET_HERE}'],
    code: 'INVALID_TEMPLATE',
    expected: /NOT_SET_HERE/,
    found: /nothing/,
    hint: /Set NOT_SET_HERE/,
  },
  {
    name: 'secrets that do not exist, all of them',
    options: { secrets: ['id=a,env=NOT_SET_HERE', 'id=b,src=missing.txt'] },
    code: 'MISSING_SECRET',
    expected: /a: environment variable NOT_SET_HERE[^]*b: file missing\.txt/,
    found: /nothing there/,
    hint: /./,
  },
  {
    name: 'a context that is not there',
    args: ['--context', 'nowhere'],
    code: 'NO_CONTEXT',
    expected: /folder/,
    found: /nothing at nowhere/,
    hint: /\{projectRoot\}/,
  },
  {
    name: 'a context that is a file',
    args: ['--context', 'app/app.txt'],
    code: 'NO_CONTEXT',
    expected: /folder/,
    found: /the file app\/app\.txt/,
    hint: /./,
  },
  {
    name: 'a project that does not exist, with the one that was meant',
    project: 'ap',
    code: 'UNKNOWN_PROJECT',
    expected: /app/,
    found: /"ap"/,
    hint: /Did you mean app\?/,
  },
  {
    name: 'no git repository, where a commit is needed',
    input: { git: false },
    args: ['--tag', '{shortSha}'],
    code: 'NO_GIT',
    expected: /git/,
    found: /shortSha/,
    hint: /tags/,
  },
  {
    name: 'a receipt folder that is a file',
    files: { '.nx-docker-cache': 'a file' },
    code: 'RECEIPT_UNWRITABLE',
    expected: /\.nx-docker-cache\/app/,
    found: /./,
    hint: /writable/,
  },
  {
    name: 'a receipt that is a folder',
    files: { '.nx-docker-cache/app/receipt.json/x': '' },
    code: 'RECEIPT_UNWRITABLE',
    expected: /\.nx-docker-cache\/app/,
    found: /receipt\.json/,
    hint: /./,
  },
  {
    name: 'a configuration that is no JSON',
    after: { 'nx-docker-cache.json': '{ "projects": ' },
    code: 'INVALID_CONFIG',
    expected: /JSON/,
    found: /./,
    hint: /./,
  },
];

describeWithEngine('bad input', () => {
  let agent: Agent;
  let host: string;

  beforeAll(async () => {
    agent = await freshAgent('bad-input');
    ({ host } = await startRegistry('bad-input'));
  });

  const make = async ({ options, files, after, input }: Partial<Case>): Promise<Workspace> => {
    const workspace = await Workspace.make({
      files: { ...oneStep('app'), 'empty/.keep': '', ...files },
      projects: { app: { root: 'app', ...options }, empty: { root: 'empty' } },
      ...input,
    });
    workspace.write(after ?? {});
    return workspace;
  };
  const on = (workspace: Workspace): CliOptions => ({ cwd: workspace.root, env: agent.env });
  const parts = ({ expected, found, hint }: CliError): string[] => [expected ?? '', found ?? '', hint ?? ''];

  /** The error of a run, from `--json` where the run came that far, else from the terminal. */
  const errorOf = (stdout: string, stderr: string): CliError => {
    if (stdout.startsWith('[')) return (JSON.parse(stdout) as { error: CliError }[])[0]!.error;
    const [, code = '', message = ''] = /^([A-Z_]+): (.*)$/m.exec(stderr) ?? [];
    const part = (word: string): string =>
      (new RegExp(`^  ${word}:\\s+([^]*?)(?=^  (?:expected|found|do):|$(?![^]))`, 'm').exec(stderr) ??
        [])[1] ?? '';
    return { code, message, expected: part('expected'), found: part('found'), hint: part('do') };
  };

  it.each(CASES)('$name: $code', async (bad) => {
    const workspace = await make(bad);
    const list = (): string =>
      execFileSync(
        'find',
        ['.', '-path', './.git', '-prune', '-o', '!', '-name', '.gitignore', '-type', 'f', '-print'],
        {
          cwd: workspace.root,
          encoding: 'utf8',
        },
      );
    const before = list();
    const args = ['build', bad.project ?? 'app', ...(bad.args ?? []), '--json'];
    const { exitCode, stdout, stderr } = await runCli(args, on(workspace));
    const error = errorOf(stdout, stderr);
    expect(error.code).toBe(bad.code);
    expect(parts(error)).toEqual(
      [bad.expected, bad.found, bad.hint].map((words): unknown => expect.stringMatching(words)),
    );
    expect(stderr).toContain(error.code);
    expect(exitCode).toBe(2);
    expect(list()).toBe(before);
    expect((await agent.docker('images', '-q')).stdout).toBe('');
  });

  it('names no value of what might be a secret', async () => {
    const value = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
    const workspace = await make({
      options: { secrets: [value, { id: 'x', value }], buildArgs: { 'A B': value } },
    });
    const { stdout, stderr, exitCode } = await runCli(['build', 'app', '--json'], on(workspace));
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toContain('secrets');
    expect(stdout + stderr).not.toContain(value);
  });

  it.each([
    [['build'], /build needs a project/],
    [['bild', 'app'], /Did you mean build\?/],
    [['build', 'app', '--regstry', 'x'], /regstry/],
    [['build', 'app', '--load', '--no-load'], /contradict/],
    [['build', 'app', '--build-arg', 'A'], /NAME=value/],
    [['plan', 'app', 'empty'], /one project/],
  ])('%j is wrong usage', async (args, words) => {
    const workspace = await make({});
    const { exitCode, stderr, stdout } = await runCli(args, on(workspace));
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^USAGE: /);
    expect(stderr).toMatch(words);
  });

  it('in one project does not keep the others from being built', async () => {
    const workspace = await make({ files: { 'empty/Dockerfile': 'FROM nowhere.invalid/x\nCOPPY\n' } });
    const { exitCode, json } = await build(['empty', 'app', '--no-load'], on(workspace));
    expect(json.map(({ project, ok }) => [project, ok])).toEqual([
      ['empty', false],
      ['app', true],
    ]);
    expect(exitCode).toBe(2);
  });

  it('refuses two projects that would make one image, before either is built', async () => {
    const workspace = await make({ files: { 'empty/Dockerfile': 'FROM scratch\nCOPY . /\n' } });
    const args = ['build', 'app', 'empty', '--registry', 'registry.test/acme', '--image', 'shop', '--json'];
    const { exitCode, stdout, stderr } = await runCli(args, on(workspace));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^CONFLICTING_PLAN: app and empty would load one image and tag/m);
    expect(stderr).toContain('registry.test/acme/shop:dev');
    expect(existsSync(join(workspace.root, '.nx-docker-cache'))).toBe(false);
  });

  describe('that only the build finds', () => {
    it('a step that fails: its name, its last lines, exit code 1, and the old receipt stays', async () => {
      const workspace = await make({ options: { registry: `${host}/acme` } });
      const ci: CliOptions = { cwd: workspace.root, env: { ...agent.env, CI: 'true' } };
      expect((await build(['app'], ci)).exitCode).toBe(0);
      const receipt = workspace.receipt('app');
      const before = await new RegistryView(host).snapshot('acme/app');
      workspace.write({ 'app/Dockerfile': 'FROM busybox\nRUN echo first; echo last >&2; exit 7\n' });
      const { exitCode, json } = await build(['app'], ci);
      expect(exitCode).toBe(1);
      expect(json[0]).toMatchObject({
        ok: false,
        outcome: { retried: false },
        error: {
          code: 'BUILD_FAILED',
          message: expect.stringContaining('RUN echo first'),
          // stdout and stderr reach BuildKit by two pipes, in either order.
          found: expect.stringMatching(/(first\nlast|last\nfirst)[^]*exit code: 7/),
        },
      });
      expect(workspace.receipt('app')).toEqual(receipt);
      expect(await new RegistryView(host).snapshot('acme/app')).toEqual(before);
    });

    it('a file that is not in the context', async () => {
      const workspace = await make({ files: { 'app/Dockerfile': 'FROM busybox\nCOPY nothing.txt /\n' } });
      const { exitCode, json } = await build(['app', '--context', 'app'], on(workspace));
      expect(exitCode).toBe(1);
      expect(json[0]?.error).toMatchObject({
        code: 'BUILD_FAILED',
        found: expect.stringContaining('nothing.txt'),
        hint: expect.stringContaining('.dockerignore'),
      });
      expect(json[0]?.outcome?.retried).toBe(false);
    });

    it('a folder that a script was to make, with the script', async () => {
      const files = {
        'app/Dockerfile': 'FROM busybox\nCOPY dist /dist\n',
        'app/package.json': JSON.stringify({ name: 'app', scripts: { build: 'tsc' } }),
      };
      const { exitCode, json } = await build(['app'], on(await make({ files })));
      expect([exitCode, json[0]?.error]).toMatchObject([
        1,
        {
          code: 'BUILD_FAILED',
          hint: expect.stringMatching(/app\/dist is not there\. It is made by app:build/),
        },
      ]);
    });

    it('a base image that does not exist', async () => {
      const workspace = await make({
        options: { registry: `${host}/acme` },
        files: { 'app/Dockerfile': `FROM ${host}/no/such:image\n` },
      });
      const { exitCode, json } = await build(['app'], on(workspace));
      expect(exitCode).toBe(1);
      expect(json[0]?.error).toMatchObject({
        code: 'BUILD_FAILED',
        found: expect.stringContaining('no/such:image'),
      });
      expect(json[0]?.outcome?.retried).toBe(false);
    });
  });
});
