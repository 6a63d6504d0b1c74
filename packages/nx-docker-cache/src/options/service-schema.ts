/** Services of a stage task as a user writes them. */
import { z } from 'zod';

const text = z.string().trim().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const environmentSchema = z.union([z.array(text), z.record(z.string().min(1), scalar)]);

const serviceSchema = z.union([
  text.describe('Image, for instance `redis:7`.'),
  z.strictObject({
    image: text.describe('Image, by tag or digest. The digest is part of what a recorded pass stands for.'),
    command: z
      .union([text, z.array(z.string()).min(1)])
      .optional()
      .describe("Command: a text is run by `sh -c`, a list is handed to the image's ENTRYPOINT as it is."),
    env: environmentSchema.optional().describe('Environment, as the task has it.'),
    tmpfs: z
      .union([text, z.array(text)])
      .optional()
      .describe('Folders that live in memory, `/path[:options]`.'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('The task starts when the service listens on this port. Its image needs `sh` and `grep`.'),
    health: text
      .optional()
      .describe(
        "The task starts when this command succeeds in the service. Default: the image's HEALTHCHECK.",
      ),
    timeout: z
      .number()
      .positive()
      .optional()
      .describe('Seconds until the service has to be ready (default: 60).'),
  }),
]);

/** Names are host names. */
export const servicesSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a host name: small letters, digits and -'),
    serviceSchema,
  )
  .describe(
    'Containers beside the task, on a network of their own, each reachable by its name: `{"redis": "redis:7"}`.',
  );

export type RawServices = z.infer<typeof servicesSchema>;
export type RawEnvironment = z.infer<typeof environmentSchema>;
