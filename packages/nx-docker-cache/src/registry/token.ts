/** Bearer tokens: distribution's spec/auth/token (GET) and spec/auth/oauth (POST). */
import type { Challenge } from './challenge';
import { basicHeader } from './credential';
import { RegistryError } from './error';
import type { WireRequest, WireResponse } from './exchange';
import { responseFailure } from './failures';
import { parseJson } from './json';
import { tokenSchema } from './schema';
import type { Credential } from './types';

export interface Token {
  readonly value: string;
  /** Milliseconds since 1970, a margin for the way to the registry taken off. */
  readonly expiresAt: number;
}

export interface TokenRequest {
  /** The registry's, which the login belongs to. */
  readonly host: string;
  readonly challenge: Extract<Challenge, { scheme: 'bearer' }>;
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

/** Seconds that a token lives where the server does not say (spec/auth/token). */
const DEFAULT_LIFE = 60;
const MAX_TOKEN_BYTES = 1024 * 1024;
const CLIENT_ID = 'nx-docker-cache';

export type SendToken = (request: WireRequest) => Promise<WireResponse>;

/** @throws RegistryError of the answer's status, or `invalid-response` */
export async function fetchToken(send: SendToken, request: TokenRequest, now: () => number): Promise<Token> {
  const { identityToken } = request.credential ?? {};
  if (identityToken !== undefined && identityToken !== '') {
    const wire = oauthRequest(request, identityToken);
    const response = await send(wire);
    // Older servers know the GET only; it takes the identity token in the password's place.
    if (response.status !== 404 && response.status !== 405) return readToken(wire, response, request, now);
  }
  const wire = basicRequest(request);
  return readToken(wire, await send(wire), request, now);
}

function oauthRequest({ challenge, scopes }: TokenRequest, identityToken: string): WireRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: CLIENT_ID,
    refresh_token: identityToken,
    ...(challenge.service === undefined ? {} : { service: challenge.service }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  });
  return {
    method: 'POST',
    url: challenge.realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
    maxBytes: MAX_TOKEN_BYTES,
  };
}

function basicRequest({ challenge, scopes, credential }: TokenRequest): WireRequest {
  const url = new URL(challenge.realm);
  if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const secret = credential?.password ?? credential?.identityToken;
  return {
    method: 'GET',
    url: url.href,
    headers: {
      accept: 'application/json',
      ...(secret === undefined ? {} : { authorization: basicHeader(credential?.username ?? '', secret) }),
    },
    maxBytes: MAX_TOKEN_BYTES,
  };
}

function readToken(
  wire: WireRequest,
  response: WireResponse,
  { host, credential }: TokenRequest,
  now: () => number,
): Token {
  if (response.status !== 200) {
    const refused =
      credential === undefined ? `Nobody is logged in to ${host}` : `The login to ${host} was not accepted`;
    const hint = [401, 403].includes(response.status) ? `${refused}: docker login ${host}.` : undefined;
    throw responseFailure(wire, response, now(), hint);
  }
  const body = parseJson(tokenSchema, response.bytes, 'a token');
  const value = body.token ?? body.access_token;
  if (value === undefined) {
    throw new RegistryError({
      reason: 'invalid-response',
      message: `The token server ${new URL(wire.url).host} answered without a token.`,
      expected: 'JSON with token or access_token',
    });
  }
  const life = (body.expires_in || DEFAULT_LIFE) * 1000;
  // Counted from the answer's arrival: issued_at is another machine's clock.
  return { value, expiresAt: now() + life - Math.min(10_000, life / 4) };
}
