import { RegistryError } from './error';
import type { Credential } from './types';

const SECRETS = ['password', 'identityToken', 'registryToken'] as const;

/**
 * Refuses a credential that could mean two things, before any of it is sent. Undefined for an empty one.
 * @throws RegistryError `credentials`, naming fields and never values
 */
export function checkCredential(credential: Credential | undefined, host: string): Credential | undefined {
  if (credential === undefined) return undefined;
  const secrets = SECRETS.filter((name) => (credential[name] ?? '') !== '');
  const hasUser = (credential.username ?? '') !== '';
  if (secrets.length === 0 && !hasUser) return undefined;
  if (secrets.length !== 1) {
    throw refused(
      host,
      `one of ${SECRETS.join(', ')}`,
      secrets.length === 0 ? 'only username' : secrets.join(' and '),
    );
  }
  if (secrets[0] === 'password' && !hasUser) throw refused(host, 'a username beside the password', 'none');
  if (secrets[0] === 'registryToken' && hasUser) {
    throw refused(host, 'a registryToken alone', 'registryToken and username');
  }
  if (credential.username?.includes(':') === true) {
    throw refused(host, 'a username without a colon (RFC 7617)', 'one with a colon');
  }
  return credential;
}

/** The value of a Basic Authorization header, in UTF-8 (RFC 7617). */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function refused(host: string, expected: string, found: string): RegistryError {
  return new RegistryError({
    reason: 'credentials',
    message: `The credentials for ${host} cannot be used: expected ${expected}, found ${found}.`,
    expected,
    found,
    hint: `Log in again: docker logout ${host} && docker login ${host}.`,
  });
}
