import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD_EXECUTOR, NxWorkspace } from './nx-workspace';

const NOTHING = { installReads: [], bins: [] };

describe('the builds of Nx', () => {
  it('are the targets of our executor, with the projects that have none', async () => {
    const options = { dockerfile: 'apps/api/Dockerfile' };
    const targets = { image: { executor: BUILD_EXECUTOR, options }, other: { executor: 'nx:noop' } };
    const workspace = new NxWorkspace('/none', {
      nodes: {
        api: { name: 'api', type: 'app', data: { root: 'apps/api', targets } },
        x: { name: 'x', type: 'lib', data: { root: 'libs/x' } },
      },
      dependencies: {},
    });
    expect(await workspace.builds()).toEqual([
      { name: 'api', root: 'apps/api', builds: [{ target: 'image', options }] },
      { name: 'x', root: 'libs/x', builds: [] },
    ]);
  });
});

describe('what projects of Nx need of each other', () => {
  const root = mkdtempSync(join(tmpdir(), 'nx-workspace-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('is what the graph says, with every edge; scripts of an install are read from package.json', async () => {
    mkdirSync(join(root, 'libs/x'), { recursive: true });
    writeFileSync(
      join(root, 'libs/x/package.json'),
      JSON.stringify({ scripts: { postinstall: 'node a.js' } }),
    );
    const node = (name: string, folder: string) => ({ name, type: 'lib' as const, data: { root: folder } });
    const edge = (source: string, target: string, type: string) => ({ source, target, type });
    const workspace = new NxWorkspace(root, {
      nodes: { api: node('api', 'apps/api'), x: node('x', 'libs/x') },
      dependencies: { api: [edge('api', 'x', 'implicit'), edge('api', 'npm:express', 'static')], x: [] },
    });
    expect(await workspace.projectNodes()).toEqual([
      { name: 'api', root: 'apps/api', dependencies: ['x', 'npm:express'], runsAtInstall: false, ...NOTHING },
      { name: 'x', root: 'libs/x', dependencies: [], runsAtInstall: true, ...NOTHING },
    ]);
  });
});
