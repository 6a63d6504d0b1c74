import { FakeFiles } from '../../test/fakes/files';
import { checkSecrets } from './secrets';

describe('checkSecrets', () => {
  const env = {
    get: (name: string) => ({ TOKEN: 's3cret', EMPTY: '' })[name],
    platform: 'linux/amd64',
    clientProxies: false,
  };
  const files = new FakeFiles({ '.npmrc': 's3cret', bare: 's3cret' });

  it.each([
    { id: 'a', env: 'TOKEN' },
    { id: 'a', env: 'EMPTY' },
    { id: 'a', src: '.npmrc' },
    { id: 'TOKEN' },
    { id: 'bare' },
  ])('finds %j', (secret) => {
    expect(() => checkSecrets([secret], env, files)).not.toThrow();
  });

  it('names all that are missing, and no value', () => {
    const secrets = [
      { id: 'ok', env: 'TOKEN' },
      { id: 'a', env: 'NONE' },
      { id: 'b', src: 'none.txt' },
      { id: 'c' },
    ];
    try {
      checkSecrets(secrets, env, files);
      throw new Error('not refused');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'MISSING_SECRET',
        message: '3 secrets do not exist',
        expected: 'a: environment variable NONE\nb: file none.txt\nc: environment variable or file c',
      });
      expect(JSON.stringify(error)).not.toContain('s3cret');
    }
  });
});
