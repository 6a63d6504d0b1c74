import { builds, inspectPorts, projectOf } from '../../../test/fakes/inspect';
import type { Setup } from '../../setup';
import { setUpWorkspace, type SetupRequest } from './index';

const FILES = {
  'package.json': '{ "workspaces": ["apps/*"] }',
  'apps/api/package.json': '{\n  "name": "api"\n}\n',
  'apps/api/Dockerfile': 'FROM scratch\n',
};
const CONFIG = 'nx-docker-cache.json';

async function setUp(
  request: Partial<SetupRequest>,
  files: Readonly<Record<string, string>> = {},
): Promise<{ setup: Setup; read: (path: string) => Promise<string | undefined> }> {
  const projects = [projectOf('apps/api', [], builds())];
  const ports = inspectPorts({ files: { ...FILES, ...files }, projects });
  const setup = await setUpWorkspace(
    { registry: undefined, ci: undefined, shards: 3, dryRun: false, ...request },
    ports,
  );
  return { setup, read: (path) => ports.files.readText(path) };
}

describe('the registry that is set up', () => {
  it.each(['GHCR.io/Acme/', 'acme', 'ghcr.io/acme:latest', 'https://', 'ghcr.io/a b'])(
    'is one, and %s is refused before anything is written',
    async (registry) => {
      const ports = inspectPorts({ files: FILES, projects: [projectOf('apps/api', [], builds())] });
      const request = { registry, ci: undefined, shards: 3, dryRun: false };
      await expect(setUpWorkspace(request, ports)).rejects.toMatchObject({ code: 'INVALID_REFERENCE' });
      expect(await ports.files.readText(CONFIG)).toBeUndefined();
    },
  );

  it.each([
    ['https://ghcr.io/acme/', 'ghcr.io/acme'],
    ['{env.REGISTRY}/acme', '{env.REGISTRY}/acme'],
  ])('is written as builds take it: %s', async (registry, written) => {
    const { read } = await setUp({ registry });
    expect(JSON.parse((await read(CONFIG))!)).toMatchObject({ defaults: { registry: written } });
  });

  it('is the one that builds push to, also for the pipeline', async () => {
    const config = '{ "defaults": { "registry": "https://registry.example.test/team/" } }';
    const { setup, read } = await setUp({ registry: 'ghcr.io/acme', ci: 'github' }, { [CONFIG]: config });
    expect(setup.kept).toEqual([`${CONFIG}: defaults.registry stays as it is, not "ghcr.io/acme"`]);
    const pipeline = await read('.github/workflows/images.yml');
    expect(pipeline).toContain('registry: registry.example.test\n');
    expect(pipeline).not.toContain('ghcr.io');
  });

  it('is the one that is given where the file has none, and has to be known for a pipeline', async () => {
    const { read } = await setUp({ registry: 'ghcr.io/acme', ci: 'github' }, { [CONFIG]: '{}' });
    expect(await read('.github/workflows/images.yml')).toContain('registry: ghcr.io\n');
    await expect(setUp({ ci: 'github' })).rejects.toMatchObject({ code: 'NO_REGISTRY' });
  });
});

it('adds to files with a byte order mark, which stays', async () => {
  const { setup, read } = await setUp(
    { registry: 'ghcr.io/acme' },
    { 'apps/api/package.json': `\uFEFF${FILES['apps/api/package.json']}`, [CONFIG]: '\uFEFF{}' },
  );
  expect(setup.kept).toEqual([]);
  expect(await read('apps/api/package.json')).toMatch(/^\uFEFF\{\n {2}"name": "api",\n {2}"scripts": \{/);
  expect(await read(CONFIG)).toMatch(/^\uFEFF\{\n[^\uFEFF]*"registry": "ghcr\.io\/acme"/);
});
