import { RegistryError } from '../error';
import { formatReference, parseDigestReference, parseReference, type ImageRef } from '../ref';
import type { Call } from '../retry';
import type { Transport } from '../transport';
import { copyContent, type CopyResult } from './copy-content';
import { getManifest } from './get-manifest';
import { putManifest } from './put-manifest';

export interface Promotion extends CopyResult {
  readonly digest: string;
  readonly mediaType: string;
  /** References that point at the digest now, in the order asked for. */
  readonly refs: readonly string[];
}

/**
 * Points tags at a digest that is in the registry: the identical bytes are put under each, in the order given.
 * Tags of another repository of the same registry get their blobs mounted and their children pushed first.
 * What names the digest as its subject (signatures, attestations kept beside) stays where it is.
 * @param from `host/repository@digest`
 * @param to `host/repository:tag`, all on the registry of `from`
 * @throws RegistryError whose message names the tags that had moved before it
 */
export async function promote(
  transport: Transport,
  from: string,
  to: readonly string[],
  call: Call,
): Promise<Promotion> {
  const source = { ...parseDigestReference(from), tag: undefined };
  const targets = to.map((text) => parseTarget(text, source));
  const root = await getManifest(transport, formatReference(source), call);

  let [mountedBlobs, copiedBytes] = [0, 0];
  for (const repository of new Set(targets.map((target) => target.repository))) {
    if (repository === source.repository) continue;
    const copied = await copyContent(
      transport,
      { source, root, to: { host: source.host, repository } },
      call,
    );
    mountedBlobs += copied.mountedBlobs;
    copiedBytes += copied.copiedBytes;
  }

  const refs: string[] = [];
  for (const target of targets.map(formatReference)) {
    try {
      await putManifest(transport, target, root, call);
    } catch (error) {
      throw error instanceof RegistryError ? withProgress(error, refs, target) : error;
    }
    refs.push(target);
  }
  return { digest: root.digest, mediaType: root.mediaType, refs, mountedBlobs, copiedBytes };
}

function parseTarget(text: string, source: ImageRef): ImageRef {
  const target = parseReference(text);
  if (target.tag === undefined || target.digest !== undefined) {
    throw invalid(text, 'a reference with a tag and no digest', target.digest ?? 'no tag');
  }
  if (target.host !== source.host) {
    throw invalid(text, `a reference on ${source.host}, where the digest is`, target.host);
  }
  return target;
}

function invalid(text: string, expected: string, found: string): RegistryError {
  return new RegistryError({
    reason: 'invalid-reference',
    message: `Nothing can be promoted to “${text}”: expected ${expected}, found ${found}.`,
    expected,
    found,
  });
}

function withProgress(error: RegistryError, moved: readonly string[], failed: string): RegistryError {
  const before = moved.length === 0 ? 'no tag was moved' : `moved before it: ${moved.join(', ')}`;
  return error.retold(`${failed} was not moved (${before}). ${error.message}`);
}
