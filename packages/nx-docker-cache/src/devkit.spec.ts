import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { devkit } from './devkit';

describe('devkit', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'devkit-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const install = (module: string, text: string): void => {
    const path = join(folder, 'node_modules', module);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };

  it("has every name in nx's own exports but formatFiles, which only @nx/devkit has", () => {
    const own = jest.requireActual<Record<string, unknown>>('nx/src/devkit-exports');
    const used = ['createProjectGraphAsync', 'getPackageManagerCommand', 'getProjects', 'logger'];
    const more = ['parseJson', 'readCachedProjectGraph', 'readJson', 'readJsonFile', 'readNxJson'];
    for (const name of [...used, ...more, 'updateJson', 'updateNxJson', 'workspaceRoot'])
      expect({ name, isThere: own[name] !== undefined }).toEqual({ name, isThere: true });
    expect(own['formatFiles']).toBeUndefined();
    expect(devkit().formatFiles).toBeInstanceOf(Function);
  });

  it('takes @nx/devkit where it is installed', () => {
    install('nx/src/devkit-exports.js', "exports.workspaceRoot = 'of nx';");
    install('@nx/devkit/index.js', "exports.workspaceRoot = 'of devkit';");
    expect(devkit([folder]).workspaceRoot).toBe('of devkit');
  });

  it('takes nx where there is no @nx/devkit', () => {
    install('nx/src/devkit-exports.js', "exports.workspaceRoot = 'of nx';");
    expect(devkit([join(folder, 'elsewhere'), folder]).workspaceRoot).toBe('of nx');
  });

  it('says what to install where nx keeps its functions to itself', () => {
    install('nx/package.json', '{ "name": "nx", "exports": { "./package.json": "./package.json" } }');
    install('nx/src/devkit-exports.js', '');
    expect(() => devkit([folder])).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', hint: expect.stringContaining('@nx/devkit') }),
    );
  });

  it('hides no error of an installed one', () => {
    install('@nx/devkit/index.js', "throw new Error('broken');");
    install('nx/src/devkit-exports.js', '');
    expect(() => devkit([folder])).toThrow('broken');
  });
});
