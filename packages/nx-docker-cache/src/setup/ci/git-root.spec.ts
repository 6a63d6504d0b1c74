import { refuseInnerWorkspace } from './git-root';

describe('a workspace that gets a pipeline', () => {
  const refuse = (root: string, ...git: string[]): (() => void) => {
    return () => refuseInnerWorkspace(root, (path) => git.includes(path));
  };

  it('is the root of its repository, or of none yet', () => {
    expect(refuse('/home/ci/shop', '.git', '../.git')).not.toThrow();
    expect(refuse('/home/ci/shop')).not.toThrow();
  });

  it('is refused as a folder of one, with both roots', () => {
    expect(refuse('/home/ci/shop/web', '../../.git')).toThrow(
      expect.objectContaining({
        ...{ code: 'USAGE', found: 'one at /home/ci/shop/web' },
        expected: 'a workspace at /work, the root of the repository',
        hint: expect.stringContaining('--cwd shop/web'),
      }),
    );
    expect(refuse('/home/ci/shop', '../.git')).toThrow(
      expect.objectContaining({ found: 'one at /home/ci/shop' }),
    );
  });
});
