import { basicHeader, checkCredential } from './credential';
import type { Credential } from './types';

describe('checkCredential', () => {
  it.each<Credential>([
    { username: 'u', password: 'p' },
    { identityToken: 't' },
    { username: 'u', identityToken: 't' },
    { registryToken: 't' },
    { username: 'u', password: 'p', identityToken: '' },
  ])('takes %j', (credential) => {
    expect(checkCredential(credential, 'r.io')).toBe(credential);
  });

  it('takes an empty one as none', () => {
    expect(checkCredential({}, 'r.io')).toBeUndefined();
    expect(checkCredential({ username: '' }, 'r.io')).toBeUndefined();
    expect(checkCredential(undefined, 'r.io')).toBeUndefined();
  });

  it.each<[Credential, string]>([
    [{ username: 'u', password: 'hush', identityToken: 'hush' }, 'found password and identityToken'],
    [{ identityToken: 'hush', registryToken: 'hush' }, 'found identityToken and registryToken'],
    [{ username: 'u', registryToken: 'hush' }, 'found registryToken and username'],
    [{ username: 'u' }, 'found only username'],
    [{ password: 'hush' }, 'expected a username beside the password'],
    [{ username: 'a:b', password: 'hush' }, 'without a colon'],
  ])('refuses %j without repeating it', (credential, message) => {
    const check = (): unknown => checkCredential(credential, 'r.io');
    expect(check).toThrow(
      expect.objectContaining({ reason: 'credentials', message: expect.stringContaining(message) }) as Error,
    );
    expect(check).not.toThrow('hush');
  });
});

describe('basicHeader', () => {
  it('counts bytes of UTF-8', () => {
    expect(basicHeader('üser', 'pä:ss')).toBe(
      `Basic ${Buffer.from('üser:pä:ss', 'utf8').toString('base64')}`,
    );
  });
});
