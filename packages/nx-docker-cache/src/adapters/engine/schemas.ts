/** Answers of docker and buildx, as far as they are read. */
import { z } from 'zod';

const optionalText = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === '' ? undefined : value));

/** `docker info --format '{{json .}}'` */
export const infoSchema = z.object({
  ServerVersion: optionalText,
  OSType: optionalText,
  Architecture: optionalText,
  NCPU: z.number().int().positive().nullish().catch(undefined),
  RegistryConfig: z.object({ Mirrors: z.array(z.string()).nullish() }).nullish(),
  ServerErrors: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? undefined),
  DriverStatus: z
    .array(z.tuple([z.string(), z.string()]))
    .nullish()
    .transform((value) => value ?? undefined),
  ClientInfo: z
    .object({
      Plugins: z
        .array(
          z.object({
            Name: z.string().optional(),
            Version: z.string().optional(),
            Path: z.string().optional(),
          }),
        )
        .nullish()
        .transform((value) => value ?? undefined),
    })
    .optional(),
});
export type DockerInfo = z.infer<typeof infoSchema>;

/** `GET /images/{name}/json`, undefined where there is none. */
export const imageSchema = z.object({ Id: z.string() }).optional();

/** A line of `docker buildx ls --format '{{json .}}'`; each docker context is a builder too, of the docker driver. */
export const builderSchema = z.object({
  Name: z.string(),
  /** Empty for a context whose engine does not answer. */
  Driver: optionalText,
  /** What the client says where it could not ask the builder. */
  Err: optionalText,
  Current: z.boolean().optional(),
  Nodes: z
    .array(
      z.object({
        Name: z.string(),
        Version: z.string().optional(),
        /** `running`, or why it is not. */
        Status: z.string().optional(),
        /** Why it could not be asked. */
        Err: optionalText,
        /** Of the docker driver: the name of the context. */
        Endpoint: z.string().optional(),
        /** The ones that `buildx create` was told of, then what the running builder says: its own first. */
        Platforms: z.array(z.string()).nullish(),
      }),
    )
    .nullish()
    .transform((value) => value ?? undefined),
});
export type Builder = z.infer<typeof builderSchema>;

/** What buildx remembers of a builder, by node. https://github.com/docker/buildx/blob/master/store/nodegroup.go */
export const instanceSchema = z.object({
  Driver: z.string().optional(),
  Nodes: z.array(z.object({ Endpoint: z.string().optional(), Platforms: z.array(z.unknown()).nullish() })),
});

/** The file that `--metadata-file` of a build writes. */
export const metadataSchema = z
  .object({ 'containerimage.digest': z.string().optional() })
  .transform((metadata): { digest?: string | undefined } => ({ digest: metadata['containerimage.digest'] }));

/** That of a bake: by target, and words on the run between them. */
export const jointMetadataSchema = z.record(z.string(), metadataSchema.catch({}));
