import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonObject } from '../../layout/json';

/** A record whose values of another kind are dropped: a manifest that is wrong somewhere is still a manifest. */
const texts = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((record) =>
    Object.fromEntries(
      Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  );

const manifestSchema = z.object({
  name: z.string().min(1).optional().catch(undefined),
  version: z.string().optional().catch(undefined),
  scripts: texts.optional(),
  dependencies: texts.optional(),
  optionalDependencies: texts.optional(),
  peerDependencies: texts.optional(),
  devDependencies: texts.optional(),
  bin: z.union([z.string(), texts]).optional().catch(undefined),
});

/** A package.json, as far as the workspace asks for it. */
export interface Manifest extends z.infer<typeof manifestSchema> {
  /** Relative to the workspace root. */
  readonly root: string;
  /** false where there is none that can be read. */
  readonly exists: boolean;
}

/** The manifest of a folder; without one, or with garbage, all of it is empty. */
export function readManifest(workspaceRoot: string, root: string): Manifest {
  const json = readJson(join(workspaceRoot, root, 'package.json'));
  const parsed = manifestSchema.safeParse(json ?? {});
  return { ...(parsed.success ? parsed.data : {}), root, exists: json !== undefined };
}

/** A JSON object; undefined where there is no such file, or none in it. */
export function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parseJsonObject(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
