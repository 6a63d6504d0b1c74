import { readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { workflowErrors } from '../../../test/ci/workflow';
import { generateCi } from './generator';
import type { GraphProject } from './graph-targets';

const WORKFLOW = '.github/workflows/images.yml';

describe('ci', () => {
  let tree: Tree;
  let projects: GraphProject[];
  beforeEach(() => {
    projects = [];
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
    configure({ registry: 'ghcr.io/acme' });
  });

  function configure(options: Record<string, unknown>): void {
    updateNxJson(tree, {
      ...readNxJson(tree),
      defaultBase: 'origin/trunk',
      plugins: [{ plugin: 'nx-docker-cache', options }],
    });
  }
  const ciGenerator = (on: Tree, input: unknown) => generateCi(on, input, () => Promise.resolve(projects));
  const text = (path = WORKFLOW): string => tree.read(path, 'utf8') ?? '';

  it('writes a workflow of what the graph, nx.json and the lockfile say', async () => {
    const [build, run, publish] = ['build', 'run', 'publish'].map((name) => ({
      executor: `nx-docker-cache:${name}`,
    }));
    projects = [
      { targets: { image: build!, 'image-test': run!, tag: publish! } },
      { targets: { image: build!, 'image-lint': run!, smoke: run!, test: { executor: 'other' } } },
    ];
    tree.write('pnpm-lock.yaml', '');
    tree.write('.nvmrc', '24');
    await ciGenerator(tree, { ci: 'github', shards: 5 });
    expect(workflowErrors(text())).toEqual([]);
    expect(text()).toContain('branches: ["trunk"]');
    expect(text()).toContain('pnpm exec nx run-many -t $TARGETS image-lint image-test smoke --projects');
    expect(text()).toContain('pnpm exec nx run-many -t tag --projects');
    expect(text()).toContain('--shards 5 ');
    expect(text()).toContain('node-version-file: .nvmrc');
  });

  it("takes the plugin's default branch before that of nx.json", async () => {
    configure({ registry: 'ghcr.io/acme', defaultBranch: 'develop' });
    await ciGenerator(tree, { ci: 'github' });
    expect(text()).toContain('branches: ["develop"]');
  });

  it('writes the pipeline for GitLab', async () => {
    await ciGenerator(tree, { ci: 'gitlab', registry: 'registry.gitlab.com/acme/shop' });
    expect(tree.listChanges().map(({ path }) => path)).toEqual(
      expect.arrayContaining(['.gitlab-ci.yml', '.gitlab/images.yml', '.gitlab/images-shard.yml']),
    );
  });

  it('takes what any entry of the plugin says, where nothing is inferred yet', async () => {
    const plugin = 'nx-docker-cache';
    const plugins = [
      plugin,
      { plugin, include: ['apps/api'], options: { publish: false } },
      {
        plugin,
        exclude: ['apps/api'],
        options: { registry: 'reg.test/shop', publish: { targetName: 'tag' } },
      },
    ];
    updateNxJson(tree, { ...readNxJson(tree), plugins });
    await ciGenerator(tree, { ci: 'github' });
    expect(text()).toContain('registry: reg.test');
    expect(text()).toContain('npx nx run-many -t tag --projects');
  });

  it('leaves what is there, and replaces it where it is told to', async () => {
    tree.write(WORKFLOW, 'mine\n');
    await ciGenerator(tree, { ci: 'github' });
    expect(text()).toBe('mine\n');
    await ciGenerator(tree, { ci: 'github', force: true });
    expect(text()).toMatch(/^# Written by nx-docker-cache/);
    const first = text();
    await ciGenerator(tree, { ci: 'github' });
    expect(text()).toBe(first);
  });

  it('needs a registry, and a service that it knows', async () => {
    configure({});
    await expect(ciGenerator(tree, { ci: 'github' })).rejects.toThrow(/NO_REGISTRY/);
    await expect(ciGenerator(tree, { ci: 'jenkins', shard: 2 })).rejects.toThrow(
      /INVALID_OPTIONS[^]*ci: [^]*shard: unknown option; did you mean shards\?/,
    );
  });
});
