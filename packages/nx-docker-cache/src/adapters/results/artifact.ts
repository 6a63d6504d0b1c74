import { z } from 'zod';
import type { TaskRecord } from '../../model/task';

/** What the record of a task looks like in a registry: an OCI image manifest of a kind of its own (image-spec, "artifacts"). */
export const ARTIFACT_TYPE = 'application/vnd.nx-docker-cache.task.v1';
export const CONFIG_TYPE = 'application/vnd.nx-docker-cache.task.config.v1+json';
export const LOG_TYPE = 'application/vnd.nx-docker-cache.task.log.v1+gzip';
export const RESULTS_TYPE = 'application/vnd.nx-docker-cache.task.results.v1.tar+gzip';
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

export interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

export function manifestOf(config: Blob, layers: readonly Blob[]): Uint8Array {
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: ARTIFACT_TYPE,
    config,
    layers,
  };
  return Buffer.from(JSON.stringify(manifest));
}

const recordSchema = z.object({
  key: z.string(),
  contentKey: z.string(),
  project: z.string(),
  stage: z.string(),
  digest: z.string().optional(),
  command: z.array(z.string()),
  exitCode: z.literal(0),
  seconds: z.number(),
  finished: z.string(),
  outputs: z.array(z.string()),
});

/** @throws where the configuration is not one of a record */
export function parseRecord(bytes: Uint8Array): TaskRecord {
  const { digest, ...record } = recordSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  return { ...record, digest };
}
