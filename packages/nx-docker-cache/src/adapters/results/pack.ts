import { create } from 'tar';

/**
 * Files and links of the workspace as a tar.gz, the same bytes for the same content: no owner, no times.
 * @param paths relative to the root
 */
export async function pack(root: string, paths: readonly string[]): Promise<Uint8Array> {
  const archive = create({ cwd: root, gzip: true, portable: true, noMtime: true, noDirRecurse: true }, [
    // `@` would name an archive to take entries from.
    ...paths.map((path) => `./${path}`),
  ]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk);
  return Buffer.concat(chunks);
}
