/** Foreign JSON of registries and token servers. Unknown fields are dropped: the bytes are kept beside. */
import { z } from 'zod';
import { isDigest } from './digest';

const annotations = z.record(z.string(), z.string());

const platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});

/** image-spec, descriptor.md */
const descriptor = z.object({
  mediaType: z.string().min(1),
  digest: z.string().refine(isDigest, 'expected a sha256 or sha512 digest'),
  size: z.int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: annotations.nullish().transform((value) => value ?? undefined),
  platform: platform.optional(),
  urls: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? undefined),
});

const common = {
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  subject: descriptor.optional(),
  annotations: annotations.nullish().transform((value) => value ?? undefined),
};

// A document that could be read as both kinds is an attack on whoever reads it the other way
// (image-spec, manifest.md; CVE-2021-41190): the fields of the other kind must not be there.
const absent = z.undefined({ error: 'expected no field of the other kind of manifest' }).optional();

/** image-spec, manifest.md */
export const imageManifestSchema = z.object({
  ...common,
  config: descriptor,
  layers: z.array(descriptor),
  manifests: absent,
});

/** image-spec, image-index.md */
export const imageIndexSchema = z.object({
  ...common,
  manifests: z.array(descriptor),
  config: absent,
  layers: absent,
});

/** distribution-spec, "Listing Tags". A repository whose tags are all gone answers with null. */
export const tagListSchema = z.object({ tags: z.array(z.string()).nullish() });

/** distribution-spec, "Error Codes". */
export const errorBodySchema = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string().optional() })).min(1),
});

/** What may stand in an Authorization header. */
const headerValue = z.string().regex(/^[\x21-\x7e]+$/);

/** distribution.github.io/distribution/spec/auth/token, "Token Response Fields". */
export const tokenSchema = z.object({
  token: headerValue.optional(),
  access_token: headerValue.optional(),
  expires_in: z.number().nonnegative().optional(),
});

/** Claims of distribution's JSON web tokens, spec/auth/jwt. */
export const tokenClaimsSchema = z.object({
  access: z.array(z.object({ type: z.string(), name: z.string(), actions: z.array(z.string()) })).nullish(),
});
