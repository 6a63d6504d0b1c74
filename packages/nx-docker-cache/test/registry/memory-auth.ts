import { randomUUID } from 'node:crypto';
import type { MemoryAnswer, MemoryRequest } from './memory-registry';

export type MemoryAuth =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | {
      readonly kind: 'bearer';
      readonly user: string;
      readonly password: string;
      /** Takes this one by OAuth2 POST; the POST is 404 where left out. */
      readonly identityToken?: string;
      /** true: without a login, everybody may pull. */
      readonly anonymousPull?: boolean;
      /** Rights of the user; all where left out. */
      readonly actions?: readonly string[];
      readonly lifeSeconds?: number;
      /** true: tokens that say nothing. */
      readonly opaque?: boolean;
      /** Where the challenge sends to; the registry itself where left out. */
      readonly realm?: string;
    };

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** What a request needs: a repository and one action. */
export interface Need {
  readonly name: string;
  readonly action: 'pull' | 'push' | 'delete';
}

/** The registry's door: checks Authorization and plays its own token server under `/token`. */
export class MemoryDoor {
  readonly #auth: MemoryAuth | undefined;
  readonly #issued = new Map<string, { readonly access: readonly Access[]; readonly until: number }>();

  constructor(auth: MemoryAuth | undefined) {
    this.#auth = auth;
  }

  /** Makes every token worthless, as a restart of the registry does. */
  revoke(): void {
    this.#issued.clear();
  }

  /** The 401 for a request that may not pass, undefined for one that may. */
  check(request: MemoryRequest, need: Need | undefined): MemoryAnswer | undefined {
    const auth = this.#auth;
    const { authorization = '' } = request.headers;
    if (auth === undefined) return undefined;
    if (auth.kind === 'basic') {
      return authorization === basic(auth) ? undefined : unauthorized('Basic realm="memory"');
    }
    const token = this.#issued.get(authorization.replace(/^Bearer /, ''));
    if (token !== undefined && Date.now() < token.until && allows(token.access, need)) return undefined;
    const scope = need === undefined ? '' : `,scope="repository:${need.name}:${actionsFor(need)}"`;
    const realm = auth.realm ?? `${request.origin}/token`;
    return unauthorized(`Bearer realm="${realm}",service="memory"${scope}`);
  }

  /** Answers the token server's requests. */
  token(request: MemoryRequest): MemoryAnswer {
    const auth = this.#auth;
    if (auth?.kind !== 'bearer') return { status: 404 };
    const isPost = request.method === 'POST';
    if (isPost && auth.identityToken === undefined) return { status: 404 };
    const form = isPost ? new URLSearchParams(request.body.toString()) : request.query;
    const scopes = isPost ? (form.get('scope') ?? '').split(' ') : form.getAll('scope');
    const { authorization } = request.headers;
    const isUser = isPost ? form.get('refresh_token') === auth.identityToken : authorization === basic(auth);
    // A wrong login is refused; none at all makes a token of little worth.
    if (!isUser && (isPost || authorization !== undefined)) return unauthorized('Basic realm="token"');
    const allowed = isUser
      ? (auth.actions ?? ['pull', 'push', 'delete'])
      : auth.anonymousPull
        ? ['pull']
        : [];
    const access = scopes.filter((scope) => scope !== '').map((scope) => grant(scope, allowed));
    const life = auth.lifeSeconds ?? 300;
    const payload = Buffer.from(JSON.stringify({ access, jti: randomUUID() })).toString('base64url');
    const token = auth.opaque === true ? randomUUID() : `e30.${payload}.c2ln`;
    this.#issued.set(token, { access, until: Date.now() + life * 1000 });
    return { status: 200, json: { token, expires_in: life } };
  }
}

function grant(scope: string, allowed: readonly string[]): Access {
  const [type = '', name = '', actions = ''] = scope.split(':');
  return { type, name, actions: actions.split(',').filter((action) => allowed.includes(action)) };
}

function allows(access: readonly Access[], need: Need | undefined): boolean {
  if (need === undefined) return true;
  return access.some(({ name, actions }) => name === need.name && actions.includes(need.action));
}

function actionsFor({ action }: Need): string {
  return action === 'push' ? 'pull,push' : action;
}

function basic({ user, password }: { readonly user: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function unauthorized(challenge: string): MemoryAnswer {
  const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required' }];
  return { status: 401, headers: { 'www-authenticate': challenge }, json: { errors } };
}
