import { z } from 'zod';
import type { ContainerState } from '../../ports/container';

/** `docker container inspect`, as far as it is read. */
const containerSchema = z.object({
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    ExitCode: z.int(),
    /** Go's zero time where it never was. */
    StartedAt: z.string(),
    OOMKilled: z.boolean().optional(),
    Error: z.string().optional(),
  }),
  Config: z.object({ WorkingDir: z.string().optional().default('') }),
});

/** `dead` is one that could not be removed, after its end. */
const ENDED = ['exited', 'dead'];

/** @param answer of `docker container inspect` or `GET /containers/<id>/json`, which are the same */
export function containerState(answer: unknown): ContainerState {
  const { State, Config } = containerSchema.parse(answer);
  return {
    running: State.Running,
    finished: ENDED.includes(State.Status) && State.StartedAt !== '' && !State.StartedAt.startsWith('0001-'),
    exitCode: State.ExitCode,
    outOfMemory: State.OOMKilled ?? false,
    error: State.Error ?? '',
    workdir: Config.WorkingDir === '' ? '/' : Config.WorkingDir,
  };
}

/** `POST /containers/create` */
export const madeSchema = z.object({ Id: z.string() });

/** `GET /containers/json`, and `GET /networks`: what is asked of them is the same. */
export const ownedSchema = z.array(
  z.object({
    Id: z.string(),
    Labels: z
      .record(z.string(), z.string())
      .nullish()
      .transform((value) => value ?? {}),
  }),
);

/** `docker container inspect` of several. */
export const serviceStatesSchema = z.array(
  z.object({
    Id: z.string(),
    State: z.object({
      Running: z.boolean(),
      ExitCode: z.int(),
      Health: z.object({ Status: z.string() }).nullish(),
    }),
  }),
);
