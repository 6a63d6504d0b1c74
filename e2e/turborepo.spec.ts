/** examples/turborepo with the turbo and the pnpm that it names: set up by `init`, built on agents that share a registry. */
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { TurboWorkspace } from './support/turbo-workspace';

const CI = { CI: 'true' };
const API = '@example/api';
const WEB = '@example/web';

describeWithEngine('a Turborepo workspace', () => {
  let host: string;
  let view: RegistryView;
  let origin: TurboWorkspace;
  let agent: Agent;

  beforeAll(async () => {
    ({ host } = await startRegistry('turborepo'));
    view = new RegistryView(host);
    origin = await TurboWorkspace.make();
  });

  it('is set up by init, and has nothing to add then', async () => {
    const before = origin.read('turbo.json');
    const init = async (registry: string): Promise<string[]> =>
      (await origin.command(['init', '--registry', registry])).split('\n');
    // The package is unpacked here and not installed.
    const install = 'do       install the command: pnpm add --save-dev --workspace-root nx-docker-cache';
    expect(await init(host)).toEqual(['changed  nx-docker-cache.json: defaults.registry', install]);
    expect(await init(host)).toEqual(['There is nothing to add.', install]);
    const kept = `kept     nx-docker-cache.json: defaults.registry stays as it is, not "other.test"`;
    expect(await init('other.test')).toEqual(['There is nothing to add.', kept, install]);
    expect(origin.read('turbo.json')).toBe(before);
    await origin.commit('a registry');
  });

  it('builds both images, once what they take is built', async () => {
    agent = await freshAgent('turborepo-a');
    const workspace = await origin.clone();
    const output = await workspace.mustTurbo(['docker-build'], { ...agent.env, ...CI });
    expect(output).toMatch(/Tasks: +4 successful, 4 total/);
    const { [API]: api, [WEB]: web } = workspace.receipts();
    expect(api!.steps.executed).toBeGreaterThan(5);
    expect(web!.steps.executed).toBeGreaterThan(0);
    expect((await view.repositories()).sort()).toEqual(['example/api', 'example/web']);
  });

  it('skips both on another agent, where no layer arrives', async () => {
    const other = await freshAgent('turborepo-b');
    const workspace = await origin.clone();
    await workspace.mustTurbo(['docker-build'], { ...other.env, ...CI });
    const receipts = Object.values(workspace.receipts());
    expect(receipts.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
    expect((await other.docker('image', 'ls', '--all', '--quiet')).stdout).toBe('');
    expect((await other.docker('buildx', 'du')).stdout).toMatch(/Total:\s+0B/);
  });

  it('tests in the stage that was built, and not twice', async () => {
    const other = await freshAgent('turborepo-b');
    const first = await (await origin.clone()).mustTurbo(['docker-test'], { ...other.env, ...CI });
    expect(first).toMatch(/pass 1\b/);
    expect(first).toMatch(/passed · /);
    const again = await (await origin.clone()).mustTurbo(['docker-test'], { ...other.env, ...CI });
    expect(again).toMatch(/skipped: it has passed over the same content/);
  });

  it.each<[string, string, Record<string, string>]>([
    ['a source of one', 'apps/api/src/main.ts', { [API]: 'built' }],
    ['a file at the root, which changes no output', 'tsconfig.json', { [API]: 'built', [WEB]: 'skipped' }],
    ['a file that no image reads', 'README.md', {}],
  ])('--affected, after a change of %s', async (_, path, expected) => {
    const workspace = await origin.clone();
    await workspace.git('checkout', '--quiet', '-b', 'change');
    workspace.change(path, '\n');
    await workspace.commit('a change');
    const branch = { ...CI, GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/heads/main' };
    await workspace.mustTurbo(['docker-build', '--affected'], { ...agent.env, ...branch });
    const receipts = workspace.receipts();
    const statuses = Object.entries(receipts).map(([name, { status }]) => [name, status] as const);
    expect(Object.fromEntries(statuses)).toEqual(expected);
    // COPY apps/api, its build, the deploy folder, and what is made of it; with the root's file, COPYs before it too.
    expect(receipts[API]?.steps.executed ?? 0).toBeLessThanOrEqual(7);
  });

  it('refuses to split what Turborepo would leave out; init makes tasks of it, the root included', async () => {
    const workspace = await origin.clone();
    workspace.write({
      Dockerfile: 'FROM busybox\nCOPY README.md /\n',
      'apps/new/package.json': '{ "name": "@example/new", "private": true }',
      'apps/new/Dockerfile': 'FROM busybox\nCOPY package.json /\n',
    });
    const matrix = (): Promise<string> => workspace.command(['matrix', '--shards', '1', '--github']);
    const root = 'nx-docker-cache-example-turborepo';
    // Turborepo itself is content with them.
    const nothing = await workspace.mustTurbo(['docker-build', '--filter=./apps/new'], {
      ...agent.env,
      ...CI,
    });
    expect(nothing).toMatch(/Tasks: +0 successful, 0 total/);
    await expect(matrix()).rejects.toThrow(
      /NO_TARGET[^]*@example\/new \(apps\/new\)[^]*nx-docker-cache init/,
    );
    await expect(matrix()).rejects.toThrow(`${root} (.)`);
    await workspace.command(['init', '--ci', 'github']);
    const { include } = JSON.parse(await matrix()) as { include: { folders: string }[] };
    expect(include[0]!.folders.split(' ').sort()).toEqual(['.', 'apps/api', 'apps/new', 'apps/web']);
    // As the workflow runs it.
    const filters = ['--filter=./.', '--filter=./apps/new'];
    await workspace.mustTurbo(['docker-build', ...filters], { ...agent.env, ...CI });
    expect(Object.keys(workspace.receipts()).sort()).toEqual(['@example/new', root]);
  });
});
