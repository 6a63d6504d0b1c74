import { z } from 'zod';
import { DockerCacheError } from '../errors';
import type { PublishedBuild } from '../model/publication';

z.config({ jitless: true });

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hex digits');
const image = z.string().regex(/^[^\s@]+$/, 'expected the name of an image');

const receiptSchema = z.object({
  version: z.literal(1),
  project: z.string(),
  image,
  digest: digest.optional(),
  pushed: z.boolean(),
  commit: z.string().optional(),
  scope: z.string().optional(),
  platforms: z.array(z.string()).optional(),
  trust: z.enum(['trusted', 'internal', 'untrusted']),
  inputs: z.array(z.object({ text: z.string(), digest: z.string() })).optional(),
  stages: z
    .array(z.object({ stage: z.string(), digest: digest.optional(), image: image.optional() }))
    .optional(),
});

/**
 * A receipt's text → what later steps read of it. Our own file, but anybody may have edited it.
 * @throws DockerCacheError RECEIPT_INVALID
 */
export function parseReceipt(text: string, path: string): PublishedBuild {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, (cause as Error).message, cause);
  }
  const parsed = receiptSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, parsed.error);
  }
  const { data } = parsed;
  return {
    ...{ project: data.project, image: data.image, digest: data.digest, pushed: data.pushed },
    ...{ commit: data.commit, scope: data.scope, trust: data.trust, platforms: data.platforms ?? [] },
    inputs: data.inputs ?? [],
    stages: (data.stages ?? []).flatMap(({ stage, digest: made, image: name = data.image }) =>
      made === undefined ? [] : [{ stage, image: name, digest: made }],
    ),
  };
}

function invalid(path: string, found: string, cause: unknown): DockerCacheError {
  return new DockerCacheError({
    code: 'RECEIPT_INVALID',
    message: `${path} is no receipt that this version can read`,
    expected: 'the JSON that a build leaves',
    found,
    hint: 'Delete it and build the project again.',
    cause,
  });
}
