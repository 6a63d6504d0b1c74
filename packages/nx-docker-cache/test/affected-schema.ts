/** Version 1 of what `affected --json` prints, as docs/guides/without-nx.md promises it: no key more, none less. */
import { z } from 'zod';
import type { AffectedKind, AffectedReport } from '../src/model/affected';

const path = z.string().min(1);
const commit = z.string().regex(/^[0-9a-f]{40,64}$/);

const KINDS = [
  'source',
  'library',
  'root',
  'dockerfile',
  'ignore',
  'output',
  'image',
  'tag',
  'options',
  'unresolved',
  'runner',
  'everything',
] as const satisfies readonly AffectedKind[];

const reason = z.strictObject({
  kind: z.enum(KINDS),
  files: z.array(path).max(20),
  count: z.int().min(0),
  line: z.int().min(1).optional(),
  project: z.string().min(1).optional(),
  text: z.string().min(1),
});

export const affectedSchema = z.strictObject({
  version: z.literal(1),
  workspace: z.strictObject({ root: path, tools: z.array(z.string()) }),
  range: z.strictObject({ base: commit.optional(), from: z.string().min(1), head: commit.optional() }),
  decidedBy: z.enum(['nx', 'turborepo', 'git']),
  changed: z.int().min(0),
  projects: z.array(
    z.strictObject({
      ...{ name: z.string().min(1), root: path, target: z.string().min(1) },
      reasons: z.array(reason).min(1),
      skip: z.strictObject({
        state: z.enum(['known', 'needed', 'undecided', 'unasked']),
        reason: z.string().min(1),
      }),
    }),
  ),
  unaffected: z.int().min(0),
  warnings: z.array(z.string().min(1)),
});

/** @throws ZodError */
export function parseAffected(json: string): AffectedReport {
  return affectedSchema.parse(JSON.parse(json)) as AffectedReport;
}
