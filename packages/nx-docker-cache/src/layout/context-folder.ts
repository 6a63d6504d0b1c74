import { posix } from 'node:path';

/**
 * The folder that a named build context is, relative to the workspace root, as buildx is told; undefined for an image, a
 * URL, another target, or a folder of the machine.
 */
export function contextFolder(value: string): string | undefined {
  const layout = /^oci-layout:\/\/([^:@]+)/.exec(value)?.[1];
  if (layout === undefined && /^[a-z][a-z-]*:/i.test(value)) return undefined;
  const folder = posix.normalize(layout ?? value).replace(/(.)\/$/, '$1');
  return folder.startsWith('/') ? undefined : folder;
}
