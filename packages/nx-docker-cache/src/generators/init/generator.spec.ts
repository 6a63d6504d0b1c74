import { readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import initGenerator from './generator';

describe('init', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
  });

  const changes = (): Record<string, string> =>
    Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, String(content)]));

  it('adds the plugin, the line and the dependency', async () => {
    await initGenerator(tree, {});
    expect(readJson(tree, 'nx.json')).toMatchObject({ plugins: ['nx-docker-cache'] });
    expect(tree.read('.gitignore', 'utf8')).toBe('.nx-docker-cache\n');
    expect(readJson(tree, 'package.json')).toMatchObject({
      devDependencies: { 'nx-docker-cache': expect.stringMatching(/^\d+\.\d+\.\d+/) },
    });
  });

  it('changes nothing the second time', async () => {
    await initGenerator(tree, { registry: 'ghcr.io/acme' });
    const first = changes();
    await initGenerator(tree, { registry: 'ghcr.io/acme' });
    await initGenerator(tree, {});
    expect(changes()).toEqual(first);
  });

  it('puts options into the entry, and replaces only what is given', async () => {
    await initGenerator(tree, { registry: 'ghcr.io/acme', targetName: 'image' });
    await initGenerator(tree, { registry: 'ghcr.io/other' });
    expect(readJson(tree, 'nx.json').plugins).toEqual([
      { plugin: 'nx-docker-cache', options: { registry: 'ghcr.io/other', targetName: 'image' } },
    ]);
  });

  it('takes a registry as builds do, and none that they would refuse', async () => {
    const before = tree.read('nx.json', 'utf8');
    for (const registry of ['ghcr.io/Acme', 'acme'])
      await expect(initGenerator(tree, { registry })).rejects.toThrow(/INVALID_REFERENCE/);
    expect(tree.read('nx.json', 'utf8')).toBe(before);
    await initGenerator(tree, { registry: 'https://ghcr.io/acme/' });
    expect(readJson(tree, 'nx.json').plugins).toMatchObject([{ options: { registry: 'ghcr.io/acme' } }]);
  });

  it('keeps comments, order and indentation of nx.json', async () => {
    const text = `{
    // the plugins, in order
    "zebra": 1,
    "plugins": [
        "@nx/js/typescript" // first
    ],
    "defaultBase": "main" /* as ever */
}
`;
    tree.write('nx.json', text);
    await initGenerator(tree, { registry: 'ghcr.io/acme', skipFormat: true });
    expect(tree.read('nx.json', 'utf8')).toBe(`{
    // the plugins, in order
    "zebra": 1,
    "plugins": [
        "@nx/js/typescript", // first
        {
            "plugin": "nx-docker-cache",
            "options": {
                "registry": "ghcr.io/acme"
            }
        }
    ],
    "defaultBase": "main" /* as ever */
}
`);
  });

  it.each([
    ['{}', '{\n  "plugins": ["nx-docker-cache"]\n}'],
    ['{ "plugins": ["a"] }', '{ "plugins": ["a", "nx-docker-cache"] }'],
    ['{\n\t"a": 1,\n}\n', '{\n\t"a": 1,\n\t"plugins": ["nx-docker-cache"]\n}\n'],
    ['{\n  "plugins": []\n}\n', '{\n  "plugins": [\n    "nx-docker-cache"\n  ]\n}\n'],
    [
      '{"a": {"plugins": ["x"]}, "plugins": ["y"]}',
      '{"a": {"plugins": ["x"]}, "plugins": ["y", "nx-docker-cache"]}',
    ],
  ])('writes into %j', async (before, after) => {
    tree.write('nx.json', before);
    await initGenerator(tree, { skipFormat: true });
    expect(tree.read('nx.json', 'utf8')).toBe(after);
  });

  it('adds one line to .gitignore and leaves the others', async () => {
    tree.write('.gitignore', 'node_modules\r\n/dist');
    await initGenerator(tree, {});
    expect(tree.read('.gitignore', 'utf8')).toBe('node_modules\r\n/dist\r\n.nx-docker-cache\r\n');
  });

  it.each(['/.nx-docker-cache/', '.nx-docker-cache/', ' .nx-docker-cache'])(
    'knows %j in .gitignore',
    async (line) => {
      tree.write('.gitignore', `${line}\n`);
      await initGenerator(tree, {});
      expect(tree.read('.gitignore', 'utf8')).toBe(`${line}\n`);
    },
  );

  it('leaves a dependency that is there', async () => {
    const manifest = '{ "name": "w", "dependencies": { "nx-docker-cache": "file:../x.tgz" } }\n';
    tree.write('package.json', manifest);
    await initGenerator(tree, { skipFormat: true });
    expect(tree.read('package.json', 'utf8')).toBe(manifest);
  });

  it('refuses unknown options, all at once', async () => {
    await expect(initGenerator(tree, { registri: 'x', port: 1 })).rejects.toThrow(
      /INVALID_OPTIONS[^]*registri: unknown option; did you mean registry\?[^]*port: unknown option/,
    );
  });

  it('says that a folder without nx.json is no Nx workspace', async () => {
    tree.delete('nx.json');
    await expect(initGenerator(tree, {})).rejects.toThrow(/no Nx workspace/);
  });
});
