/** Version 1 of what `inspect --json` prints, as docs/guides/inspect.md promises it: no key more, none less. */
import { z } from 'zod';
import type { Inspection } from '../src/model/inspection';

const line = z.int().min(1);
const path = z.string().min(1);
const input = z.strictObject({ path, line: line.optional() });

const dockerfile = z.strictObject({
  path,
  projects: z.array(z.strictObject({ name: z.string().min(1), root: path, target: z.string().optional() })),
  context: z.strictObject({ path, reason: z.string().min(1), decided: z.boolean() }).optional(),
  stages: z.array(
    z.strictObject({
      ...{ index: z.int(), name: z.string().optional(), line, base: z.string(), reached: z.boolean() },
    }),
  ),
  finalStage: z.string().optional(),
  builtStage: z.string().optional(),
  reachableStages: z.array(z.string()),
  instructions: z.array(
    z.strictObject({
      ...{ line, stage: z.string(), via: z.enum(['COPY', 'ADD', 'bind']), from: z.string().optional() },
      sources: z.array(
        z.strictObject({
          path: z.string(),
          kind: z.enum(['path', 'glob', 'url', 'git', 'heredoc', 'unresolved']),
        }),
      ),
    }),
  ),
  externalImages: z.array(
    z.strictObject({
      ...{ image: z.string().optional(), digest: z.string().optional(), text: z.string(), line },
      via: z.enum(['FROM', 'COPY', 'mount', 'syntax']),
      builtBy: z.strictObject({ project: z.string(), target: z.string() }).optional(),
    }),
  ),
  edges: z.array(
    z.strictObject({
      ...{ from: z.string(), to: z.string(), line, broad: z.boolean() },
      via: z.enum(['COPY', 'ADD', 'bind', 'FROM', 'mount']),
      reads: z.enum(['files', 'output', 'image']),
    }),
  ),
  rootInputs: z.array(input),
  outputs: z.array(z.strictObject({ path, project: z.string(), target: z.string(), line })),
  unresolved: z.array(
    z.strictObject({ line, stage: z.string().optional(), text: z.string(), reason: z.string() }),
  ),
  synthetic: z.array(input),
  drift: z.array(
    z.strictObject({
      ...{ project: z.string(), checked: z.boolean(), reason: z.string() },
      missing: z.array(
        z.strictObject({
          ...{ project: z.string(), root: path, chain: z.array(z.string()), manifestOnly: z.boolean(), line },
        }),
      ),
      superfluous: z.array(z.strictObject({ project: z.string(), path, line })),
    }),
  ),
  problem: z
    .strictObject({
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      line: line.optional(),
    })
    .optional(),
});

export const inspectionSchema = z.strictObject({
  version: z.literal(1),
  workspace: z.strictObject({ root: path, tools: z.array(z.string()) }),
  dockerfiles: z.array(dockerfile),
});

/** What a program reads of it. @throws where it is not what is promised */
export function parseInspection(json: string): Inspection {
  return inspectionSchema.parse(JSON.parse(json)) as Inspection;
}
