import { parseRepository } from '../ref';
import type { Call } from '../retry';
import { pullScope, pushScope } from '../endpoints';
import { RegistryError } from '../error';
import { decodeJson } from '../json';
import { tokenClaimsSchema } from '../schema';
import type { Transport } from '../transport';

export interface RepositoryAccess {
  /** absent: allowed, and nothing is there yet. */
  readonly pull: 'granted' | 'absent' | 'denied';
  /** unknown: only a push would tell. */
  readonly push: 'granted' | 'denied' | 'unknown';
}

/**
 * What the login may do with a repository, found out with reads only: an upload opened as a probe would leave
 * something behind, and would need the right that is in question. Push is known where the registry's token is a
 * JSON web token that lists its rights (distribution spec/auth/jwt).
 */
export async function access(
  transport: Transport,
  repositoryText: string,
  call: Call,
): Promise<RepositoryAccess> {
  const { host, repository } = parseRepository(repositoryText);
  const path = `/v2/${repository}/tags/list?n=1`;
  try {
    const request = {
      host,
      method: 'GET',
      path,
      scopes: [pullScope(repository)],
      accept: [200, 404],
    } as const;
    const response = await transport.request(request, call);
    return {
      pull: response.status === 404 ? 'absent' : 'granted',
      push: await pushAccess(transport, host, repository),
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { pull: 'denied', push: 'denied' };
  }
}

async function pushAccess(
  transport: Transport,
  host: string,
  repository: string,
): Promise<RepositoryAccess['push']> {
  try {
    const header = await transport.authorization(host, [pushScope(repository)]);
    const rights = header?.startsWith('Bearer ') === true ? rightsOf(header.slice(7), repository) : undefined;
    if (rights === undefined) return 'unknown';
    return rights.includes('push') || rights.includes('*') ? 'granted' : 'denied';
  } catch (error) {
    if (isRefusal(error)) return 'denied';
    throw error;
  }
}

/** Actions that a token lists for the repository, undefined where the token cannot be read. It is not verified. */
function rightsOf(token: string, repository: string): readonly string[] | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  const claims = tokenClaimsSchema.safeParse(decodeJson(Buffer.from(payload, 'base64url')));
  if (!claims.success || claims.data.access === undefined) return undefined;
  const own = (claims.data.access ?? []).filter(
    ({ type, name }) => type === 'repository' && name === repository,
  );
  return own.flatMap(({ actions }) => actions);
}

function isRefusal(error: unknown): boolean {
  return error instanceof RegistryError && (error.reason === 'denied' || error.reason === 'unauthorized');
}
