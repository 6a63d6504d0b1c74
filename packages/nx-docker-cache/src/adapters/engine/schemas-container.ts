import { z } from 'zod';

/** `docker container inspect`, as far as it is read. */
export const containerSchema = z.object({
  State: z.object({
    Running: z.boolean(),
    ExitCode: z.int(),
    OOMKilled: z.boolean().optional(),
    Error: z.string().optional(),
  }),
  Config: z.object({ WorkingDir: z.string().optional().default('') }),
});

/** `GET /containers/json` */
export const containersSchema = z.array(
  z.object({
    Id: z.string(),
    Labels: z
      .record(z.string(), z.string())
      .nullish()
      .transform((value) => value ?? {}),
  }),
);
