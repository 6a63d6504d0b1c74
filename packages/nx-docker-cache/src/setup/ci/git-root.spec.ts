import { refuseInnerWorkspace } from './git-root';

describe('a workspace that gets a pipeline', () => {
  const refuse = (root: string, ...git: string[]): (() => void) => {
    return () => refuseInnerWorkspace(root, (path) => git.includes(path));
  };

  it('is the root of its repository, or of none yet', () => {
    expect(refuse('/src/shop', '.git', '../.git')).not.toThrow();
    expect(refuse('/src/shop')).not.toThrow();
  });

  it('is refused as a folder of one, with both roots', () => {
    expect(refuse('/src/shop/web', '../../.git')).toThrow(
      expect.objectContaining({
        ...{ code: 'USAGE', found: 'one at /src/shop/web' },
        expected: 'a workspace at /src, the root of the repository',
        hint: expect.stringContaining('--cwd shop/web'),
      }),
    );
    expect(refuse('/src/shop', '../.git')).toThrow(expect.objectContaining({ found: 'one at /src/shop' }));
  });
});
