import { z } from 'zod';
import type { RegistryFailure, RegistryPort } from '../../ports/registry';
import type { TimesPort } from '../../ports/times';
import { MANIFEST_TYPE } from './artifact';

type Registry = Pick<RegistryPort, 'getManifest' | 'blobExists' | 'uploadBlob' | 'putManifest'>;

const ARTIFACT_TYPE = 'application/vnd.nx-docker-cache.times.v1';
/** Seconds are an annotation, so that one request reads them. */
const ANNOTATION = 'nx-docker-cache.seconds';
/** What stands where an artifact has no content: https://github.com/opencontainers/image-spec/blob/main/manifest.md */
const EMPTY = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
};
/** A plan that waits longer for one answer is worse off than with an estimate. */
const READ_MS = 2_000;
const WRITE_MS = 5_000;
/** Anybody who may push can write it; no build takes longer than a day. */
const secondsSchema = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/)
  .transform(Number)
  .pipe(z.number().max(86_400));

export class BuildTimes implements TimesPort {
  readonly #registry: () => Registry;

  constructor(registry: () => Registry) {
    this.#registry = registry;
  }

  async read(reference: string): Promise<number | undefined> {
    try {
      const { manifest } = await this.#registry().getManifest(reference, { deadlineMs: READ_MS });
      const parsed = secondsSchema.safeParse(manifest.annotations?.[ANNOTATION]);
      return parsed.success ? parsed.data : undefined;
    } catch (error) {
      if ((error as Partial<RegistryFailure>).reason === 'not-found') return undefined;
      throw error;
    }
  }

  async leave(reference: string, seconds: number): Promise<void> {
    const registry = this.#registry();
    const repository = reference.replace(/:[^:/]+$/, '');
    const call = { deadlineMs: WRITE_MS };
    if (!(await registry.blobExists(`${repository}@${EMPTY.digest}`, call)))
      await registry.uploadBlob(repository, Buffer.from('{}'), call);
    const manifest = {
      ...{ schemaVersion: 2, mediaType: MANIFEST_TYPE, artifactType: ARTIFACT_TYPE },
      ...{ config: EMPTY, layers: [EMPTY], annotations: { [ANNOTATION]: String(seconds) } },
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    await registry.putManifest(reference, { bytes, mediaType: MANIFEST_TYPE }, call);
  }
}
