import { createHash } from 'node:crypto';
import { DockerCacheError } from '../errors';
import type {
  RegistryCall,
  RegistryDescriptor,
  RegistryManifest,
  RegistryManifestHead,
  RegistryPort,
} from '../ports/registry';

/** The image of one platform, which the registry has. */
export interface ImagePart {
  /** `os/arch[/variant]` */
  readonly platform: string;
  readonly digest: string;
  /** Of its line in the index. */
  readonly annotations: Readonly<Record<string, string>>;
}

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

/**
 * The index of the images of several platforms. Nothing is written. Equal parts give equal bytes, in whatever order and
 * on whatever machine: platforms are sorted, and nothing of the run is in it. A part that is an index itself, as
 * attestations make one, gives what it lists.
 * @throws DockerCacheError DIGEST_GONE where the registry lacks a part
 * @throws RegistryError
 */
export async function indexOf(
  image: string,
  parts: readonly ImagePart[],
  annotations: Readonly<Record<string, string>>,
  registry: Pick<RegistryPort, 'headManifest' | 'getManifest'>,
  call: RegistryCall,
): Promise<RegistryManifest> {
  const sorted = [...parts].sort((left, right) => (left.platform < right.platform ? -1 : 1));
  const listed = await Promise.all(
    sorted.map(async (part) => {
      const head = await registry.headManifest(`${image}@${part.digest}`, call);
      if (head === undefined) throw gone(image, part);
      return isIndex(head) ? childrenOf(image, part, registry, call) : [lineOf(part, head)];
    }),
  );
  const manifests = listed.flat();
  const document = {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests,
    ...annotated(annotations),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(document, undefined, 2));
  return {
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    mediaType: OCI_INDEX,
    size: bytes.byteLength,
    bytes,
    manifest: { kind: 'index', manifests, annotations },
  };
}

function isIndex({ mediaType }: RegistryManifestHead): boolean {
  return mediaType === OCI_INDEX || mediaType.endsWith('.manifest.list.v2+json');
}

/** The platform is the one that was asked for, as BuildKit writes it into an index of its own. */
function lineOf(part: ImagePart, { mediaType, size }: RegistryManifestHead): RegistryDescriptor {
  const [os = '', architecture = '', variant] = part.platform.split('/');
  const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
  return { mediaType, digest: part.digest, size, ...annotated(part.annotations), platform };
}

async function childrenOf(
  image: string,
  part: ImagePart,
  registry: Pick<RegistryPort, 'getManifest'>,
  call: RegistryCall,
): Promise<RegistryDescriptor[]> {
  const { bytes } = await registry.getManifest(`${image}@${part.digest}`, call);
  // Its shape was checked when it was read; taken from the bytes, since each field of a line counts.
  const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as { manifests: RegistryDescriptor[] };
  return manifests.map((line) =>
    line.annotations?.['vnd.docker.reference.type'] === undefined
      ? { ...line, ...annotated({ ...line.annotations, ...part.annotations }) }
      : line,
  );
}

/** Sorted by key; left out where there are none. */
function annotated(annotations: Readonly<Record<string, string>>): {
  readonly annotations?: Readonly<Record<string, string>>;
} {
  const entries = Object.entries(annotations).sort(([left], [right]) => (left < right ? -1 : 1));
  return entries.length === 0 ? {} : { annotations: Object.fromEntries(entries) };
}

function gone(image: string, { platform, digest }: ImagePart): DockerCacheError {
  return new DockerCacheError({
    code: 'DIGEST_GONE',
    message: `the image for ${platform} is no longer in the registry`,
    expected: `${image}@${digest}`,
    found: 'nothing: it was deleted, or its tags were and the registry collected its garbage',
    hint: `Build it again without a skip: nx-docker-cache build <project> --platform ${platform} --no-skip.`,
  });
}
