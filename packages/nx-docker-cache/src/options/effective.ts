import type { ConfigFile } from './schema';

/** Raw build options of a project in `nx-docker-cache.json`: its own over those of all. */
export function effectiveOptions(name: string, { defaults, projects }: ConfigFile): Record<string, unknown> {
  const { root: _root, publish: _own, ...own } = { ...projects?.[name] };
  const { publish: _shared, ...shared } = { ...defaults };
  return { ...shared, ...own };
}
