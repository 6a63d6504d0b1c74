import { posix } from 'node:path';
import { z } from 'zod';
import { Yaml } from './yaml';
import type { BuildHint, HintFile } from './model';

const buildSchema = z.union([
  z.string(),
  z.object({
    context: z.string().optional(),
    dockerfile: z.string().optional(),
    dockerfile_inline: z.unknown().optional(),
  }),
]);
const composeSchema = z.object({
  services: z.record(z.string(), z.object({ build: buildSchema.optional().catch(undefined) }).catch({})),
});

/** `services.*.build` of a compose file; its paths count from the file's folder, the Dockerfile's from the context. */
export function composeHints({ path, text }: HintFile): BuildHint[] {
  const yaml = Yaml.parse(text);
  const parsed = composeSchema.safeParse(yaml?.value);
  if (yaml === undefined || !parsed.success) return [];
  return Object.entries(parsed.data.services).flatMap(([service, { build }]) => {
    if (build === undefined) return [];
    const {
      context = '.',
      dockerfile,
      dockerfile_inline: inline,
    } = typeof build === 'string' ? { context: build } : build;
    if (inline !== undefined || /^[a-z+]+:|^git@|^\//i.test(context)) return [];
    const place = posix.join(posix.dirname(path), context).replace(/(.)\/$/, '$1');
    const file = posix.join(place, dockerfile ?? 'Dockerfile');
    return [
      { dockerfile: file, context: place, file: path, line: yaml.lineOf(['services', service, 'build']) },
    ];
  });
}
