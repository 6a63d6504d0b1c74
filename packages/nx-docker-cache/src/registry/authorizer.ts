import { parseChallenge, type Challenge } from './challenge';
import { basicHeader, checkCredential } from './credential';
import { RegistryError } from './error';
import { messageOf } from './network-failure';
import { isProtected, type AllowPlain } from './redirects';
import { fetchToken, type SendToken, type Token } from './token';
import type { Credential, CredentialSource } from './types';

export interface AuthorizerOptions {
  readonly credentials: CredentialSource;
  readonly send: SendToken;
  readonly allowPlain: AllowPlain;
  readonly now: () => number;
}

/**
 * Authorization headers for hosts. Credentials are asked for when a registry challenges, and once a host;
 * tokens are kept while they live, as promises, so that requests side by side share one.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #challenges = new Map<string, Challenge>();
  readonly #logins = new Map<string, Promise<Credential | undefined>>();
  readonly #tokens = new Map<string, Promise<Token>>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** The challenge that the host sent last. */
  challenge(host: string): Challenge | undefined {
    return this.#challenges.get(host);
  }

  /** Keeps a host's WWW-Authenticate, so that later requests need no 401 first. */
  learn(host: string, wwwAuthenticate: string | null): Challenge | undefined {
    const challenge = parseChallenge(wwwAuthenticate);
    if (challenge !== undefined) this.#challenges.set(host, challenge);
    return challenge;
  }

  /**
   * The header to send; undefined where the host has not challenged yet, or nobody is logged in to one that
   * takes passwords only.
   * @param scopes for instance `repository:acme/api:pull`
   * @throws RegistryError `credentials`, or the token server's
   */
  async header(host: string, scopes: readonly string[]): Promise<string | undefined> {
    const challenge = this.#challenges.get(host);
    if (challenge === undefined) return undefined;
    const credential = await this.#login(host);
    if (challenge.scheme === 'basic') return passwordHeader(credential, host);
    if (credential?.registryToken !== undefined) return `Bearer ${credential.registryToken}`;
    return `Bearer ${(await this.#token(host, challenge, scopes, credential)).value}`;
  }

  /**
   * The header to try after a 401, undefined where there is none that was not tried.
   * @param used the header that the 401 answered
   */
  async renew(
    host: string,
    wwwAuthenticate: string | null,
    scopes: readonly string[],
    used: string | undefined,
  ): Promise<string | undefined> {
    const challenge = this.learn(host, wwwAuthenticate);
    if (challenge?.scheme === 'bearer' && used !== undefined) {
      const key = tokenKey(host, challenge, scopes);
      const kept = await this.#tokens.get(key)?.catch(() => undefined);
      // Another request may have renewed it meanwhile.
      if (kept !== undefined && `Bearer ${kept.value}` === used) this.#tokens.delete(key);
    }
    const header = await this.header(host, scopes);
    return header === used ? undefined : header;
  }

  async #token(
    host: string,
    challenge: Extract<Challenge, { scheme: 'bearer' }>,
    scopes: readonly string[],
    credential: Credential | undefined,
  ): Promise<Token> {
    const key = tokenKey(host, challenge, scopes);
    const kept = this.#tokens.get(key);
    if (kept !== undefined) {
      const token = await kept;
      if (this.#options.now() < token.expiresAt) return token;
      // Whoever sees the expiry first makes the new one.
      if (this.#tokens.get(key) === kept) this.#tokens.delete(key);
      else return this.#token(host, challenge, scopes, credential);
    }
    checkRealm(challenge.realm, host, this.#options.allowPlain);
    const wanted = [...new Set([...scopes, ...challenge.scopes])];
    const fresh = fetchToken(
      this.#options.send,
      { host, challenge, scopes: wanted, credential },
      this.#options.now,
    );
    this.#tokens.set(key, fresh);
    fresh.catch(() => this.#tokens.delete(key));
    return fresh;
  }

  #login(host: string): Promise<Credential | undefined> {
    const known = this.#logins.get(host);
    if (known !== undefined) return known;
    const login = this.#ask(host);
    this.#logins.set(host, login);
    return login;
  }

  async #ask(host: string): Promise<Credential | undefined> {
    let credential: Credential | undefined;
    try {
      credential = await this.#options.credentials(host);
    } catch (cause) {
      throw new RegistryError({
        reason: 'credentials',
        message: `The credentials for ${host} cannot be read: ${messageOf(cause)}`,
        hint: `Log in again with \`docker login ${host}\`, or mend docker's config.json.`,
        cause,
      });
    }
    return checkCredential(credential, host);
  }
}

function tokenKey(
  host: string,
  challenge: Extract<Challenge, { scheme: 'bearer' }>,
  scopes: readonly string[],
): string {
  return [host, challenge.realm, challenge.service ?? '', ...[...scopes].sort()].join('\n');
}

function passwordHeader(credential: Credential | undefined, host: string): string | undefined {
  if (credential === undefined) return undefined;
  if (credential.password !== undefined) return basicHeader(credential.username ?? '', credential.password);
  throw new RegistryError({
    reason: 'credentials',
    message: `${host} wants a user and a password, and the stored login is a token.`,
    expected: 'username and password',
    found: credential.identityToken === undefined ? 'registryToken' : 'identityToken',
    hint: `Log in again: docker logout ${host} && docker login ${host}.`,
  });
}

/** A password for the realm must not leave in the clear, whatever the registry says. */
function checkRealm(realm: string, host: string, allowPlain: AllowPlain): void {
  if (URL.canParse(realm) && isProtected(new URL(realm), allowPlain)) return;
  throw new RegistryError({
    reason: 'credentials',
    message: `${host} sends logins to a token server that is not protected by TLS; nothing was sent.`,
    expected: 'a realm that starts with https://',
    found: URL.canParse(realm) ? new URL(realm).origin : 'no URL',
    hint: 'Give the registry a token server with TLS, or list its host as insecure.',
  });
}
