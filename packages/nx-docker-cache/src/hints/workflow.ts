import { posix } from 'node:path';
import { z } from 'zod';
import { buildsInScript } from './commands';
import type { BuildHint, HintFile } from './model';
import { Yaml } from './yaml';

const stepSchema = z
  .object({
    uses: z.string().optional().catch(undefined),
    with: z
      .object({ context: z.string().optional(), file: z.string().optional() })
      .optional()
      .catch(undefined),
    run: z.string().optional().catch(undefined),
    'working-directory': z.string().optional().catch(undefined),
  })
  .catch({});
const workflowSchema = z.object({
  jobs: z.record(z.string(), z.object({ steps: z.array(stepSchema).optional() }).catch({})),
});

/** Steps of a GitHub workflow that build: docker/build-push-action and scripts. Paths count from the repository. */
export function workflowHints({ path, text }: HintFile): BuildHint[] {
  const yaml = Yaml.parse(text);
  const parsed = workflowSchema.safeParse(yaml?.value);
  if (yaml === undefined || !parsed.success) return [];
  return Object.entries(parsed.data.jobs).flatMap(([job, { steps = [] }]) =>
    steps.flatMap((step, index): BuildHint[] => {
      const at = ['jobs', job, 'steps', index];
      if (step.uses?.startsWith('docker/build-push-action@')) {
        // https://github.com/docker/build-push-action#inputs
        const { context = '.', file } = step.with ?? {};
        if (/^[a-z+]+:|^git@|^\/|^\{\{/i.test(context)) return [];
        const place = posix.normalize(context).replace(/(.)\/$/, '$1');
        const dockerfile = posix.normalize(file ?? posix.join(place, 'Dockerfile'));
        return [{ dockerfile, context: place, file: path, line: yaml.lineOf([...at, 'with']) }];
      }
      const folder = step['working-directory'] ?? '.';
      return scriptHints(step.run ?? '', folder, path, yaml.lineOf([...at, 'run']));
    }),
  );
}

/** Any other CI file: what its lines call. */
export function commandHints({ path, text }: HintFile): BuildHint[] {
  return scriptHints(text, '.', path, 1);
}

function scriptHints(script: string, folder: string, file: string, line: number): BuildHint[] {
  return buildsInScript(script).map(({ dockerfile, context, offset }) => ({
    dockerfile: posix.join(folder, dockerfile),
    context: posix.join(folder, context).replace(/(.)\/$/, '$1'),
    ...{ file, line: line + offset },
  }));
}
