import { RegistryError } from '../error';
import { parseJson } from '../json';
import { nextPage } from '../link';
import { formatReference, parseRepository } from '../ref';
import type { Call } from '../retry';
import { tagListSchema } from '../schema';
import { pullScope } from '../endpoints';
import type { ApiRequest, Transport } from '../transport';

export interface TagsOptions {
  /** Most tags to read; all of them where undefined. */
  readonly limit?: number;
  /** Tags a request; the registry may give fewer or more. */
  readonly pageSize?: number;
}

const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/**
 * distribution-spec, "Listing Tags": page by page, in the registry's order; nothing for a repository that does
 * not exist. A page may hold fewer tags than asked for and still not be the last: only Link counts.
 */
export async function* tags(
  transport: Transport,
  repositoryText: string,
  { limit = Number.POSITIVE_INFINITY, pageSize = 1000 }: TagsOptions,
  run: <T>(page: (call: Call) => Promise<T>) => Promise<T>,
): AsyncGenerator<string, void, undefined> {
  const { host, repository } = parseRepository(repositoryText);
  const seen = new Set<string>();
  let left = limit;
  let path: string | undefined = `/v2/${repository}/tags/list?n=${Math.min(pageSize, limit)}`;
  while (path !== undefined && left > 0) {
    if (seen.has(path)) throw endless(formatReference({ host, repository }));
    seen.add(path);
    const request: ApiRequest = {
      host,
      method: 'GET',
      path,
      scopes: [pullScope(repository)],
      headers: { accept: 'application/json' },
      accept: [200, 404],
      maxBytes: MAX_PAGE_BYTES,
    };
    const response = await run((call) => transport.request(request, call));
    if (response.status === 404) return;
    for (const tag of parseJson(tagListSchema, response.bytes, `the tags of ${repository}`).tags ?? []) {
      if (left <= 0) return;
      left -= 1;
      yield tag;
    }
    path = nextPage(response.headers.get('link'), response.url);
  }
}

function endless(repository: string): RegistryError {
  return new RegistryError({
    reason: 'invalid-response',
    message: `The registry's list of the tags of ${repository} leads back to a page that was read already.`,
    hint: 'This is a fault of the registry or of a proxy before it.',
  });
}
